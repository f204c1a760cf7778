"""The report as one HTML file that needs nothing else: no script, no network, no file beside it.

Every expression of the templates passes `_printed` and autoescaping, so no string from traffic can act.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import jinja2
from jinja2 import Environment, PackageLoader, StrictUndefined

from darklaunch.capture.arm import Arm
from darklaunch.decide.verdict import WORST_FIRST
from darklaunch.pair.funnel import Fate, Funnel
from darklaunch.publish import formatting, svg
from darklaunch.publish.excess_range import ExcessRange
from darklaunch.publish.history_chart import chart
from darklaunch.publish.look import Look, look_of
from darklaunch.publish.report.endpoint import DifferenceReport, EndpointReport, ranked
from darklaunch.publish.report.json import SCHEMA_VERSION
from darklaunch.publish.report.run import RunReport
from darklaunch.publish.slice_text import slice_text
from darklaunch.text import numbers
from darklaunch.text.undefined import Undefined

_MOST_DIFFERENCES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One line of the endpoint table and the section it opens."""

    entry: EndpointReport
    name: str
    anchor: str
    interval: svg.Interval | None
    mismatch_rate: formatting.FormattedNumber
    differences: Sequence[DifferenceReport]
    differences_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _ArmSum:
    """The rows of one arm: the sum of its boxes, beside what was read."""

    arm: Arm
    read: int
    boxes: int
    bar: tuple[svg.Segment, ...]

    @property
    def adds_up(self) -> bool:
        return self.read == self.boxes


def _printed(value: object) -> object:
    """Makes what a template prints visible; markup that a macro made is left alone."""
    match value:
        case StrictUndefined():
            return str(value)  # raises, and names the key
        case jinja2.Undefined():
            raise jinja2.UndefinedError("the template printed a value that the report does not hold")
        case Undefined():
            raise jinja2.UndefinedError("the template printed a number that is undefined, without its reason")
        case int() | float():
            return value
        case _ if hasattr(value, "__html__"):
            return value
        case _:
            return formatting.visible(value)


def _signed(text: str) -> str:
    return text.replace("-", "−")  # noqa: RUF001 -- the minus sign is as wide as the digits beside it


@cache
def environment() -> Environment:
    """The Jinja environment of the page, with every text escaped."""
    environment = Environment(
        loader=PackageLoader("darklaunch.publish", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printed,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        formatted=formatting.formatted,
        VERDICTS=[verdict.value for verdict in WORST_FIRST],
        SCHEMA_VERSION=SCHEMA_VERSION,
        count=numbers.count,
        rate=lambda value: _signed(numbers.rate(value)),
        floored=numbers.floored,
        confidence=formatting.confidence,
        needed=formatting.needed,
        milliseconds=formatting.milliseconds,
        moment=formatting.moment,
        slice_text=slice_text,
        FATES=list(Fate),
        plot_width=svg.WIDTH,
    )
    return environment


def _mismatch_rate(report: EndpointReport) -> formatting.FormattedNumber:
    # Rounded, or the page would show the rounding error of the subtraction as a tiny rate.
    return formatting.formatted(report.match_rate, lambda match_rate: numbers.rate(round(1 - match_rate, 12)))


def _row(report: EndpointReport, name: str, anchor: str, scale: svg.Scale) -> _Row:
    differences = sorted(report.differences, key=lambda difference: (not difference.counts, -difference.requests))
    return _Row(
        entry=report,
        name=name,
        anchor=anchor,
        interval=scale.interval(report),
        mismatch_rate=_mismatch_rate(report),
        differences=differences[:_MOST_DIFFERENCES],
        differences_left=max(0, len(differences) - _MOST_DIFFERENCES),
    )


def _arm_sums(funnel: Funnel, *, baseline: bool) -> tuple[_ArmSum, ...]:
    arms = [arm for arm in Arm if arm is not Arm.BASELINE or baseline or funnel.read[arm]]
    return tuple(
        _ArmSum(
            arm=arm,
            read=funnel.read[arm],
            boxes=sum(by_arm[arm] for by_arm in funnel.rows.values()),
            bar=svg.funnel_bar(funnel.rows, arm),
        )
        for arm in arms
    )


def render_html(report: RunReport, earlier: Sequence[Look] = ()) -> str:
    """Renders a run's report as a page of HTML.

    Args:
        report: the run's.
        earlier: the looks at the launch before this one, for a chart.

    Returns:
        The whole page; the same report gives the same text.
    """
    scale = svg.Scale(range=ExcessRange.over(report.fleet, report.endpoints))
    rows = [
        _row(endpoint, endpoint.name, f"endpoint-{place}", scale)
        for place, endpoint in enumerate(ranked(report.endpoints), start=1)
    ]
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            window=report.window,
            fleet=_row(report.fleet, "All endpoints together", "fleet", scale),
            rows=rows,
            groups=[
                _row(group, group.name, f"group-{place}", scale) for place, group in enumerate(report.groups, start=1)
            ],
            tally={verdict.value: sum(row.entry.verdict is verdict for row in rows) for verdict in WORST_FIRST},
            scale=scale,
            history=chart([*earlier, look_of(report)], report.fleet.level),
            arms=_arm_sums(report.window.funnel, baseline=report.window.baseline),
        )
    )
