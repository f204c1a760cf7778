"""The report as one HTML file that needs nothing else: no script, no network, no file beside it.

Every expression of the templates passes `_printed` and autoescaping, so no string from traffic can act.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Undefined, UndefinedError

from darklaunch.core.dimension import Dimension
from darklaunch.publish import plots, words
from darklaunch.publish.history import Look, look_of
from darklaunch.publish.history_plot import chart
from darklaunch.publish.slice_words import sliced

_DIFFERENCES_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One line of the endpoint table and the section it opens."""

    entry: Mapping[str, Any]
    name: str
    anchor: str
    interval: plots.Interval | None
    mismatch_rate: words.Shown
    differences: Sequence[Mapping[str, Any]]
    differences_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _ArmSum:
    """What the boxes of one arm add up to, beside what was read."""

    arm: str
    read: int
    boxes: int
    bar: tuple[plots.Segment, ...]

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
            return words.visible(value)


def _signed(text: str) -> str:
    return text.replace("-", "−")  # noqa: RUF001 -- the minus sign is as wide as the digits beside it


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("darklaunch.publish", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printed,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        shown=words.shown,
        VERDICTS=words.VERDICTS,
        count=words.count,
        rate=lambda value: _signed(words.rate(value)),
        floored=words.floored,
        confidence=words.confidence,
        needed=words.needed,
        milliseconds=words.milliseconds,
        moment=words.moment,
        sliced=sliced,
        DIMENSIONS={one.value: one.words for one in Dimension},
        plot_width=plots.WIDTH,
    )
    return environment


def _mismatch_rate(entry: Mapping[str, Any]) -> words.Shown:
    # Rounded, or the page would show the rounding error of the subtraction as a tiny rate.
    return words.shown(entry, "match_rate", lambda match_rate: words.rate(round(1 - match_rate, 12)))


def _row(entry: Mapping[str, Any], name: str, anchor: str, scale: plots.Scale) -> _Row:
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
    arms = [arm for arm in words.ARMS if arm != "baseline" or verdict["baseline"] or funnel["baseline"]]
    return tuple(
        _ArmSum(
            arm=arm,
            read=funnel[arm],
            boxes=sum(by_arm[arm] for by_arm in boxes.values()),
            bar=plots.funnel_bar(boxes, arm),
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
    scale = plots.Scale.over(verdict["fleet"], verdict["endpoints"])
    rows = [
        _row(entry, entry["endpoint"], f"endpoint-{place}", scale)
        for place, entry in enumerate(words.ranked(verdict["endpoints"]), start=1)
    ]
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            verdict=verdict,
            fleet=_row(verdict["fleet"], "All endpoints together", "fleet", scale),
            rows=rows,
            groups=[
                _row(entry, entry["group"], f"group-{place}", scale)
                for place, entry in enumerate(verdict.get("groups", ()), start=1)
            ],
            tally={word: sum(row.entry["verdict"] == word for row in rows) for word in words.VERDICTS},
            scale=scale,
            history=chart([*earlier, look_of(verdict)], verdict["fleet"]["level"]),
            arms=_arm_sums(verdict),
        )
    )
