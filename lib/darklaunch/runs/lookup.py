"""Where a run is: under ``--out``, in its own folder, or in MLflow."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from darklaunch.errors import UsageError
from darklaunch.publish.formatting import visible
from darklaunch.publish.mlflow.client import client_of, outside
from darklaunch.publish.mlflow.values import FOLDER
from darklaunch.storage.atomic import read_json, restore

_RUN_ID: Final = re.compile(r"[0-9a-f]{32}")
_SCHEMA_VERSION: Final = 1
_WANTED: Final = "wanted a folder that `darklaunch run --out` wrote, the folder of a run, or an MLflow run id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A run: its ``verdict.json``, and its folder or why there is none."""

    data: Mapping[str, Any]
    folder: Path | None
    absent: str = ""


def find(place: str | Path, tracking_uri: str | None) -> Found:
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
        return Found(data=_read(folder / "verdict.json"), folder=folder)
    if _RUN_ID.fullmatch(str(place)):
        return _in_mlflow(str(place), tracking_uri)
    raise UsageError(f"open_run: found no folder {visible(str(place))!r}, {_WANTED}")


def _newest(out: Path) -> Path:
    latest = out / "latest.json"
    if not latest.exists():
        raise UsageError(f"open_run: found neither latest.json nor verdict.json in {out}, {_WANTED}")
    try:
        folder = out / str(read_json(latest)["run"])
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"open_run: found {latest}, which can't be read; open the folder of a run instead") from error
    restore(folder)
    if not (folder / "verdict.json").exists():
        raise UsageError(f"open_run: found no run in {folder}, where {latest} points; open the folder of another run")
    return folder


def _read(path: Path) -> dict[str, Any]:
    try:
        data = read_json(path)
        version = data["schema_version"]
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"open_run: found {path}, which is no verdict; run `darklaunch run` again") from error
    if version != _SCHEMA_VERSION:
        raise UsageError(
            f"open_run: found schema_version {visible(version, longest=20)} in {path}, wanted {_SCHEMA_VERSION}; "
            "open it with the darklaunch that wrote it"
        )
    return data


def _in_mlflow(run_id: str, tracking_uri: str | None) -> Found:
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
            path = Path(client.download_artifacts(run_id, "verdict.json", scratch))
        data = _read(path)
    folder = logged if logged.is_absolute() and _is_of(logged, data) else None
    absent = f"found none, MLflow keeps the verdict only and {logged} is not here; open the run's folder where it is"
    return Found(data=data, folder=folder, absent="" if folder else absent)


def _is_of(folder: Path, data: Mapping[str, Any]) -> bool:
    """Says whether a folder holds the run with this verdict."""
    try:
        there = read_json(folder / "verdict.json")
    except (OSError, json.JSONDecodeError):
        return False
    return (there["launch"]["key"], there["window"]) == (data["launch"]["key"], data["window"])
