"""One look at a launch as one MLflow run, however often it is logged.

The run of a look is found by two tags, launch key and end of the window. Logging the look again brings it up to
date, as far as MLflow lets anybody change a run:

- Tags are overwritten, artifacts replaced.
- A metric that has changed is logged at the same step, the look, with a timestamp one millisecond later than
  before, because of two values of one step MLflow shows the later. One that has become null is logged as NaN, since
  MLflow can't take it back. One that is the same is not logged again.
- A param can't be changed. Those that are new are logged; where one has changed since, it keeps its first value and
  the tag ``darklaunch.settings_changed`` says what holds now. ``settings.json`` always has all that hold.

Run and metrics carry the time of the window's end, so that looks stand in the order of what they looked at. The run of
a look stands below that of its launch (``series.py``).
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from darklaunch.publish.export.format import Format
from darklaunch.publish.mlflow import values
from darklaunch.publish.mlflow.client import (
    client_of,
    default_tracking_uri,
    experiment_of,
    first_run,
    milliseconds,
    outside,
    ping,
)
from darklaunch.publish.mlflow.dataset import DIGEST, dataset_input, pairs_digest
from darklaunch.publish.mlflow.series import PARENT, launch_run, log_look
from darklaunch.publish.report.run import RunReport
from darklaunch.text.credentials import without_credentials

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

__all__ = ["LoggedRun", "default_tracking_uri", "log_run", "ping"]

ARTIFACTS: Final = (*(form.file for form in Format), "scores.parquet", "contract.json")

_REVISION: Final = "darklaunch.revision"
_CHARTED: Final = "darklaunch.charted_revision"
_CHANGED: Final = "darklaunch.settings_changed"
_METRICS_AT_ONCE: Final = 1000
_PARAMS_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRun:
    """The MLflow run that a look was logged to.

    Attributes:
        run_id: MLflow's.
        experiment_id: MLflow's.
        tracking_uri: without user, password and query.
    """

    run_id: str
    experiment_id: str
    tracking_uri: str


def log_run(folder: Path, report: RunReport, *, tracking_uri: str, experiment: str) -> LoggedRun:
    """Logs a finished run, or brings its MLflow run up to date.

    Args:
        folder: the run's folder.
        report: what it holds.
        tracking_uri: a server or a database.
        experiment: is made where there is none; in a SQLite file its artifacts lie beside the file.

    Raises:
        OutsideError: MLflow could not be reached or refused.
    """
    tags, digest = values.tags(report, folder), pairs_digest(folder)
    hint = f"the results are safe in {folder}; `darklaunch publish` completes it later"
    with outside(tracking_uri, hint):
        client = client_of(tracking_uri)
        experiment_id = experiment_of(client, experiment, tracking_uri)
        launch = launch_run(client, experiment_id, report)
        tags |= {PARENT: launch.info.run_id}
        run = _logged_before(client, experiment_id, tags) or _created(client, experiment_id, tags, report.span.end)
        run_id = run.info.run_id
        settled = _log_params(client, run, values.params(report))
        revision = _log_metrics(client, run, report)
        if run.data.tags.get(_CHARTED) != revision:
            log_look(client, launch, report, timestamp_ms=milliseconds(report.span.end) + int(revision))
        _log_files(client, run_id, folder, report)
        digested = _log_dataset(client, run, report, digest)
        _log_tags(client, run, {**tags, **settled, **digested, _CHARTED: revision})
        client.set_terminated(run_id, end_time=milliseconds(report.span.end))
    return LoggedRun(run_id=run_id, experiment_id=experiment_id, tracking_uri=without_credentials(tracking_uri))


def _logged_before(client: "MlflowClient", experiment_id: str, tags: Mapping[str, str]) -> "Run | None":
    return first_run(client, experiment_id, {name: tags[name] for name in (values.LAUNCH_KEY, values.WINDOW_TO)})


def _created(client: "MlflowClient", experiment_id: str, tags: Mapping[str, str], end: datetime) -> "Run":
    name = f"{tags[values.LAUNCH_KEY]} {end:%Y-%m-%d %H:%M}"
    return client.create_run(experiment_id, start_time=milliseconds(end), tags=dict(tags), run_name=name)


def _log_params(client: "MlflowClient", run: "Run", params: Mapping[str, str]) -> dict[str, str]:
    from mlflow.entities import Param

    before = run.data.params
    new = [Param(name, value) for name, value in params.items() if name not in before]
    for start in range(0, len(new), _PARAMS_AT_ONCE):
        client.log_batch(run.info.run_id, params=new[start : start + _PARAMS_AT_ONCE])
    now = {name: params.get(name, "(no longer set)") for name in before}
    changed = "; ".join(f"{name}: {now[name]}" for name in before if now[name] != before[name])
    return {_CHANGED: changed[: values.LONGEST_TAG] or "none"}


def _log_metrics(client: "MlflowClient", run: "Run", report: RunReport) -> str:
    """Logs the numbers that have changed; returns how often any has, as tags have it."""
    from mlflow.entities import Metric

    before, metrics = run.data.metrics, values.metrics(report)
    revision = int(run.data.tags.get(_REVISION, "-1"))
    gone = {name: math.nan for name, value in before.items() if name not in metrics and not math.isnan(value)}
    changed = {name: value for name, value in metrics.items() if before.get(name) != value} | gone
    if not changed:
        return str(revision)
    revision += 1
    # before the metrics: should logging them break off, the next attempt comes later still
    client.set_tag(run.info.run_id, _REVISION, str(revision))
    timestamp_ms = milliseconds(report.span.end) + revision
    new = [Metric(name, value, timestamp_ms, report.look) for name, value in changed.items()]
    for start in range(0, len(new), _METRICS_AT_ONCE):
        client.log_batch(run.info.run_id, metrics=new[start : start + _METRICS_AT_ONCE])
    return str(revision)


def _log_files(client: "MlflowClient", run_id: str, folder: Path, report: RunReport) -> None:
    for name in ARTIFACTS:
        if (folder / name).exists():
            client.log_artifact(run_id, str(folder / name))
    texts = {"settings.json": dict(report.window.settings), "metric_names.json": values.metric_names(report)}
    for name, value in texts.items():
        client.log_text(run_id, json.dumps(value, indent=2, ensure_ascii=False), name)


def _log_dataset(client: "MlflowClient", run: "Run", report: RunReport, digest: str | None) -> dict[str, str]:
    if digest is None:
        return {}
    if run.data.tags.get(DIGEST) != digest:
        client.log_inputs(run.info.run_id, [dataset_input(report, digest)])
    return {DIGEST: digest}


def _log_tags(client: "MlflowClient", run: "Run", tags: Mapping[str, str]) -> None:
    from mlflow.entities import RunTag

    client.log_batch(run.info.run_id, tags=[RunTag(name, value) for name, value in tags.items()])
