"""One line of the calibration table."""

import math
from dataclasses import dataclass, field

from tests.calibration.batch import ALPHA


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A share or a number that has to lie in a range.

    Attributes:
        name: what it is.
        found: what was measured.
        low: the least it may be.
        high: the most.
        rival: whether it is not ours.
    """

    name: str
    found: float
    low: float = -math.inf
    high: float = math.inf
    rival: bool = False

    @property
    def holds(self) -> bool:
        return self.low <= self.found <= self.high


@dataclass(frozen=True, kw_only=True)
class Row:
    """What was set up, and what came of it."""

    id: str
    setup: str
    claims: list[Claim] = field(default_factory=list)

    @property
    def broken(self) -> list[str]:
        return [
            f"{self.id} {one.name}: {one.found:.4g}, wanted {one.low:.4g} to {one.high:.4g}"
            for one in self.claims
            if not one.holds
        ]


def at_most_alpha(name: str, share: float, runs: int) -> Claim:
    """A chance that is promised to be at most alpha, as far as so many runs can tell."""
    return Claim(name=name, found=share, high=ALPHA + 3 * math.sqrt(ALPHA * (1 - ALPHA) / runs))


def about(name: str, share: float, expected: float, runs: int, within: float = 0.02) -> Claim:
    """A rival's share, as the design states it; fewer runs tell it less precisely."""
    reach = within + 3 * math.sqrt(expected * (1 - expected) / runs)
    return Claim(name=name, found=share, low=expected - reach, high=expected + reach, rival=True)
