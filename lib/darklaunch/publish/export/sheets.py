"""The sheets of a run's workbook: what stands in which column."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from typing import Final

from darklaunch.capture.arm import Arm
from darklaunch.pair.funnel import Box
from darklaunch.publish import formatting
from darklaunch.publish.export.headline import meaning, releases, span, tally_words
from darklaunch.publish.export.sheet import Cell, Column, Sheet, Style
from darklaunch.publish.report.endpoint import EndpointReport, ranked
from darklaunch.publish.report.run import RunReport
from darklaunch.publish.slice_text import slice_text
from darklaunch.publish.tables import COUNTS, RATES, numbers_of
from darklaunch.text.undefined import Undefined, number_or_none
from darklaunch.triage.cause_report import CauseReport

_AMOUNTS: Final = ("effective_pairs", "pairs_needed")
_CONFIDENCES: Final = ("confidence", "regression_confidence")
_LATENCY: Final = ("production_ms", "shadow_ms", "baseline_ms", "ratio", "low", "high")
_NAME: Final = (42, 70)
"""The least and the most characters of a column of endpoints."""

_ARROW: Final = 4
"""Characters beside a heading for the arrow of its filter."""

_QUANTILES: Final = ("p50", "p95", "p99")


def sheets(report: RunReport) -> tuple[Sheet, ...]:
    """The sheets of a run's workbook, in their order."""
    return (
        _verdict(report),
        _endpoints(report),
        _causes(report.window.causes or ()),
        _differences(report),
        _funnel(report),
        _settings(report),
    )


def _verdict(report: RunReport) -> Sheet:
    production, shadow = releases(report)
    facts = {
        "verdict": report.verdict.value,
        "meaning": meaning(report),
        "exploratory": "yes" if report.exploratory else "no",
        "launch": report.launch.name,
        "launch key": report.launch.key,
        "production": production,
        "shadow": shadow,
        "window": span(report),
        "look": str(report.look),
        "endpoints": tally_words(report),
        "baseline arm": "took part" if report.window.baseline else "none",
    }
    reasons = ((f"reason {number}", reason) for number, reason in enumerate(report.reasons, start=1))
    columns = (_column("what", Style.TEXT, 18), _column("value", Style.VERDICT, 110))
    return Sheet(name="verdict", columns=columns, rows=(*facts.items(), *reasons), frozen=1)


def _endpoints(report: RunReport) -> Sheet:
    columns = (
        _endpoint_column(each.name for each in report.endpoints),
        _column("scope", Style.TEXT, 10),
        _column("verdict", Style.VERDICT, 10),
        *(_column(name, Style.COUNT, 12) for name in COUNTS),
        *(_column(name, _style(name), 14) for name in RATES),
        _column("shadow_only_errors", Style.COUNT, 12),
        _column("production_only_errors", Style.COUNT, 12),
        *(
            _column(f"{quantile}_{name}", Style.MILLISECONDS if name.endswith("_ms") else Style.RATIO, 12)
            for quantile in _QUANTILES
            for name in _LATENCY
        ),
        _column("decided_by", Style.TEXT, 18),
        _column("reasons", Style.WRAPPED, 80),
        _column("undefined", Style.TEXT, 60),
    )
    entries = [report.fleet, *report.groups, *ranked(report.endpoints)]
    return Sheet(name="endpoints", columns=columns, rows=tuple(_endpoint(each) for each in entries), frozen=1)


def _style(name: str) -> Style:
    if name in _AMOUNTS:
        return Style.AMOUNT
    return Style.CONFIDENCE if name in _CONFIDENCES else Style.RATE


def _endpoint(report: EndpointReport) -> tuple[Cell, ...]:
    quantiles = (report.latency.get(name) for name in _QUANTILES)
    deciding = report.deciding
    return (
        report.name,
        report.scope.value,
        report.verdict.value,
        *numbers_of(report).values(),
        report.status.shadow_only_errors,
        report.status.production_only_errors,
        *(None if at is None else getattr(at, name) for at in quantiles for name in _LATENCY),
        deciding.dimension.words if deciding else None,
        " ".join(report.reasons),
        "; ".join(_undefined(report)) or None,
    )


def _undefined(report: EndpointReport) -> Iterator[str]:
    for field in fields(report):
        value = getattr(report, field.name)
        if isinstance(value, Undefined):
            yield f"{field.name}: {value.reason or 'no reason was recorded'}"
    for name, at in report.latency.items():
        if at.reason:
            yield f"{name}: {at.reason}"


def _causes(causes: Sequence[CauseReport]) -> Sheet:
    columns = (
        _column("id", Style.TEXT, 14),
        _endpoint_column(each.endpoint for each in causes),
        _column("path", Style.TEXT, 44),
        _column("kind", Style.TEXT, 14),
        _column("severity", Style.SEVERITY, 10),
        _column("paths", Style.COUNT, 8),
        _column("requests", Style.COUNT, 12),
        _column("share", Style.RATE, 11),
        _column("share_low", Style.RATE, 11),
        _column("share_high", Style.RATE, 11),
        _column("failures_a_day", Style.AMOUNT, 14),
        _column("noise_share", Style.RATE, 12),
        _column("first_hour", Style.TEXT, 21),
        _column("last_hour", Style.TEXT, 21),
        _column("slices", Style.WRAPPED, 60),
        _column("production", Style.TEXT, 30),
        _column("shadow", Style.TEXT, 30),
        _column("curl", Style.TEXT, 60),
    )
    return Sheet(name="causes", columns=columns, rows=tuple(_cause(each) for each in causes), frozen=1)


def _cause(report: CauseReport) -> tuple[Cell, ...]:
    first = report.paths[0]
    change = report.first_change
    return (
        report.id,
        report.endpoint,
        first.path,
        first.kind.value,
        report.severity.value,
        report.path_count,
        report.requests,
        report.share,
        report.share_low,
        report.share_high,
        report.failures_a_day,
        number_or_none(report.noise_share),
        formatting.moment(report.first_hour),
        formatting.moment(report.last_hour),
        "; ".join(slice_text(report, each).text for each in report.slices) or None,
        change.production if change else None,
        change.shadow if change else None,
        report.examples[0].curl if report.examples else None,
    )


def _differences(report: RunReport) -> Sheet:
    columns = (
        _endpoint_column(each.name for each in report.endpoints if each.differences),
        _column("path", Style.TEXT, 44),
        _column("kind", Style.TEXT, 14),
        _column("severity", Style.SEVERITY, 10),
        _column("requests", Style.COUNT, 12),
        _column("share", Style.RATE, 11),
        _column("ignored_by", Style.TEXT, 30),
        _column("request_id", Style.TEXT, 24),
        _column("production", Style.TEXT, 30),
        _column("shadow", Style.TEXT, 30),
    )
    rows: list[tuple[Cell, ...]] = []
    for endpoint in ranked(report.endpoints):
        for each in endpoint.differences:
            example = each.example
            shown = (example.request_id, example.production, example.shadow) if example else (None, None, None)
            counted = (each.requests, each.share, each.ignored_by)
            rows.append((endpoint.name, each.path, each.kind.value, each.severity.value, *counted, *shown))
    return Sheet(name="differences", columns=columns, rows=tuple(rows), frozen=2)


def _funnel(report: RunReport) -> Sheet:
    funnel = report.window.funnel
    columns = (
        _column("box", Style.TEXT, 20),
        _column("meaning", Style.WRAPPED, 70),
        _column("requests", Style.COUNT, 14),
        *(_column(arm.value, Style.COUNT, 14) for arm in Arm),
    )
    boxes = tuple(
        (box.value, box.meaning, funnel.requests[box], *(funnel.rows[box][arm] for arm in Arm)) for box in Box
    )
    read = ("rows read", "the boxes add up to it", None, *(funnel.read[arm] for arm in Arm))
    return Sheet(name="funnel", columns=columns, rows=(*boxes, read), frozen=1)


def _settings(report: RunReport) -> Sheet:
    columns = (_column("key", Style.TEXT, 46), _column("value", Style.WRAPPED, 80))
    return Sheet(name="settings", columns=columns, rows=tuple(report.window.settings.items()), frozen=1)


def _endpoint_column(names: Iterable[str]) -> Column:
    """A column as wide as most of its names."""
    least, most = _NAME
    return _column("endpoint", Style.TEXT, min(most, max([least, *map(len, names)])))


def _column(name: str, style: Style, width: int) -> Column:
    return Column(name=name, style=style, width=max(width, len(name) + _ARROW))
