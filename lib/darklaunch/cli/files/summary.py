"""The summary of a run for the page of a build, in Markdown."""

import os
import sys
from pathlib import Path

from darklaunch.errors import OutsideError, UsageError
from darklaunch.publish.report.run import RunReport
from darklaunch.text.escape import printable, quoted

STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
"""The variable with the file that GitHub Actions shows."""


def check_summary(file: str | None) -> None:
    """Refuses, before anything is computed, a file that can't be appended to.

    Raises:
        UsageError: its folder is not there, or it is a folder itself.
    """
    if file is None:
        return
    path = Path(file)
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise UsageError(f"--summary: found {quoted(file)}, wanted a file in a folder that is there; make it first")


def append_summary(report: RunReport, file: str | None) -> None:
    """Appends the summary to the file that was asked for, and to the one that GitHub Actions names.

    Args:
        report: the run's.
        file: None: only the latter, if there is one.

    Raises:
        OutsideError: the file that was asked for can't be written; the run is whole.
    """
    from darklaunch.publish.export.markdown import summary_md

    text = summary_md(report)
    step = os.environ.get(STEP_SUMMARY)
    if file is not None:
        try:
            _append(Path(file), text)
        except OSError as error:
            raise OutsideError(
                f"--summary: {quoted(file)} could not be written: {error.strerror or error}; the run is finished"
            ) from error
    if step and (file is None or Path(step).absolute() != Path(file).absolute()):
        try:
            _append(Path(step), text)
        except OSError as error:
            # nobody asked for this one: the run must not fail of it
            sys.stderr.write(
                f"darklaunch: {STEP_SUMMARY}: could not be written: {printable(str(error.strerror or error))}\n"
            )


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)
