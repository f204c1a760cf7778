"""Geometry of the report's small drawings; the templates draw it, so that all markup is in one place.

Excess intervals of all endpoints lie on one scale that is linear near zero and logarithmic far from it,
asinh(excess / tolerated excess): an endpoint with few pairs reaches far to the right, one with many pairs
can still be read against the tolerated excess.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

WIDTH = 240
"""Width of an interval plot in units of its viewBox."""

_MARGIN = 7
_CHARACTER_WIDTH = 6.5
_DECADES = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
_GROUPS = {
    "paired": "paired",
    "shadow_missing": "missing",
    "production_missing": "missing",
    "late": "missing",
    "shadow_error": "unusable",
    "production_error": "unusable",
    "truncated": "unusable",
    "undecodable": "unusable",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A labelled position on the axis."""

    x: float
    label: str


def _apart(here: Tick, there: Tick) -> bool:
    room = _CHARACTER_WIDTH * (len(here.label) + len(there.label) + 1) / 2
    return abs(here.x - there.x) >= room


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Where an endpoint's excess, its bounds and its tolerated excess lie, in units of the viewBox."""

    low_x: float
    excess_x: float
    high_x: float
    tolerated_x: float
    cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The scale that all endpoints share; `unit` is the tolerated excess of the fleet."""

    low: float
    high: float
    unit: float

    def __post_init__(self) -> None:
        if not (self.low <= 0 < self.unit < self.high):
            raise ValueError(f"scale is {self.low} to {self.high} for a unit of {self.unit}, zero must be in it")

    @classmethod
    def over(cls, fleet: Mapping[str, Any], endpoints: Iterable[Mapping[str, Any]]) -> "Scale":
        """Returns the scale that holds every bound; the far left, which decides nothing, is cut."""
        entries = (fleet, *endpoints)
        unit = float(fleet["tolerated_excess"])
        lows = [e["excess_low"] for e in entries if e["excess_low"] is not None]
        highs = [e["excess_high"] for e in entries if e["excess_high"] is not None]
        tolerated = [e["tolerated_excess"] for e in entries]
        return cls(
            low=max(min(lows, default=0.0), -5 * unit) if min(lows, default=0.0) < 0 else 0.0,
            high=max(*highs, *(1.5 * each for each in tolerated), 3 * unit),
            unit=unit,
        )

    def x(self, excess: float) -> float:
        """Returns the position of an excess, at most at the edge."""
        low, high, here = (math.asinh(each / self.unit) for each in (self.low, self.high, excess))
        share = min(1.0, max(0.0, (here - low) / (high - low)))
        return round(_MARGIN + share * (WIDTH - 2 * _MARGIN), 1)

    def interval(self, entry: Mapping[str, Any]) -> Interval | None:
        """Returns an endpoint's interval, or None where it has none."""
        low, excess, high = entry["excess_low"], entry["excess"], entry["excess_high"]
        if low is None or excess is None or high is None:
            return None
        return Interval(
            low_x=self.x(low),
            excess_x=self.x(excess),
            high_x=self.x(high),
            tolerated_x=self.x(entry["tolerated_excess"]),
            cut=low < self.low,
        )

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """Zero, the tolerated excess and the decades that have room for their label, from left to right."""
        taken: list[Tick] = []
        for excess in (0.0, self.unit, *reversed(_DECADES)):
            here = Tick(x=self.x(excess), label=f"{100 * excess:.10g}%" if excess else "0")
            if excess <= self.high and all(_apart(here, tick) for tick in taken):
                taken.append(here)
        return tuple(sorted(taken, key=lambda tick: tick.x))


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A part of an arm's bar, in percent of its rows."""

    group: str
    x: float
    width: float
    rows: int


def funnel_bar(boxes: Mapping[str, Mapping[str, int]], arm: str) -> tuple[Segment, ...]:
    """Returns an arm's rows by what became of them: paired, missing, unusable, aside."""
    rows = dict.fromkeys(("paired", "missing", "unusable", "aside"), 0)
    for box, by_arm in boxes.items():
        rows[_GROUPS.get(box, "aside")] += by_arm[arm]
    total = sum(rows.values())
    segments: list[Segment] = []
    x = 0.0
    for group, number in rows.items():
        width = 100 * number / total if total else 0.0
        segments.append(Segment(group=group, x=round(x, 3), width=round(width, 3), rows=number))
        x += width
    return tuple(segments)
