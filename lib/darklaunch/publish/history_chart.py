"""The chart of a launch's confidence over its looks: where everything lies; the template draws it.

The scale counts nines, -log10(1 - confidence): evidence that grows evenly is a straight line on it, and what lies
around 1 - alpha, where the verdict turns, has room.
"""

import math
from collections.abc import Sequence
from typing import Any, Final

from darklaunch.publish import claims, formatting
from darklaunch.publish.look import Look

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
_APART: Final = 13


def chart(looks: Sequence[Look], level: float) -> dict[str, Any] | None:
    """Lays out the chart of the fleet's confidence.

    Args:
        looks: in their order, the present one last.
        level: 1 - alpha, which the confidence has to reach.

    Returns:
        Numbers in units of the viewBox and texts, as `history.html.j2` draws them; None for fewer than two looks.
    """
    if len(looks) < 2:  # noqa: PLR2004 - one look has no history
        return None
    xs = _xs(looks)
    turns = [at for at in range(1, len(looks)) if looks[at].fleet.verdict != looks[at - 1].fleet.verdict]
    marked = range(len(looks)) if len(looks) <= _MARKED else [0, *turns, len(looks) - 1]
    threshold = _y(level)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": RIGHT,
        "bottom": BOTTOM,
        "threshold": {"y": threshold, "label": formatting.floored(level)},
        "ticks": [
            {"y": _y(tick), "label": f"{100 * tick:.10g} %"} for tick in _TICKS if abs(_y(tick) - threshold) >= _APART
        ],
        "ends": [_named(looks[0]), _named(looks[-1])],
        "confidence": _line(xs, [look.fleet.confidence for look in looks]),
        "regression": _line(xs, [look.fleet.regression_confidence for look in looks]),
        "marks": [
            {"x": xs[at], "y": _y(looks[at].fleet.confidence or 0.0), "verdict": looks[at].fleet.verdict}
            for at in dict.fromkeys(marked)
        ],
        "turns": [_turn(looks[at - 1], looks[at]) for at in turns[-_TURNS:]],
        "turns_left": max(0, len(turns) - _TURNS),
        "looks": len(looks),
        "verdict": looks[-1].fleet.verdict,
        "reached": _percent(looks[-1].fleet.confidence),
        "rarely": claims.rarely(level),
    }


def _xs(looks: Sequence[Look]) -> list[float]:
    first, last = looks[0].end, looks[-1].end
    span = (last - first).total_seconds() or 1.0
    return [round(LEFT + (RIGHT - LEFT) * (look.end - first).total_seconds() / span, 1) for look in looks]


def _y(confidence: float) -> float:
    nines = _MOST_NINES if confidence >= 1 else min(_MOST_NINES, -math.log10(1 - max(0.0, confidence)))
    return round(BOTTOM - (BOTTOM - TOP) * nines / _MOST_NINES, 1)


def _line(xs: Sequence[float], values: Sequence[float | None]) -> list[dict[str, Any]]:
    """The points of a line that breaks off where there is no value, each with the command that leads to it."""
    points: list[dict[str, Any]] = []
    command = "M"
    for x, value in zip(xs, values, strict=True):
        if value is not None:
            points.append({"command": command, "x": x, "y": _y(value)})
        command = "M" if value is None else "L"
    return points


def _named(look: Look) -> str:
    return f"look {look.look}, {formatting.moment(look.end.isoformat())}"


def _percent(confidence: float | None) -> str:
    return "unknown" if confidence is None else formatting.confidence(confidence)


def _turn(before: Look, after: Look) -> dict[str, Any]:
    return {
        "look": after.look,
        "moment": formatting.moment(after.end.isoformat()),
        "before": before.fleet.verdict,
        "after": after.fleet.verdict,
    }
