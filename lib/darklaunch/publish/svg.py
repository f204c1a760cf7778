"""Geometry of the report's small drawings; the templates draw it, so that all markup is in one place.

Excess intervals of all endpoints lie on one asinh scale; see `excess_range`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from darklaunch.capture.arm import Arm
from darklaunch.pair.funnel import Box, Fate
from darklaunch.publish.excess_range import DECADES, ExcessRange
from darklaunch.publish.report.endpoint import EndpointReport
from darklaunch.text.undefined import Undefined

WIDTH = 240
"""Width of an interval plot in units of its viewBox."""

_MARGIN = 7
_CHARACTER_WIDTH = 6.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A labelled position on the axis."""

    x: float
    label: str


def _have_room(tick: Tick, other: Tick) -> bool:
    room = _CHARACTER_WIDTH * (len(tick.label) + len(other.label) + 1) / 2
    return abs(tick.x - other.x) >= room


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """The places of an endpoint's excess, its bounds and its tolerated excess, in units of the viewBox."""

    low_x: float
    excess_x: float
    high_x: float
    tolerated_x: float
    cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The scale that all endpoints share."""

    range: ExcessRange

    def x(self, excess: float) -> float:
        """Returns the position of an excess, at most at the edge."""
        ends = (self.range.low, self.range.high, excess)
        low, high, place = (math.asinh(value / self.range.unit) for value in ends)
        share = min(1.0, max(0.0, (place - low) / (high - low)))
        return round(_MARGIN + share * (WIDTH - 2 * _MARGIN), 1)

    def interval(self, report: EndpointReport) -> Interval | None:
        """Returns an endpoint's interval, or None where it has none."""
        match report.excess_low, report.excess, report.excess_high:
            case (Undefined(), _, _) | (_, Undefined(), _) | (_, _, Undefined()):
                return None
            case low, excess, high:
                return Interval(
                    low_x=self.x(low),
                    excess_x=self.x(excess),
                    high_x=self.x(high),
                    tolerated_x=self.x(report.tolerated_excess),
                    cut=low < self.range.low,
                )

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """Zero, the tolerated excess and the decades that have room for their label, from left to right."""
        ticks: list[Tick] = []
        for excess in (0.0, self.range.unit, *reversed(DECADES)):
            tick = Tick(x=self.x(excess), label=f"{100 * excess:.10g}%" if excess else "0")
            if excess <= self.range.high and all(_have_room(tick, other) for other in ticks):
                ticks.append(tick)
        return tuple(sorted(ticks, key=lambda tick: tick.x))


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A part of an arm's bar, in percent of its rows."""

    fate: Fate
    x: float
    width: float
    rows: int


def funnel_bar(boxes: Mapping[Box, Mapping[Arm, int]], arm: Arm) -> tuple[Segment, ...]:
    """Returns an arm's rows by what became of them: paired, missing, unusable, aside."""
    rows = dict.fromkeys(Fate, 0)
    for box, by_arm in boxes.items():
        rows[box.fate] += by_arm[arm]
    total = sum(rows.values())
    segments: list[Segment] = []
    x = 0.0
    for fate, number in rows.items():
        width = 100 * number / total if total else 0.0
        segments.append(Segment(fate=fate, x=round(x, 3), width=round(width, 3), rows=number))
        x += width
    return tuple(segments)
