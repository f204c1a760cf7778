"""The report as one HTML file that needs nothing else: no script, no network, no file beside it.

Every expression of the templates passes `_printed` and autoescaping, so no string from traffic can act.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Undefined, UndefinedError

from darklaunch.evidence.dimension import Dimension
from darklaunch.publish import formatting, svg
from darklaunch.publish.history_chart import chart
from darklaunch.publish.look import Look, look_of
from darklaunch.publish.slice_text import sliced

_DIFFERENCES_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One line of the endpoint table and the section it opens."""

    entry: Mapping[str, Any]
    name: str
    anchor: str
    interval: svg.Interval | None
    mismatch_rate: formatting.Shown
    differences: Sequence[Mapping[str, Any]]
    differences_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _ArmSum:
    """What the boxes of one arm add up to, beside what was read."""

    arm: str
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
        case Undefined():
            raise UndefinedError("the template printed a value that the verdict does not hold")
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
        shown=formatting.shown,
        VERDICTS=formatting.VERDICTS,
        count=formatting.count,
        rate=lambda value: _signed(formatting.rate(value)),
        floored=formatting.floored,
        confidence=formatting.confidence,
        needed=formatting.needed,
        milliseconds=formatting.milliseconds,
        moment=formatting.moment,
        sliced=sliced,
        DIMENSIONS={one.value: one.words for one in Dimension},
        plot_width=svg.WIDTH,
    )
    return environment


def _mismatch_rate(entry: Mapping[str, Any]) -> formatting.Shown:
    # Rounded, or the page would show the rounding error of the subtraction as a tiny rate.
    return formatting.shown(entry, "match_rate", lambda match_rate: formatting.rate(round(1 - match_rate, 12)))


def _row(entry: Mapping[str, Any], name: str, anchor: str, scale: svg.Scale) -> _Row:
    differences = sorted(entry["differences"], key=lambda d: (d["ignored_by"] is not None, -d["requests"]))
    return _Row(
        entry=entry,
        name=name,
        anchor=anchor,
        interval=scale.interval(entry),
        mismatch_rate=_mismatch_rate(entry),
        differences=differences[:_DIFFERENCES_SHOWN],
        differences_left=max(0, len(differences) - _DIFFERENCES_SHOWN),
    )


def _arm_sums(verdict: Mapping[str, Any]) -> tuple[_ArmSum, ...]:
    funnel = verdict["funnel"]
    boxes = funnel["rows"]
    arms = [arm for arm in formatting.ARMS if arm != "baseline" or verdict["baseline"] or funnel["baseline"]]
    return tuple(
        _ArmSum(
            arm=arm,
            read=funnel[arm],
            boxes=sum(by_arm[arm] for by_arm in boxes.values()),
            bar=svg.funnel_bar(boxes, arm),
        )
        for arm in arms
    )


def render_html(verdict: Mapping[str, Any], earlier: Sequence[Look] = ()) -> str:
    """Renders a run's verdict as a page of HTML.

    Args:
        verdict: what `verdict.json` holds.
        earlier: the looks at the launch before this one, for a chart.

    Returns:
        The whole page; the same verdict gives the same text.

    Raises:
        jinja2.UndefinedError: a key that the report needs is missing from the verdict.
    """
    scale = svg.Scale.over(verdict["fleet"], verdict["endpoints"])
    rows = [
        _row(entry, entry["endpoint"], f"endpoint-{place}", scale)
        for place, entry in enumerate(formatting.ranked(verdict["endpoints"]), start=1)
    ]
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            verdict=verdict,
            fleet=_row(verdict["fleet"], "All endpoints together", "fleet", scale),
            rows=rows,
            groups=[
                _row(entry, entry["group"], f"group-{place}", scale)
                for place, entry in enumerate(verdict.get("groups", ()), start=1)
            ],
            tally={word: sum(row.entry["verdict"] == word for row in rows) for word in formatting.VERDICTS},
            scale=scale,
            history=chart([*earlier, look_of(verdict)], verdict["fleet"]["level"]),
            arms=_arm_sums(verdict),
        )
    )
