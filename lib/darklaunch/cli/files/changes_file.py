"""The page that `darklaunch runs diff --html` writes."""

from pathlib import Path

from darklaunch.errors import UsageError
from darklaunch.publish.report.run import RunReport
from darklaunch.runs.changes import Changes
from darklaunch.storage.atomic import write_text
from darklaunch.text.escape import quoted


def write_changes(path: Path, before: RunReport, after: RunReport, changes: Changes) -> None:
    """Writes the page.

    Raises:
        UsageError: it can't be written there.
    """
    from darklaunch.runs.pages.changes import render_changes

    try:
        write_text(path, render_changes(before, after, changes))
    except OSError as error:
        raise UsageError(
            f"--html: found {quoted(str(path))}, which can't be written ({error.strerror or error}); give another file"
        ) from error
