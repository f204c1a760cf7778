"""Rows of the calibration table: a simulation with the claims that its results have to meet."""

import math
from dataclasses import dataclass

import numpy as np

from tests.calibration.batch import ALPHA


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """The number of repetitions: all, or few enough for every commit."""

    full: bool

    def runs(self, *, full: int, short: int) -> int:
        return full if self.full else short

    def chance(self, share: float, runs: int) -> float:
        """The allowance for chance beside a stated tolerance: three standard errors in the short form, else none."""
        return 0.0 if self.full else three_errors(share, runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A measured number and the range in which it has to lie.

    Attributes:
        name: the quantity.
        measured: its value in the simulation.
        wanted: the range in words, as the design states it.
        low: the least value allowed, chance included.
        high: the largest value allowed.
        rival: whether it is about a usual method instead of darklaunch's.
        unmet: the design's figure where it could not be reproduced, and why; then the range is around the value
            measured when the row was written.
    """

    name: str
    measured: float
    wanted: str
    low: float = -math.inf
    high: float = math.inf
    rival: bool = False
    unmet: str = ""

    @property
    def holds(self) -> bool:
        return self.low <= self.measured <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One simulation: its set-up, its claims and how long it took."""

    id: str
    setup: str
    claims: tuple[Claim, ...]
    seconds: float = 0.0

    @property
    def broken(self) -> list[str]:
        return [
            f"{self.id} {claim.name}: found {claim.measured:.4g}, wanted {claim.wanted}"
            f" ({claim.low:.4g} to {claim.high:.4g})"
            for claim in self.claims
            if not claim.holds
        ]

    @property
    def unmet(self) -> list[str]:
        return [
            f"{self.id} {claim.name}: found {claim.measured:.4g}; {claim.unmet}" for claim in self.claims if claim.unmet
        ]


def three_errors(share: float, runs: int) -> float:
    """Three standard errors of a share."""
    return 3.0 * math.sqrt(share * (1.0 - share) / runs)


def at_most_alpha(name: str, share: float, runs: int) -> Claim:
    """The claim that a chance is at most alpha, as far as so many runs can tell."""
    return Claim(name=name, measured=share, wanted=f"at most {ALPHA:g}", high=ALPHA + three_errors(ALPHA, runs))


def about(name: str, share: float, expected: float, runs: int, size: Size) -> Claim:
    """The claim that a rival's share is within 0.02 of the design's figure."""
    reach = 0.02 + size.chance(expected, runs)
    wanted = f"about {expected:g}"
    return Claim(name=name, measured=share, wanted=wanted, low=expected - reach, high=expected + reach, rival=True)


def median_day(name: str, days: np.ndarray, stated: int) -> Claim:
    """The claim that the median of the runs' days is the stated one, as far as so many runs can tell.

    A share near one half turns the median over with the seed, so the stated day passes as well when three standard
    errors of that share don't tell it from the neighbour.
    """
    reach = three_errors(0.5, len(days))
    before, by = float((days < stated).mean()), float((days <= stated).mean())
    median = float(np.median(days))
    fits = before <= 0.5 + reach and by >= 0.5 - reach
    # where the days can't be told apart the stated one is as good as the median found
    low, high = (min(median, stated), max(median, stated)) if fits else (stated, stated)
    return Claim(name=name, measured=median, wanted=f"day {stated}", low=low, high=high)
