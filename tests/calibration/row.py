"""One line of the calibration table: what was set up, what was found, and whether it is as it has to be."""

import math
from dataclasses import dataclass

import numpy as np

from tests.calibration.batch import ALPHA


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many repetitions are made: all of the design, or few enough for every commit."""

    full: bool

    def runs(self, *, full: int, short: int) -> int:
        return full if self.full else short

    def chance(self, share: float, runs: int) -> float:
        """What chance adds to a stated tolerance: nothing at full size, three standard errors in the short form."""
        return 0.0 if self.full else errors(share, runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A number that has to lie in a range.

    Attributes:
        name: what it is.
        found: what was measured.
        wanted: the range in words, as the design states it.
        low: the least it may be, chance included.
        high: the most.
        rival: whether it is not ours.
        unmet: the design's figure where it could not be reproduced, and why; then the range is around what was measured
            when the row was written.
    """

    name: str
    found: float
    wanted: str
    low: float = -math.inf
    high: float = math.inf
    rival: bool = False
    unmet: str = ""

    @property
    def holds(self) -> bool:
        return self.low <= self.found <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What was set up, and what came of it."""

    id: str
    setup: str
    claims: tuple[Claim, ...]
    seconds: float = 0.0

    @property
    def broken(self) -> list[str]:
        return [
            f"{self.id} {one.name}: found {one.found:.4g}, wanted {one.wanted} ({one.low:.4g} to {one.high:.4g})"
            for one in self.claims
            if not one.holds
        ]

    @property
    def unmet(self) -> list[str]:
        return [f"{self.id} {one.name}: found {one.found:.4g}; {one.unmet}" for one in self.claims if one.unmet]


def errors(share: float, runs: int) -> float:
    """Three standard errors of a share."""
    return 3.0 * math.sqrt(share * (1.0 - share) / runs)


def at_most_alpha(name: str, share: float, runs: int) -> Claim:
    """A chance that is promised to be at most alpha, as far as so many runs can tell."""
    return Claim(name=name, found=share, wanted=f"at most {ALPHA:g}", high=ALPHA + errors(ALPHA, runs))


def about(name: str, share: float, expected: float, runs: int, size: Size) -> Claim:
    """A rival's share: within 0.02 of what the design states."""
    reach = 0.02 + size.chance(expected, runs)
    wanted = f"about {expected:g}"
    return Claim(name=name, found=share, wanted=wanted, low=expected - reach, high=expected + reach, rival=True)


def median_day(name: str, days: np.ndarray, stated: int) -> Claim:
    """The median of the runs' days is the stated one, as far as so many runs can tell.

    A share near one half turns the median over with the seed, so the stated day passes as well when three standard
    errors of that share don't tell it from the neighbour.
    """
    reach = errors(0.5, len(days))
    before, by = float((days < stated).mean()), float((days <= stated).mean())
    median = float(np.median(days))
    fits = before <= 0.5 + reach and by >= 0.5 - reach
    # where the days can't be told apart the stated one is as good as the median found
    low, high = (min(median, stated), max(median, stated)) if fits else (stated, stated)
    return Claim(name=name, found=median, wanted=f"day {stated}", low=low, high=high)
