"""The dimensions that an endpoint is scored on: a closed set."""

from enum import Enum
from typing import Final


class Dimension(str, Enum):
    """A respect in which a release can be worse; ``BODY`` is the whole response, ``STATUS`` its server errors."""

    BODY = "body"
    STATUS = "status"
    LATENCY_P50 = "lat_p50"
    LATENCY_P95 = "lat_p95"
    LATENCY_P99 = "lat_p99"

    @property
    def words(self) -> str:
        """The dimension as reasons name it."""
        return _WORDS[self]


ALWAYS: Final = (Dimension.BODY, Dimension.STATUS)
"""What every endpoint is judged on."""

RUNGS: Final = {Dimension.LATENCY_P50: 0.50, Dimension.LATENCY_P95: 0.95, Dimension.LATENCY_P99: 0.99}
"""The rungs of the latency ladder and the quantile of production's latencies that each is about."""

SHARES: Final = {
    Dimension.BODY: 0.4,
    Dimension.STATUS: 0.2,
    **dict.fromkeys(RUNGS, 0.2 / len(RUNGS)),
}
"""Weights of the dimensions in the evidence to block, chosen by judgement; rescaled over those that are judged."""

_WORDS: Final = {
    Dimension.BODY: "responses",
    Dimension.STATUS: "server errors",
    Dimension.LATENCY_P50: "latency at p50",
    Dimension.LATENCY_P95: "latency at p95",
    Dimension.LATENCY_P99: "latency at p99",
}
