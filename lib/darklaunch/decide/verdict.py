"""The values of a decision: a verdict on an endpoint or the fleet, with its reasons; ``decision.py`` decides."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from darklaunch.noise.learned import LearningProgress


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


WORSE_SINCE = "Worse since "
"""The beginning of every sentence about a stretch of hours that ends now and is worse than tolerated."""


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

    def while_learning(self, learning: LearningProgress | None) -> "Decision":
        """The same decision once noise is learned; until then a hold, as volatile values still count as mismatches."""
        if learning is None:
            return self
        reason = f"Learning noise: {learning.hours_seen} of {learning.hours_wanted} hours seen."
        others = self.reasons if self.verdict is Verdict.HOLD else ()
        return Decision(verdict=Verdict.HOLD, reasons=(reason, *others))
