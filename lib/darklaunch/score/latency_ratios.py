"""Latency: the thresholds that a launch is judged by, and the quantiles that people read."""

from collections.abc import Container
from typing import Final

from darklaunch.capture.arm import Arm
from darklaunch.evidence.dimension import RUNGS, Dimension
from darklaunch.evidence.latency.counts import LatencyCounts
from darklaunch.score.latency_report import LatencyReport
from darklaunch.stats.latency import latency_ratio, quantiles_ms

_NAMES: Final = {Dimension.LATENCY_P50: "p50", Dimension.LATENCY_P95: "p95", Dimension.LATENCY_P99: "p99"}


def quantile_ratios(
    histograms: LatencyCounts, level: float, judged: Container[Dimension] = RUNGS
) -> dict[str, LatencyReport]:
    """The quantiles of both arms and their ratios, by the name of the quantile.

    Args:
        histograms: of one endpoint.
        level: coverage of each interval, for one look at it.
        judged: the rungs that the endpoint is scored on.
    """
    reports = no_latency()
    for rung, q in RUNGS.items():
        reference = histograms.reference
        counts = histograms.counts[reference]
        arms = histograms.arms[reference], histograms.arms[Arm.SHADOW]
        ratio = latency_ratio(*arms, counts, histograms.first_bin, q, level)
        if ratio is not None:
            production = histograms.total(Arm.PRODUCTION)
            own_ms = float(quantiles_ms(production, histograms.first_bin, q)) if production.any() else None
            reports[_NAMES[rung]] = LatencyReport(
                production_ms=own_ms,
                shadow_ms=ratio.shadow_ms,
                baseline_ms=ratio.production_ms if reference is Arm.BASELINE else None,
                ratio=ratio.ratio,
                low=ratio.low,
                high=ratio.high,
                reason=ratio.reason,
                judged=rung in judged,
            )
    return reports


def no_latency() -> dict[str, LatencyReport]:
    """The reports of an endpoint without a latency."""
    nothing = LatencyReport(
        production_ms=None,
        shadow_ms=None,
        ratio=None,
        low=None,
        high=None,
        reason="no latency was captured of a compared request",
    )
    return dict.fromkeys(_NAMES.values(), nothing)
