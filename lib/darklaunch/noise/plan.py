"""The plan by which noise is learned."""

from collections.abc import Mapping
from dataclasses import dataclass

from darklaunch.noise.proposal import RARE


@dataclass(frozen=True, slots=True, kw_only=True)
class NoisePlan:
    """The settings of noise learning.

    Attributes:
        learn: whether rules are learned from the baseline arm.
        learning_hours: hours of a launch that are learned from.
        tolerated_excess: the excess mismatch rate that is tolerated, a fraction.
        tolerated_excess_of: the same of single endpoints, where it differs.
    """

    learn: bool
    learning_hours: int
    tolerated_excess: float
    tolerated_excess_of: Mapping[str, float]

    def least_rate(self, endpoint: str) -> float:
        """The A/A rate below which no rule is learned at an endpoint, a fraction."""
        return max(self.tolerated_excess_of.get(endpoint, self.tolerated_excess) / 2, RARE)
