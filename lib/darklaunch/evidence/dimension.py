"""The dimensions that an endpoint is scored on: a closed set."""

from enum import Enum
from typing import Final


class Dimension(str, Enum):
    """A respect in which a release can be worse.

    ``BODY`` is the whole response, ``STATUS`` its server errors, ``VOLATILE`` that values at learned paths differ more
    often than the baseline's, ``LEVEL_HIGHER`` and ``LEVEL_LOWER`` that numbers there are higher or lower than its.
    """

    BODY = "body"
    STATUS = "status"
    LATENCY_P50 = "lat_p50"
    LATENCY_P95 = "lat_p95"
    LATENCY_P99 = "lat_p99"
    VOLATILE = "volatile"
    LEVEL_HIGHER = "level_higher"
    LEVEL_LOWER = "level_lower"

    @property
    def words(self) -> str:
        """The dimension as reasons name it."""
        return _WORDS[self]


ALWAYS: Final = (Dimension.BODY, Dimension.STATUS)
"""What every endpoint is judged on."""

RUNGS: Final = {Dimension.LATENCY_P50: 0.50, Dimension.LATENCY_P95: 0.95, Dimension.LATENCY_P99: 0.99}
"""The rungs of the latency ladder and the quantile of production's latencies that each is about."""

TOLERATED_LEVEL: Final = 0.05
"""How much more often a volatile number may be higher, or lower, than the baseline's."""

BLOCK_ONLY: Final = (Dimension.VOLATILE, Dimension.LEVEL_HIGHER, Dimension.LEVEL_LOWER)
"""Dimensions that hold or block, and that nothing is promoted by."""

SHARES: Final = {
    Dimension.BODY: 0.4,
    Dimension.STATUS: 0.2,
    **dict.fromkeys(RUNGS, 0.2 / len(RUNGS)),
    Dimension.VOLATILE: 0.1,
    Dimension.LEVEL_HIGHER: 0.05,
    Dimension.LEVEL_LOWER: 0.05,
}
"""Weights of the dimensions in the evidence to block, chosen by judgement; rescaled over those that are judged."""

_WORDS: Final = {
    Dimension.BODY: "responses",
    Dimension.STATUS: "server errors",
    Dimension.LATENCY_P50: "latency at p50",
    Dimension.LATENCY_P95: "latency at p95",
    Dimension.LATENCY_P99: "latency at p99",
    Dimension.VOLATILE: "volatile values",
    Dimension.LEVEL_HIGHER: "the level of volatile numbers",
    Dimension.LEVEL_LOWER: "the level of volatile numbers",
}
