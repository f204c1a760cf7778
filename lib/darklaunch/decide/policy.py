"""decide: promote, hold or block, with reasons; the policy alone knows thresholds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

HOURS_OF_DAY = 24


class Verdict(str, Enum):
    """What follows for one endpoint, or for the fleet."""

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
    """What a team asks for before it promotes."""

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
    """A verdict and, in sentences, why; ``expected``, when the evidence to promote is to be expected."""

    verdict: Verdict
    reasons: tuple[str, ...]
    expected: datetime | None = None
