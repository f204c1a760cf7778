"""The report as one HTML file that needs nothing else: no network, no file beside it, and no script to say it all.

Every expression of the templates passes `_printed` and autoescaping, so no string from traffic can act.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import jinja2
from jinja2 import Environment, PackageLoader, StrictUndefined

from darklaunch.capture.arm import Arm
from darklaunch.decide.verdict import WORST_FIRST
from darklaunch.diff.rules.severity import Severity
from darklaunch.pair.funnel import Fate, Funnel
from darklaunch.publish import formatting, svg
from darklaunch.publish.excess_range import ExcessRange
from darklaunch.publish.history_chart import chart
from darklaunch.publish.look import Look, look_of
from darklaunch.publish.page.marking import marked
from darklaunch.publish.page.rows import cause_rows, endpoint_row, endpoint_rows
from darklaunch.publish.page.script import page_script
from darklaunch.publish.page.since_look import LISTED, since_look
from darklaunch.publish.report.endpoint import ranked
from darklaunch.publish.report.json import SCHEMA_VERSION
from darklaunch.publish.report.run import RunReport
from darklaunch.publish.slice_text import slice_text
from darklaunch.text import numbers
from darklaunch.text.undefined import Maybe, Undefined
from darklaunch.window import parse_moment

_FATES: Final = tuple(Fate)
"""In the order of the page: first what was compared."""


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
        difference=lambda value: _signed(f"{value:+.4g}"),
        floored=numbers.floored,
        confidence=formatting.confidence,
        needed=formatting.needed,
        milliseconds=formatting.milliseconds,
        moment=formatting.moment,
        slice_text=slice_text,
        marked=marked,
        key=_sort_key,
        script=page_script(),
        SEVERITIES=[severity.value for severity in Severity],
        LISTED_CHANGES=LISTED,
        FATES=_FATES,
        plot_width=svg.WIDTH,
    )
    environment.filters.update(hour=_hour, lower_first=lambda text: text[:1].lower() + text[1:])
    return environment


def _sort_key(value: Maybe, sign: int = 1) -> str:
    """What a table is sorted by; nothing where the number is undefined."""
    return "" if isinstance(value, Undefined) else f"{sign * value:.6g}"


def _hour(moment: str) -> str:
    return formatting.moment(parse_moment(moment))


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
    endpoints = ranked(report.endpoints)
    rows = endpoint_rows(endpoints, scale)
    groups = [
        endpoint_row(each, each.name, f"group-{place}", scale) for place, each in enumerate(report.groups, start=1)
    ]
    causes = cause_rows(report.window.causes or ())
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            window=report.window,
            fleet=endpoint_row(report.fleet, "All endpoints together", "fleet", scale),
            rows=rows,
            endpoints=len(endpoints),
            endpoints_left=len(endpoints) - len(rows),
            groups=groups,
            causes=causes,
            causes_left=len(report.window.causes or ()) - len(causes),
            tally={verdict.value: sum(each.verdict is verdict for each in endpoints) for verdict in WORST_FIRST},
            scale=scale,
            since=since_look(report, earlier),
            anchors={row.name: row.anchor for row in rows},
            cause_anchors={row.cause.id: row.anchor for row in causes if row.anchor is not None},
            history=chart([*earlier, look_of(report)], report.fleet.level),
            arms=_arm_sums(report.window.funnel, baseline=report.window.baseline),
            boxes=sorted(report.window.funnel.rows.items(), key=lambda each: _FATES.index(each[0].fate)),
        )
    )
