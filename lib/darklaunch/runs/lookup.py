"""The lookup of a run: under ``--out``, in its own folder, or in MLflow."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from darklaunch.errors import UsageError
from darklaunch.publish.formatting import visible
from darklaunch.publish.mlflow.client import client_of, outside
from darklaunch.publish.mlflow.values import FOLDER
from darklaunch.publish.report.run import RunReport
from darklaunch.runs import verdict_file
from darklaunch.runs.catalog import POINTER, newest_run

_RUN_ID: Final = re.compile(r"[0-9a-f]{32}")
_WANTED: Final = "wanted a folder that `darklaunch run --out` wrote, the folder of a run, or an MLflow run id"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRun:
    """A run: its report, and its folder or why there is none."""

    report: RunReport
    folder: Path | None
    absent: str = ""


def find(place: str | Path, tracking_uri: str | None) -> FoundRun:
    """Finds a run.

    Args:
        place: see ``open_run``; a folder comes before a run id of the same name.
        tracking_uri: only for a run id.

    Raises:
        UsageError: there is none, or it can't be read.
        OutsideError: MLflow could not be reached or refused.
    """
    path = Path(place)
    if path.is_dir():
        folder = path if (path / "verdict.json").exists() else _newest(path)
        return FoundRun(report=_read(folder), folder=folder)
    if is_run_id(str(place)):
        return _in_mlflow(str(place), tracking_uri)
    raise UsageError(f"open_run: found no folder {visible(str(place))!r}, {_WANTED}")


def is_run_id(text: str) -> bool:
    """Whether a text is spelt as MLflow spells its run ids."""
    return _RUN_ID.fullmatch(text) is not None


def _newest(out: Path) -> Path:
    pointer = out / POINTER
    if not pointer.exists():
        raise UsageError(f"open_run: found neither {POINTER} nor verdict.json in {out}, {_WANTED}")
    folder = newest_run(out)
    if folder is None:
        raise UsageError(f"open_run: found {pointer}, which can't be read; open the folder of a run instead")
    if not (folder / "verdict.json").exists():
        raise UsageError(f"open_run: found no run in {folder}, where {pointer} points; open the folder of another run")
    return folder


def _read(folder: Path) -> RunReport:
    try:
        return verdict_file.read_report(folder)
    except verdict_file.NoRunError as error:
        raise UsageError(
            f"open_run: found {folder}, where {error}; run `darklaunch run` again, or open it with the darklaunch that "
            "wrote it"
        ) from error


def _in_mlflow(run_id: str, tracking_uri: str | None) -> FoundRun:
    uri = tracking_uri or os.environ.get("MLFLOW_TRACKING_URI")
    if not uri:
        raise UsageError(
            f"open_run: found the MLflow run id {run_id} and no server to ask; "
            "give tracking_uri or set MLFLOW_TRACKING_URI"
        )
    with TemporaryDirectory() as scratch:
        with outside(uri, "nothing was read; give the tracking URI that the run was logged to"):
            client = client_of(uri)
            logged = Path(str(client.get_run(run_id).data.tags.get(FOLDER, "")))
            file = Path(client.download_artifacts(run_id, "verdict.json", scratch))
        report = _read(file.parent)
    folder = logged if logged.is_absolute() and _is_of(logged, report) else None
    absent = f"found none, MLflow keeps the verdict only and {logged} is not here; open the run's folder where it is"
    return FoundRun(report=report, folder=folder, absent="" if folder else absent)


def _is_of(folder: Path, report: RunReport) -> bool:
    """Says whether a folder holds the run with this report."""
    try:
        head = verdict_file.read_head_of(folder)
    except verdict_file.NoRunError:
        return False
    return (head.launch.key, head.span) == (report.launch.key, report.span)
