"""Late regressions: what speaks for a release that has become worse than tolerated since some hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from darklaunch.stats import UnitTable
from darklaunch.stats.hourly_table import HourlyTable
from darklaunch.stats.late import LateRegression, late_regressions
from darklaunch.window import HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class WorseSince:
    """A stretch of hours that ends now and is worse than tolerated.

    Attributes:
        hour: the first of it, UTC.
        at_least: at least this share differs in it, however often anybody looked and for whatever stretch.
    """

    hour: datetime
    at_least: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """The evidence of late regressions in one dimension of an endpoint.

    Attributes:
        begins: the launch's first hour.
        units: by the hour, as they count for a block.
        at_tolerated: tested against the tolerated excess, which holds.
        at_stretch: tested against several times as much, which blocks.
    """

    begins: datetime
    units: HourlyTable
    at_tolerated: LateRegression
    at_stretch: LateRegression

    def worse_since(self, alpha: float) -> WorseSince:
        """The stretch with most evidence, and the largest excess that it refutes, for having searched too."""
        since = self.at_tolerated.since_hour
        table = UnitTable(self.units.since(since), baseline=self.units.baseline)
        return WorseSince(hour=self.begins + since * HOUR, at_least=table.lower(alpha * self.at_tolerated.prior))


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """Units in which a late regression is looked for, with what is tolerated of them."""

    units: HourlyTable
    tolerated_excess: float


def search(tables: Sequence[Searched], *, begins: datetime, hours: int, stretch: float) -> list[Late]:
    """Looks for late regressions in many tables at once.

    Args:
        tables: of one launch.
        begins: the launch's first hour.
        hours: of the launch so far.
        stretch: so many times the tolerated excess block.
    """
    units = [table.units for table in tables]
    both = [(excess, min(stretch * excess, 1.0)) for excess in (table.tolerated_excess for table in tables)]
    # none is tolerated of latencies, and several times none is none
    tested = [pair[:1] if pair[0] == pair[1] else pair for pair in both]
    made: dict[int, tuple[LateRegression, ...]] = {}
    for size in (1, 2):
        of_size = [at for at, excesses in enumerate(tested) if len(excesses) == size]
        results = late_regressions([units[at] for at in of_size], [tested[at] for at in of_size], hours)
        made |= zip(of_size, results, strict=True)
    return [
        Late(begins=begins, units=table, at_tolerated=made[at][0], at_stretch=made[at][-1])
        for at, table in enumerate(units)
    ]
