"""The run that somebody names on the command line: by its folder, its moment, or its MLflow run id."""

import os
from pathlib import Path
from typing import Final

from darklaunch.errors import UsageError
from darklaunch.publish.mlflow.client import default_tracking_uri
from darklaunch.runs import catalog
from darklaunch.runs.lookup import FoundRun, find, is_run_id

_SQLITE: Final = "sqlite:///"


def named_run(out: Path, asked: str) -> FoundRun:
    """Finds a run.

    Args:
        out: what ``--out`` names.
        asked: what ``catalog.choose`` takes; another folder that ``--out`` named, for its newest run; or an MLflow run
            id, which is looked up where ``MLFLOW_TRACKING_URI`` says, or else in the database under ``out``.

    Raises:
        UsageError: there is none, more than one, or it can't be read.
        OutsideError: MLflow could not be reached or refused.
    """
    if is_run_id(asked) and not Path(asked).exists():
        return find(asked, _tracking_uri(out, asked))
    if _is_out(asked):
        return find(asked, None)
    folder = catalog.choose(out, asked)
    return FoundRun(report=catalog.read(folder), folder=folder)


def _is_out(asked: str) -> bool:
    try:
        return (Path(asked) / catalog.POINTER).is_file()
    except (OSError, ValueError):
        # longer than any name can be
        return False


def _tracking_uri(out: Path, run_id: str) -> str:
    uri = os.environ.get("MLFLOW_TRACKING_URI")
    if uri:
        return uri
    own = default_tracking_uri(out)
    # MLflow would make the database that it does not find
    if not Path(own.removeprefix(_SQLITE)).is_file():
        raise UsageError(
            f"RUN: found the MLflow run id {run_id} and no database {own}; give --out or set MLFLOW_TRACKING_URI"
        )
    return own
