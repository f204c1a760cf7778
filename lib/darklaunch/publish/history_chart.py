"""The chart of a launch's confidence over its looks: where everything lies; the template draws it.

The scale counts nines, -log10(1 - confidence): evidence that grows evenly is a straight line on it, and what lies
around 1 - alpha, where the verdict turns, has room.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from darklaunch.decide.verdict import Verdict
from darklaunch.publish import claims, formatting
from darklaunch.publish.look import Look
from darklaunch.text import numbers

WIDTH: Final = 760
HEIGHT: Final = 210
LEFT: Final = 66
RIGHT: Final = 746
TOP: Final = 12
BOTTOM: Final = 180

_MOST_NINES: Final = 4.0
_TICKS: Final = (0.0, 0.9, 0.99, 0.999, 0.9999)
_MARKED: Final = 60
"""Of more looks only those are marked at which the verdict turned, and the last."""

_TURNS: Final = 8
_LEAST_GAP: Final = 13


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisTick:
    """A labelled height of the confidence axis."""

    y: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A point of a line, with the command of an SVG path that leads to it."""

    command: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A look that is marked with the shape of its verdict."""

    x: float
    y: float
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A look at which the verdict became another one."""

    look: int
    moment: str
    before: Verdict
    after: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The chart of a fleet's confidence: numbers in units of the viewBox and texts, as `history.html.j2` draws them.

    Attributes:
        threshold: the height that the confidence has to reach.
        ticks: other labelled heights.
        ends: the first look and the last in words.
        confidence: the line of the confidence to promote.
        regression: the line of the confidence in a regression.
        marks: the looks that are marked.
        turns: the last looks at which the verdict turned.
        turns_left: how many earlier ones there are.
        looks: how many there are.
        verdict: that of the last look.
        reached: its confidence as text.
        rarely: how often a confidence of this level misleads.
    """

    threshold: AxisTick
    ticks: tuple[AxisTick, ...]
    ends: tuple[str, str]
    confidence: tuple[Point, ...]
    regression: tuple[Point, ...]
    marks: tuple[Mark, ...]
    turns: tuple[Turn, ...]
    turns_left: int
    looks: int
    verdict: Verdict
    reached: str
    rarely: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    bottom: int = BOTTOM


def chart(looks: Sequence[Look], level: float) -> Chart | None:
    """Lays out the chart of the fleet's confidence.

    Args:
        looks: in their order, the present one last.
        level: 1 - alpha, which the confidence has to reach.

    Returns:
        None for fewer than two looks.
    """
    if not looks[1:]:
        return None
    xs = _xs(looks)
    turns = [at for at in range(1, len(looks)) if looks[at].fleet.verdict != looks[at - 1].fleet.verdict]
    marked = range(len(looks)) if len(looks) <= _MARKED else [0, *turns, len(looks) - 1]
    threshold, last = _y(level), looks[-1].fleet
    return Chart(
        threshold=AxisTick(y=threshold, label=numbers.floored(level)),
        ticks=tuple(
            AxisTick(y=_y(tick), label=f"{100 * tick:.10g} %")
            for tick in _TICKS
            if abs(_y(tick) - threshold) >= _LEAST_GAP
        ),
        ends=(_named(looks[0]), _named(looks[-1])),
        confidence=_line(xs, [look.fleet.confidence for look in looks]),
        regression=_line(xs, [look.fleet.regression_confidence for look in looks]),
        marks=tuple(
            Mark(x=xs[at], y=_y(looks[at].fleet.confidence or 0.0), verdict=looks[at].fleet.verdict)
            for at in dict.fromkeys(marked)
        ),
        turns=tuple(_turn(looks[at - 1], looks[at]) for at in turns[-_TURNS:]),
        turns_left=max(0, len(turns) - _TURNS),
        looks=len(looks),
        verdict=last.verdict,
        reached="unknown" if last.confidence is None else formatting.confidence(last.confidence),
        rarely=claims.rarely(level),
    )


def _xs(looks: Sequence[Look]) -> list[float]:
    first, last = looks[0].end, looks[-1].end
    span = (last - first).total_seconds() or 1.0
    return [round(LEFT + (RIGHT - LEFT) * (look.end - first).total_seconds() / span, 1) for look in looks]


def _y(confidence: float) -> float:
    nines = _MOST_NINES if confidence >= 1 else min(_MOST_NINES, -math.log10(1 - max(0.0, confidence)))
    return round(BOTTOM - (BOTTOM - TOP) * nines / _MOST_NINES, 1)


def _line(xs: Sequence[float], values: Sequence[float | None]) -> tuple[Point, ...]:
    """The points of a line that breaks off where there is no value."""
    points: list[Point] = []
    command = "M"
    for x, value in zip(xs, values, strict=True):
        if value is not None:
            points.append(Point(command=command, x=x, y=_y(value)))
        command = "M" if value is None else "L"
    return tuple(points)


def _named(look: Look) -> str:
    return f"look {look.look}, {formatting.moment(look.end)}"


def _turn(before: Look, after: Look) -> Turn:
    return Turn(
        look=after.look,
        moment=formatting.moment(after.end),
        before=before.fleet.verdict,
        after=after.fleet.verdict,
    )
