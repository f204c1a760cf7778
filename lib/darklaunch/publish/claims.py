"""What bounds and confidences claim, in words: how often they mislead at most, and nothing beyond that."""

import math
from collections.abc import Mapping
from typing import Any, Final

from darklaunch.publish import formatting

ALWAYS: Final = "however often anybody looks"
RUNGS: Final = ("lat_p50", "lat_p95", "lat_p99")
RESPECTS: Final = {
    "body": "responses",
    "status": "server errors",
    **{rung: f"latency at {rung.removeprefix('lat_')}" for rung in RUNGS},
}
"""What a release is judged in, by the names of `verdict.json`."""


def rarely(level: float) -> str:
    """How often something with this level misleads at most: `at most once in 20 such launches`.

    Args:
        level: 1 - alpha, in (0, 1).
    """
    alpha = round(1 - level, 12)
    launches = 1 / alpha
    if math.isclose(launches, round(launches), rel_tol=1e-9):
        return f"at most once in {round(launches):,} such launches"
    return f"in at most {formatting.rate(alpha)} of such launches"


def confidence(entry: Mapping[str, Any], key: str) -> str:
    """Says what a confidence claims.

    Args:
        entry: an endpoint, a group or the fleet of `verdict.json`.
        key: ``confidence`` or ``regression_confidence``.
    """
    value, good = entry[key], key == "confidence"
    name, more, truth = (
        ("Confidence to promote", "a promotion", f"as bad as tolerated or worse{_respects(entry, 'any')}")
        if good
        else ("Confidence in a regression", "a block", f"as good as tolerated or better{_respects(entry, 'all')}")
    )
    if value is None:
        return f"{name} can't be said: {formatting.shown(entry, key, formatting.confidence).reason}."
    if value <= 0:
        return f"{name} is 0 %: so far nothing speaks for {more}."
    return (
        f"{name} is {_said(value)}: a release that is in truth {truth} would ever get that far in "
        f"{_at_most(value)} of such launches, {ALWAYS}."
    )


def _said(confidence: float) -> str:
    return formatting.confidence(confidence).replace(">", "above ").replace("<", "below ")


def _at_most(confidence: float) -> str:
    """One less the confidence as it is shown, so that the two add up to 100 %."""
    text = formatting.confidence(confidence)
    if text.startswith(">"):
        return "less than 0.01 %"
    if text.startswith("<"):
        return "at most 100 %"
    shown = text.removesuffix(" %")
    digits = len(shown.partition(".")[2])
    return f"at most {100 - float(shown):.{digits}f} %"


def _respects(entry: Mapping[str, Any], how_many: str) -> str:
    named = [RESPECTS.get(one["dimension"], str(one["dimension"])) for one in entry.get("dimensions", ())]
    return f" in {how_many} of {', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else ""
