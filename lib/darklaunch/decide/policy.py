"""The policy of a team, and the decisions made by it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Final

HOURS_OF_DAY: Final = 24


class Verdict(str, Enum):
    """Outcome for one endpoint, or for the fleet."""

    PROMOTE = "promote"
    HOLD = "hold"
    BLOCK = "block"

    @property
    def rank(self) -> int:
        """Its place among ``WORST_FIRST``."""
        return WORST_FIRST.index(self)


WORST_FIRST = (Verdict.BLOCK, Verdict.HOLD, Verdict.PROMOTE)
"""The order in which people want to read verdicts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Requirements of a promotion.

    Attributes:
        alpha: the chance of a wrong verdict that is accepted, in (0, 1).
        minimum_days: days that the launch has to be watched.
        require_all_hours: whether every hour of the day has to be covered.
        minimum_completeness: the share of requests that the shadow has to answer.
        maximum_noise: the share of requests in which production may differ from the baseline.
        promoted_traffic_share: the share of the traffic that promoted endpoints have to carry.
        critical_endpoints: those that have to be promoted whatever their traffic.
        groups: names of groups, with the endpoints of each.
    """

    alpha: float
    minimum_days: float
    require_all_hours: bool
    minimum_completeness: float
    maximum_noise: float
    promoted_traffic_share: float
    critical_endpoints: tuple[str, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A verdict with its reasons.

    Attributes:
        verdict: promote, hold or block.
        reasons: sentences, the most important first.
        expected: the time at which the evidence to promote is expected; None: unknown, or not needed.
    """

    verdict: Verdict
    reasons: tuple[str, ...]
    expected: datetime | None = None
