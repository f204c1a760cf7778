"""Params, tags and metrics of a run, under names that MLflow takes."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Final

from darklaunch.publish import formatting
from darklaunch.publish.mlflow.names import digest, metric_part
from darklaunch.publish.report.endpoint import EndpointReport, ranked
from darklaunch.publish.report.run import RunReport
from darklaunch.publish.tables import numbers_of

LAUNCH_KEY: Final = "darklaunch.launch_key"
WINDOW_TO: Final = "darklaunch.window_to"
FOLDER: Final = "darklaunch.folder"

LONGEST_NAME: Final = 250
LONGEST_PARAM: Final = 500
"""Older servers take no more."""

LONGEST_TAG: Final = 4000

METRICS: Final = (
    "pairs",
    "effective_pairs",
    "mismatches",
    "match_rate",
    "excess",
    "excess_low",
    "excess_high",
    "confidence",
    "regression_confidence",
    "pairs_needed",
)

ENDPOINT: Final = "endpoint/"
MOST_ENDPOINTS: Final = 500
"""So many have metrics: MLflow's pages read all metrics of all runs that they show. The tables have every endpoint."""

_IRRELEVANT: Final = ("spark.", "publish.")
"""Settings of the machine and of the files written: they do not change the verdict."""

_LONGEST_KEY: Final = 120
_ILLEGAL: Final = re.compile(r"[^A-Za-z0-9_.-]+")


def with_metrics(report: RunReport) -> dict[str, EndpointReport]:
    """The endpoints that have metrics, by their part of a metric's name: the worst, then those with most traffic."""
    return {metric_part(each.name): each for each in ranked(report.endpoints)[:MOST_ENDPOINTS]}


def metrics(report: RunReport) -> dict[str, float]:
    """The fleet's and the endpoints' numbers by metric name; what is undefined has no metric."""
    named = {"fleet": report.fleet} | {f"{ENDPOINT}{part}": each for part, each in with_metrics(report).items()}
    numbers = {prefix: numbers_of(each) for prefix, each in named.items()}
    return {
        f"{prefix}/{name}": float(value)
        for prefix, values in numbers.items()
        for name in METRICS
        if (value := values[name]) is not None
    }


def params(report: RunReport) -> dict[str, str]:
    """The settings that can change the verdict, by names and in lengths that MLflow takes."""
    return dict(_params(report.window.settings))


def _params(settings: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
    for key, value in settings.items():
        if not key.startswith(_IRRELEVANT):
            name = _ILLEGAL.sub("_", key.replace("[", ".").replace("]", "")).strip("._")
            same = name == key and len(name) <= LONGEST_NAME
            # a list's brackets are the one change that can't make two keys the same
            listed = re.fullmatch(r"[A-Za-z_]+\[\d+\][A-Za-z_.]*", key) is not None
            yield (name if same or listed else f"{name[:_LONGEST_KEY]}-{digest(key)}"), _short(value, LONGEST_PARAM)


def tags(report: RunReport, folder: Path) -> dict[str, str]:
    """The tags by which a run is found and sorted; the window as ISO 8601 in UTC."""
    endpoints = len(report.endpoints)
    of_look = {
        WINDOW_TO: iso(report.span.end),
        FOLDER: str(folder.resolve()),
        "darklaunch.window_from": iso(report.span.start),
        "darklaunch.verdict": report.verdict.value,
        "verdict": report.verdict.value,
        "darklaunch.look": report.look,
        "darklaunch.exploratory": "true" if report.exploratory else None,
        "darklaunch.endpoints_with_metrics": f"{min(endpoints, MOST_ENDPOINTS)} of {endpoints}",
    }
    return launch_tags(report) | {name: _short(value, LONGEST_TAG) for name, value in of_look.items()}


def launch_tags(report: RunReport) -> dict[str, str]:
    """The tags that all looks at a launch share."""
    launch = report.launch
    of_launch = {
        LAUNCH_KEY: launch.key,
        "darklaunch.launch": launch.name,
        "darklaunch.production_release": launch.production_release,
        "darklaunch.shadow_release": launch.shadow_release,
        "darklaunch.rules_digest": launch.rules_digest,
        "mlflow.source.name": "darklaunch",
    }
    return {name: _short(value, LONGEST_TAG) for name, value in of_launch.items()}


def metric_names(report: RunReport) -> dict[str, str]:
    """The endpoints by their part of a metric's name."""
    return {part: each.name for part, each in with_metrics(report).items()}


def iso(moment: datetime) -> str:
    """A moment in UTC, as tags have it."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _short(value: object, longest: int) -> str:
    text = "null" if value is None else formatting.visible(value, longest=longest)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
