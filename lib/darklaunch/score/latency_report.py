"""Latency of one endpoint at one quantile, both arms and their ratio."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyReport:
    """A quantile of the latencies of both arms; None is undefined.

    Attributes:
        production_ms: that of production.
        shadow_ms: that of the shadow.
        baseline_ms: that of the baseline; None: there is none.
        ratio: the shadow's over the baseline's, which came by the mirror too, or else over production's.
        low: lower bound of the ratio.
        high: upper bound of the ratio.
        reason: why something is undefined; None: nothing is, or no reason was recorded.
        judged: whether the endpoint is scored on it; None: there are no latencies.
    """

    production_ms: float | None
    shadow_ms: float | None
    ratio: float | None
    low: float | None
    high: float | None
    reason: str | None = None
    judged: bool | None = None
    baseline_ms: float | None = None
