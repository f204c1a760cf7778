"""Params, tags and metrics of a run, under names that MLflow takes."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Final

from darklaunch.publish import formatting
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

_IRRELEVANT: Final = ("spark.", "publish.")
"""Settings of the machine and of the files written: they do not change the verdict."""

_SLUG: Final = 120
_LITERAL: Final = r"(?:[A-Za-z0-9-](?:[A-Za-z0-9_-]*[A-Za-z0-9-])?)?"
_PLAIN: Final = re.compile(rf"[A-Z][A-Z0-9-]* (?:/(?:{_LITERAL}|\{{[A-Za-z0-9_-]+\}}))+")
_ILLEGAL: Final = re.compile(r"[^A-Za-z0-9_.-]+")


def slug(endpoint: str) -> str:
    """An endpoint's name as part of a metric's name.

    ``GET /items/{id}`` is ``GET.items._id_``. No two plain names share a slug; any other name ends in a digest of
    itself. So a slug is unique and depends on nothing but the name, and stays the same from look to look.
    """
    if _PLAIN.fullmatch(endpoint) and len(endpoint) <= _SLUG:
        return endpoint.replace(" ", "").replace("/", ".").translate({ord("{"): "_", ord("}"): "_"})
    cleaned = _ILLEGAL.sub("_", endpoint).strip("._")[:_SLUG]
    return f"{cleaned or 'endpoint'}-{_digest(endpoint)}"


def metrics(report: RunReport) -> dict[str, float]:
    """The fleet's and every endpoint's numbers by metric name; what is undefined has no metric."""
    named = {"fleet": report.fleet} | {f"endpoint/{slug(each.name)}": each for each in report.endpoints}
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
            yield (name if same or listed else f"{name[:_SLUG]}-{_digest(key)}"), _short(value, LONGEST_PARAM)


def tags(report: RunReport, folder: Path) -> dict[str, str]:
    """The tags by which a run is found and sorted; the window as ISO 8601 in UTC."""
    launch = report.launch
    values = {
        LAUNCH_KEY: launch.key,
        WINDOW_TO: _iso(report.span.end),
        FOLDER: str(folder.resolve()),
        "darklaunch.launch": launch.name,
        "darklaunch.window_from": _iso(report.span.start),
        "darklaunch.production_release": launch.production_release,
        "darklaunch.shadow_release": launch.shadow_release,
        "darklaunch.rules_digest": launch.rules_digest,
        "darklaunch.verdict": report.verdict.value,
        "darklaunch.look": report.look,
        "darklaunch.exploratory": "true" if report.exploratory else None,
        "mlflow.source.name": "darklaunch",
    }
    return {name: _short(value, LONGEST_TAG) for name, value in values.items()}


def _iso(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _short(value: object, longest: int) -> str:
    text = "null" if value is None else formatting.visible(value, longest=longest)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
