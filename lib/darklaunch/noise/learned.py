"""The noise of a launch as the run report holds it."""

from dataclasses import dataclass

from darklaunch.noise.candidate import Noise


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningProgress:
    """Hours of baseline traffic that were seen, and how many are wanted before rules are learned."""

    hours_seen: int
    hours_wanted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseReport:
    """What the baseline arm taught.

    Attributes:
        baseline: whether there is such an arm.
        learning: how far learning is; None: it is over, or not asked for.
        learned: volatile paths that have become rules.
        refused: volatile paths that still count, because a rule there could hide a fault.
        refused_beyond: how many more of these are not listed.
        lost_hours: hours of evidence that fell away when the rules were frozen.
    """

    baseline: bool
    learning: LearningProgress | None
    learned: tuple[Noise, ...]
    refused: tuple[Noise, ...]
    refused_beyond: int
    lost_hours: int
