"""One MLflow run a launch, above the runs of its looks, whose metrics have a step for each look.

So MLflow's own chart shows how the confidence of the fleet, and of the endpoints that matter most, has grown.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from darklaunch.publish.mlflow import values
from darklaunch.publish.mlflow.client import first_run, milliseconds
from darklaunch.publish.mlflow.names import metric_part
from darklaunch.publish.report.run import RunReport
from darklaunch.text.undefined import Undefined

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

KIND: Final = "darklaunch.kind"
PARENT: Final = "mlflow.parentRunId"

_LAUNCH: Final = "launch"
_NEWEST: Final = "darklaunch.newest_window_to"
_VERDICT: Final = "darklaunch.newest_verdict"
_FLEET: Final = ("confidence", "regression_confidence", "excess", "excess_low", "excess_high")
_OF_ENDPOINTS: Final = "confidence"
_BUSIEST: Final = 20
_MOST: Final = 200
_CRITICAL: Final = "policy.critical_endpoints"


def launch_run(client: "MlflowClient", experiment_id: str, report: RunReport) -> "Run":
    """The MLflow run of a launch, which is made at its first look."""
    wanted = {values.LAUNCH_KEY: report.launch.key, KIND: _LAUNCH}
    before = first_run(client, experiment_id, wanted)
    if before is not None:
        return before
    named = {name: value for name, value in values.launch_tags(report).items() if name not in wanted}
    return client.create_run(
        experiment_id,
        start_time=milliseconds(report.span.end),
        tags={**wanted, **named},
        run_name=f"{report.launch.key} over its looks",
    )


def log_look(client: "MlflowClient", run: "Run", report: RunReport, *, timestamp_ms: int) -> None:
    """Logs a look's numbers as a step of its launch; the same values at the same time again change nothing.

    Args:
        client: of MLflow.
        run: the launch's.
        report: of the look.
        timestamp_ms: since 1970: the look's, and later whenever its numbers have changed.
    """
    from mlflow.entities import Metric, RunTag

    numbers = _numbers(report, run.data.metrics)
    metrics = [Metric(name, value, timestamp_ms, report.look) for name, value in numbers.items()]
    tags = []
    if values.iso(report.span.end) >= run.data.tags.get(_NEWEST, ""):
        tags = [RunTag(_NEWEST, values.iso(report.span.end)), RunTag(_VERDICT, report.verdict.value)]
    client.log_batch(run.info.run_id, metrics=metrics, tags=tags)
    client.set_terminated(run.info.run_id, end_time=max(run.info.end_time or 0, milliseconds(report.span.end)))


def _numbers(report: RunReport, before: Collection[str]) -> dict[str, float]:
    """The fleet's numbers, and the confidence of the critical and the busiest endpoints and of those shown before."""
    fleet = {f"fleet/{name}": getattr(report.fleet, name) for name in _FLEET}
    busiest = {each.name for each in sorted(report.endpoints, key=lambda each: (-each.pairs, each.name))[:_BUSIEST]}
    # as one text: of an endpoint whose name is a part of a critical one's there is a line too many
    critical = report.window.settings.get(_CRITICAL) or ""
    of_endpoints = {
        name: each.confidence
        for each in report.endpoints
        if (name := f"{values.ENDPOINT}{metric_part(each.name)}/{_OF_ENDPOINTS}") in before
        or each.name in busiest
        or each.name in critical
    }
    numbers = {**fleet, **dict(list(of_endpoints.items())[:_MOST])}
    return {name: value for name, value in numbers.items() if not isinstance(value, Undefined)}
