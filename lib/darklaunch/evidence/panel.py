"""Returning users: a launch has to sample others every day, or its evidence is about a fixed panel alone."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Final

FEW_DAYS: Final = 3
FEW_UNITS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """How many of the last day's sampled units had been sampled on a day before.

    Attributes:
        returning: that share.
        by_chance: at most this share would return if everybody came every day and the sampler chose anew.
    """

    returning: float
    by_chance: float

    @property
    def is_fixed(self) -> bool:
        """Whether it lies nearer to a panel, of which all return, than to chance."""
        return self.returning > (1 + self.by_chance) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class HourSample:
    """The units of one hour with the least hashes.

    Attributes:
        units: their hashes.
        complete: whether these are all units of the hour.
        sample_rate: the largest with which one of them was sampled.
    """

    units: Set[int]
    complete: bool
    sample_rate: float


def panel(days: Mapping[int, list[HourSample]]) -> Panel | None:
    """Compares the last day's units with those of the days before.

    Hashes up to the least of what any hour had to leave out are known of every hour: among them, who was there and who
    was not can be told exactly (the bottom-k sketch of Cohen and Kaplan 2007).

    Args:
        days: samples by day.

    Returns:
        None where there are too few days or units to tell.
    """
    if len(days) < FEW_DAYS:
        return None
    hours = [hour for day in days.values() for hour in day]
    least_bound = min((max(hour.units) for hour in hours if not hour.complete), default=None)
    seen = {
        day: {unit for hour in samples for unit in hour.units if least_bound is None or unit <= least_bound}
        for day, samples in days.items()
    }
    *before, last = (seen[day] for day in sorted(seen))
    if len(last) < FEW_UNITS:
        return None
    rate = max(hour.sample_rate for hour in hours)
    earlier: set[int] = set().union(*before)
    return Panel(returning=len(last & earlier) / len(last), by_chance=1 - (1 - rate) ** len(before))


KEPT: Final = 200
"""So many units of an hour are kept, those with the least hashes: of any two hours the same ones, if they are there."""
