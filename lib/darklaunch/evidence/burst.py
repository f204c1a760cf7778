"""Mismatches that came together: counted by hours, because a burst is one event however many sessions it hit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from darklaunch.stats import UnitTable

FEW: Final = 5
"""Fewer mismatches than this are no burst."""

MOST: Final = 0.5
"""An hour with more than this share of all mismatches is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HourCount:
    """One hour of one endpoint.

    Attributes:
        hour: hours since 1970.
        pairs: compared requests.
        mismatches: of these, those that differ after the rules.
        baseline_mismatches: of these, those at which the baseline differs.
    """

    hour: int
    pairs: int
    mismatches: int
    baseline_mismatches: int

    @property
    def excess(self) -> float:
        """The rate of the hour less that of the baseline, in [-1, 1]."""
        return (self.mismatches - self.baseline_mismatches) / self.pairs if self.pairs else 0.0


def is_burst(mismatches: int, most: int) -> bool:
    """Says whether one hour holds most of the mismatches.

    Args:
        mismatches: of all hours.
        most: of the hour with the most.
    """
    return mismatches >= FEW and most > MOST * mismatches


def log_e_by_hours(hours: Sequence[HourCount], tolerated_excess: float) -> float:
    """The log e-value to promote with an hour as the unit."""
    rows = [(1.0, 1.0, hour.excess) for hour in hours if hour.pairs]
    return UnitTable(rows, baseline=True).log_e_promote(tolerated_excess)
