"""Latency: the thresholds that a launch is judged by, and the quantiles that people read."""

from collections.abc import Container
from typing import Any, Final

from darklaunch.evidence.dimension import RUNGS, Dimension
from darklaunch.evidence.latency import LatencyCounts
from darklaunch.stats.latency import latency_ratio

_NAMES: Final = {Dimension.LATENCY_P50: "p50", Dimension.LATENCY_P95: "p95", Dimension.LATENCY_P99: "p99"}


def quantile_ratios(
    histograms: LatencyCounts, level: float, judged: Container[Dimension] = RUNGS
) -> dict[str, dict[str, Any]]:
    """The quantiles of both arms and their ratios as ``verdict.json`` tells them.

    Args:
        histograms: of one endpoint.
        level: coverage of each interval, for one look at it.
        judged: the rungs that the endpoint is scored on.
    """
    told = no_latency()
    for rung, q in RUNGS.items():
        counts = histograms.counts
        found = latency_ratio(histograms.production, histograms.shadow, counts, histograms.first_bin, q, level)
        if found is None:
            continue
        names = ("production_ms", "shadow_ms", "ratio", "low", "high")
        entry = {name: getattr(found, name) for name in names}
        told[_NAMES[rung]] = entry if found.reason is None else {**entry, "reason": found.reason}
        told[_NAMES[rung]]["judged"] = rung in judged
    return told


def no_latency() -> dict[str, dict[str, Any]]:
    """What is told of an endpoint without a latency."""
    nothing = dict.fromkeys(("production_ms", "shadow_ms", "ratio", "low", "high"))
    return {name: {**nothing, "reason": "no latency was captured of a compared request"} for name in _NAMES.values()}
