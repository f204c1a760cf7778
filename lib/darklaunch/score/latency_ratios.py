"""Latency quantiles of both arms and their ratios, as the report shows them."""

from collections.abc import Container
from typing import Any, Final

from darklaunch.evidence.dimension import RUNGS, Dimension
from darklaunch.evidence.latency import LatencyCounts
from darklaunch.stats.latency import latency_ratio

_NAMES: Final = {Dimension.LATENCY_P50: "p50", Dimension.LATENCY_P95: "p95", Dimension.LATENCY_P99: "p99"}


def quantile_ratios(
    histograms: LatencyCounts, level: float, judged: Container[Dimension] = RUNGS
) -> dict[str, dict[str, Any]]:
    """The quantiles of both arms and their ratios as ``verdict.json`` holds them.

    Args:
        histograms: of one endpoint.
        level: coverage of each interval, for one look at it.
        judged: the rungs that the endpoint is scored on.
    """
    entries = no_latency()
    for rung, q in RUNGS.items():
        counts = histograms.counts
        ratio = latency_ratio(histograms.production, histograms.shadow, counts, histograms.first_bin, q, level)
        if ratio is None:
            continue
        names = ("production_ms", "shadow_ms", "ratio", "low", "high")
        entry = {name: getattr(ratio, name) for name in names}
        entries[_NAMES[rung]] = entry if ratio.reason is None else {**entry, "reason": ratio.reason}
        entries[_NAMES[rung]]["judged"] = rung in judged
    return entries


def no_latency() -> dict[str, dict[str, Any]]:
    """The entries of an endpoint without a latency."""
    undefined = dict.fromkeys(("production_ms", "shadow_ms", "ratio", "low", "high"))
    return {name: {**undefined, "reason": "no latency was captured of a compared request"} for name in _NAMES.values()}
