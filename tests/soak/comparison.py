"""Whether two launches ended alike: evidence, scores, and what MLflow holds of them."""

import json
import math
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from darklaunch.publish.mlflow.client import client_of
from darklaunch.runs.catalog import past_runs
from darklaunch.storage.state import StateTable, read_state

TOLERANCE = 1e-9
_TABLES = (StateTable.EVIDENCE, StateTable.LATENCY, StateTable.PANEL)
_DOCUMENTS = (StateTable.NOISE, StateTable.THRESHOLDS, StateTable.REST_GROUP, StateTable.LOST_FILES)
_OF_VERDICTS = ("launch", "window", "look", "verdict", "reasons", "fleet", "endpoints", "groups", "causes")
_TAGS = ("verdict", "darklaunch.look", "darklaunch.window_from", "darklaunch.pairs_digest", "darklaunch.newest_verdict")


def evidence_of(out: Path) -> dict[str, Any]:
    """The rows of a launch's tables by hour, and its documents."""
    (launch,) = (folder for folder in (out / "launches").iterdir() if not folder.name.startswith("."))
    state = read_state(launch)
    rows = {
        f"{table.value} {hour:%m-%dT%H}": sorted(pq.ParquetFile(file).read().to_pylist(), key=_order)
        for table in _TABLES
        for hour, file in state.hour_files(table)
    }
    return rows | {table.value: state.documents(table) for table in _DOCUMENTS}


def scores_of(out: Path) -> dict[str, Any]:
    """What every finished run says, by the end of its window."""
    runs, skipped = past_runs(out)
    assert not skipped, skipped
    verdicts = {run.folder.name: json.loads((run.folder / "verdict.json").read_text()) for run in runs}
    assert len(verdicts) == len(runs)
    return {name: {key: each.get(key) for key in _OF_VERDICTS} for name, each in verdicts.items()}


def mlflow_of(tracking_uri: str, experiment: str) -> dict[str, Any]:
    """What MLflow shows of each look and of the launch: one run each, or an error."""
    client = client_of(tracking_uri)
    found = client.get_experiment_by_name(experiment)
    assert found is not None
    runs, token = [], None
    while token != "":
        page = client.search_runs([found.experiment_id], max_results=200, page_token=token)
        runs += page
        token = page.token or ""
    shown: dict[str, Any] = {}
    for run in runs:
        window = run.data.tags.get("darklaunch.window_to", "launch")
        assert window not in shown, f"two MLflow runs of {window}"
        tags = {name: run.data.tags.get(name) for name in _TAGS}
        shown[window] = {"metrics": run.data.metrics, "params": _settings(run.data.params), "tags": tags}
        if window == "launch":
            shown["steps"] = {name: _steps(client, run.info.run_id, name) for name in run.data.metrics}
    return shown


def differences(ours: Any, theirs: Any, path: str = "") -> Iterator[str]:
    """Where two values differ, numbers by more than the tolerance."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(ours.keys() | theirs.keys(), key=str):
            if key not in ours or key not in theirs:
                yield f"{path}.{key}: only in {'one' if key in ours else 'the other'}"
            else:
                yield from differences(ours[key], theirs[key], f"{path}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for number, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(one, other, f"{path}[{number}]")
    elif isinstance(ours, float) and isinstance(theirs, float):
        both_undefined = math.isnan(ours) and math.isnan(theirs)
        if not (both_undefined or math.isclose(ours, theirs, rel_tol=TOLERANCE, abs_tol=TOLERANCE)):
            yield f"{path}: {ours!r} and {theirs!r}"
    elif ours != theirs:
        yield f"{path}: {str(ours)[:200]} and {str(theirs)[:200]}"


def _order(row: dict[str, Any]) -> str:
    # floats may differ in the last digit, and must not change the order
    return repr({key: value for key, value in row.items() if not isinstance(value, float)})


def _settings(params: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in params.items() if not name.startswith("captures.")}


def _steps(client: Any, run_id: str, name: str) -> dict[str, float]:
    """The value that is shown at each step: the latest."""
    values: dict[int, tuple[int, float]] = defaultdict(lambda: (-1, math.nan))
    for metric in client.get_metric_history(run_id, name):
        values[metric.step] = max(values[metric.step], (metric.timestamp, metric.value), key=lambda each: each[0])
    return {str(step): value for step, (_, value) in values.items()}
