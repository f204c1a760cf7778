"""The report on paper as values: every text and every number as it is printed, ready for the template."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from darklaunch.capture.arm import Arm
from darklaunch.decide.verdict import Verdict
from darklaunch.publish import formatting, svg
from darklaunch.publish.excess_range import ExcessRange
from darklaunch.publish.export.headline import meaning, method, releases, span, tally
from darklaunch.publish.report.endpoint import EndpointReport, ranked
from darklaunch.publish.report.run import RunReport
from darklaunch.publish.slice_text import slice_text
from darklaunch.text.numbers import count, rate
from darklaunch.text.undefined import Maybe, Undefined
from darklaunch.triage.cause_report import CauseReport

REASONS: Final = 5
PLOTTED: Final = 15
CAUSES: Final = 5
NEEDED: Final = 8
"""So many of each stand on the first two pages; the tables have them all."""

_NAME: Final = 160
_SENTENCE: Final = 320
_VALUE: Final = 80
_SETTING: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedEndpoint:
    """A line of the plot and of the table of endpoints; ``decided_by`` is empty where it is promoted."""

    name: str
    verdict: str
    pairs: str
    effective_pairs: str
    mismatches: str
    mismatch_rate: str
    excess: str
    tolerated: str
    interval: svg.Interval | None
    latency: str
    confidence: str
    regression_confidence: str
    needed: str
    decided_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedCause:
    """A cause; ``production`` and ``shadow`` are the values of the commonest change at ``path``, empty without one."""

    path: str
    more_paths: int
    kind: str
    severity: str
    endpoint: str
    requests: str
    share: str
    failures_a_day: str
    telling: str
    production: str
    shadow: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """What an endpoint on hold still needs."""

    name: str
    pairs: str
    expected: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A whole report; ``*_left`` counts what the first two pages leave to the tables."""

    title: str
    verdict: str
    exploratory: bool
    launch: str
    meaning: str
    production: str
    shadow: str
    window: str
    look: str
    reasons: tuple[str, ...]
    reasons_left: int
    tally: dict[str, int]
    fleet: PrintedEndpoint
    endpoints: tuple[PrintedEndpoint, ...]
    plotted: int
    ticks: tuple[svg.Tick, ...]
    zero_x: float
    plot_width: int
    causes: tuple[PrintedCause, ...]
    detailed: int
    needed: tuple[Needed, ...]
    needed_left: int
    method: tuple[str, ...]
    funnel: tuple[tuple[str, ...], ...]
    settings: tuple[tuple[str, ...], ...]
    footer: str


def printed(report: RunReport) -> Printed:
    """Puts a report into print."""
    production, shadow = releases(report)
    scale = svg.Scale(range=ExcessRange.over(report.fleet, report.endpoints))
    endpoints = ranked(report.endpoints)
    held = [each for each in endpoints if each.verdict is Verdict.HOLD]
    return Printed(
        title=_text(f"{report.verdict.value.upper()}: {report.launch.name}, look {report.look}"),
        verdict=report.verdict.value,
        exploratory=report.exploratory,
        launch=_text(report.launch.name),
        meaning=_text(meaning(report), _SENTENCE),
        production=_text(production),
        shadow=_text(shadow),
        window=span(report),
        look=str(report.look),
        reasons=tuple(_text(each, _SENTENCE) for each in report.reasons[:REASONS]),
        reasons_left=max(0, len(report.reasons) - REASONS),
        tally={verdict.value: number for verdict, number in tally(report).items()},
        fleet=_endpoint(report.fleet, scale),
        endpoints=tuple(_endpoint(each, scale) for each in (*report.groups, *endpoints)),
        plotted=PLOTTED,
        ticks=scale.ticks,
        zero_x=scale.x(0.0),
        plot_width=svg.WIDTH,
        causes=tuple(_cause(each) for each in report.window.causes or ()),
        detailed=CAUSES,
        needed=tuple(_needed(each) for each in held[:NEEDED]),
        needed_left=max(0, len(held) - NEEDED),
        method=method(report),
        funnel=tuple(_funnel(report)),
        settings=tuple(_settings(report.window.settings.items())),
        footer=_text(f"launch key {report.launch.key}, rules {report.launch.rules_digest}"),
    )


def _endpoint(report: EndpointReport, scale: svg.Scale) -> PrintedEndpoint:
    slowest, deciding = report.slowest, report.deciding
    return PrintedEndpoint(
        name=_text(report.name),
        verdict=report.verdict.value,
        pairs=count(report.pairs),
        effective_pairs=count(report.effective_pairs),
        mismatches=count(report.mismatches),
        mismatch_rate=formatting.formatted(report.match_rate, lambda value: rate(round(1 - value, 12))).text,
        excess=formatting.bounds(report.excess_low, report.excess_high),
        tolerated=rate(report.tolerated_excess),
        interval=scale.interval(report),
        latency="-" if slowest is None else f"{slowest[1].ratio:.2f}x {slowest[0]}",
        confidence=_confidence(report.confidence),
        regression_confidence=_confidence(report.regression_confidence),
        needed=formatting.formatted(report.pairs_needed, formatting.needed).text,
        decided_by=deciding.dimension.words if deciding and report.verdict is not Verdict.PROMOTE else "",
    )


def _confidence(value: Maybe) -> str:
    return formatting.formatted(value, formatting.confidence).text


def _cause(report: CauseReport) -> PrintedCause:
    first = report.paths[0]
    change = report.first_change
    return PrintedCause(
        path=_text(first.path),
        more_paths=report.path_count - 1,
        kind=first.kind.value.replace("_", " "),
        severity=report.severity.value,
        endpoint=_text(report.endpoint),
        requests=count(report.requests),
        share=rate(report.share),
        failures_a_day=count(report.failures_a_day),
        telling=_text(f"{slice_text(report, report.slices[0]).text}.", _SENTENCE) if report.slices else "",
        production=_text(formatting.visible(change.production), _VALUE) if change else "",
        shadow=_text(formatting.visible(change.shadow), _VALUE) if change else "",
    )


def _needed(report: EndpointReport) -> Needed:
    match report.pairs_needed:
        case Undefined():
            pairs = "not known"
        case number if number <= 0:
            pairs = "no more"
        case number:
            pairs = formatting.needed(number)
    expected = report.expected
    return Needed(
        name=_text(report.name),
        pairs=pairs,
        expected="" if isinstance(expected, Undefined) else f"{expected:%Y-%m-%d}",
        why=_text(report.reasons[0], _SENTENCE) if report.reasons else "",
    )


def _funnel(report: RunReport) -> Iterator[tuple[str, ...]]:
    funnel = report.window.funnel
    yield ("rows read", "", *(count(funnel.read[arm]) for arm in Arm))
    for box, requests in funnel.requests.items():
        rows = [funnel.rows[box][arm] for arm in Arm]
        if requests or any(rows):
            yield (box.meaning, count(requests), *map(count, rows))


def _settings(settings: Iterable[tuple[str, str | None]]) -> Iterator[tuple[str, ...]]:
    for key, value in settings:
        yield _text(key), _text("null" if value is None else value, _SETTING)


def _text(text: str, longest: int = _NAME) -> str:
    return formatting.visible(text, longest=longest)
