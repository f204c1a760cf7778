"""Late regressions: a mixture of the block e-process over the hours at which it may have begun.

The process that bets from hour s on has a capital of at most 1 on average while no stretch ending now is worse than
tested. Stakes of pi_s on every s, set aside until their hour comes, make one such process of them all, so that by
Ville's inequality it reaches 1/alpha with a chance of at most alpha, whenever anybody looks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Final

import numpy as np

from darklaunch.stats.arrays import FloatArray, map_in_threads
from darklaunch.stats.hourly_table import HourlyTable, hourly_rows
from darklaunch.stats.sample import Row, Sample, collapse

_FIRST_HOURS: Final = 720
_FIRST_SHARE: Final = 0.9
_HOURS_OF_DAY: Final = 24
_PART: Final = 32
"""Tables that are computed in one call: more would not fit the processor's cache."""

_MOST_CELLS: Final = 4_000_000
"""Numbers that one call holds at most, where tables have many kinds of units."""

_EXACT: Final = 300.0
"""Log capitals up to this size, above 0 or below, are exponentials that neither overflow nor vanish when added up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateRegression:
    """The evidence that units have been worse than tested since some hour.

    Attributes:
        log_e: natural log of the e-value against "no stretch ending now is worse than tested".
        since_hour: the first hour of the stretch with most evidence, counted from the launch's first.
        log_e_of_stretch: natural log of that stretch's e-value to block, as if it had been chosen beforehand.
    """

    log_e: float
    since_hour: int
    log_e_of_stretch: float

    @property
    def prior(self) -> float:
        """The share of the stake that lay on the stretch."""
        return float(stakes(self.since_hour + 1)[-1])


@lru_cache(maxsize=64)
def stakes(hours: int) -> FloatArray:
    """The share of the stake on each of a launch's first hours: 0.9 evenly over 30 days, the rest by the day after.

    Returns:
        Shape (hours,), read-only.
    """
    shares = np.full(hours, _FIRST_SHARE / _FIRST_HOURS)
    days = np.arange(max(hours - _FIRST_HOURS, 0)) // _HOURS_OF_DAY + 1
    shares[_FIRST_HOURS:] = (1.0 - _FIRST_SHARE) / (days * (days + 1)) / _HOURS_OF_DAY
    shares.setflags(write=False)
    return shares


def late_regression(
    hours: Sequence[Iterable[Row]], tested: float, *, baseline: bool = False
) -> tuple[float, int, float]:
    """The evidence that units have been worse than tested since some hour.

    Args:
        hours: rows (units, weight, excess) of each hour, from the launch's first on.
        tested: the excess that every stretch is tested against, in [0, 1].
        baseline: whether a baseline arm was compared, so that an excess may be negative.

    Returns:
        Natural log of the e-value; the hour since which, the later of two that are equal; natural log of the e-value
        to block of the stretch from that hour on.

    Raises:
        ValueError: there is no hour, or a row or the tested excess is out of range; names it.
    """
    if not hours:
        raise ValueError("no hours: give the rows of each hour, from the launch's first on")
    if not 0.0 <= tested <= 1.0:
        raise ValueError(f"tested == {tested}, must lie in [0, 1]: give a tolerated excess")
    samples = [collapse(rows, lowest_excess=-1.0 if baseline else 0.0) for rows in hours]
    sizes = [sample.units.size for sample in samples]
    together = Sample(
        units=np.concatenate([sample.units for sample in samples]),
        weights=np.concatenate([sample.weights for sample in samples]),
        excesses=np.concatenate([sample.excesses for sample in samples]),
    )
    rows = hourly_rows(together, np.repeat(np.arange(len(hours)), sizes))
    table = HourlyTable(rows=rows, baseline=baseline)
    ((late,),) = late_regressions([table], [(tested,)], len(hours))
    return late.log_e, late.since_hour, late.log_e_of_stretch


def late_regressions(
    tables: Sequence[HourlyTable], tested: Sequence[Sequence[float]], hours: int
) -> list[tuple[LateRegression, ...]]:
    """``late_regression`` of many tables at once, each at its own tested excesses.

    Args:
        tables: of one launch.
        tested: excesses for each table, as many for one as for another.
        hours: of the launch so far; more than the last hour of any table.

    Returns:
        For each table as many as it was tested at.
    """
    # tables of like sizes go together, so that little is padded
    order = sorted(range(len(tables)), key=lambda at: tables[at].kinds)
    parts = []
    for baseline in (False, True):
        of_grid = [at for at in order if tables[at].baseline is baseline]
        parts += [of_grid[start : start + _PART] for start in range(0, len(of_grid), _PART)]
    made: dict[int, tuple[LateRegression, ...]] = {}
    for part, results in zip(parts, map_in_threads(partial(_late, tables, tested, hours), parts), strict=True):
        made |= zip(part, results, strict=True)
    return [made[at] for at in range(len(tables))]


def _late(
    tables: Sequence[HourlyTable], tested: Sequence[Sequence[float]], hours: int, part: Sequence[int]
) -> list[tuple[LateRegression, ...]]:
    some = [tables[at] for at in part]
    if len(part) > 1 and max(table.kinds for table in some) * len(part) * hours > _MOST_CELLS:
        middle = len(part) // 2
        return [each for half in (part[:middle], part[middle:]) for each in _late(tables, tested, hours, half)]
    units = _units_since(some, hours)
    by_excess = zip(*(tested[at] for at in part), strict=True)
    return list(zip(*(_tested_at(some, units, np.asarray(excesses)) for excesses in by_excess), strict=True))


def _tested_at(tables: Sequence[HourlyTable], units: "_UnitsSince", tested: FloatArray) -> list[LateRegression]:
    capitals, anchors = _capitals_of_stretches(tables, units, tested)
    hours = capitals.shape[1]
    staked = capitals * stakes(hours)
    aside = max(1.0 - float(stakes(hours).sum()), 0.0)
    # the last of equal ones: hours without traffic add nothing to a stretch
    since = hours - 1 - staked[:, ::-1].argmax(axis=1)
    with np.errstate(divide="ignore"):
        log_es = np.logaddexp(np.log(staked.sum(axis=1)) + anchors, np.log(aside))
        of_stretch = np.log(capitals[np.arange(len(tables)), since]) + anchors
    return [
        LateRegression(log_e=log_e, since_hour=hour, log_e_of_stretch=stretch)
        for log_e, hour, stretch in zip(log_es.tolist(), since.tolist(), of_stretch.tolist(), strict=True)
    ]


def _capitals_of_stretches(
    tables: Sequence[HourlyTable], units: "_UnitsSince", tested: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """The e-values to block of the units from each hour on.

    Returns:
        Shape (tables, hours), each table's divided by the exponential of its anchor; the anchors of shape (tables,).
    """
    grid = tables[0].grid
    gains = grid.bet_array()[:, np.newaxis] * (units.weights * (units.excesses - tested[:, np.newaxis]))[:, np.newaxis]
    with np.errstate(divide="ignore"):
        logs = np.log1p(np.maximum(gains, -1.0))
    # the share of a void node is -inf below; here it must not make a NaN of it
    logs[~np.isfinite(logs)] = 0.0
    largest = np.asarray([table.largest_weight for table in tables])
    capitals = logs @ units.counts
    capitals += grid.log_weights(tested[:, np.newaxis], largest).swapaxes(1, 2)
    highest = capitals.max(axis=(1, 2))
    # what is far below a table's highest is nothing beside it
    anchors = np.where(np.isfinite(highest) & (np.abs(highest) > _EXACT), highest, 0.0)
    if anchors.any():
        capitals -= anchors[:, np.newaxis, np.newaxis]
    np.exp(capitals, out=capitals)
    return capitals.sum(axis=1), anchors


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _UnitsSince:
    """Units from each hour on by weight and excess, of which a table has few.

    Attributes:
        counts: shape (tables, kinds, hours).
        weights: of the kinds; shape (tables, kinds).
        excesses: of the kinds; shape (tables, kinds).
    """

    counts: FloatArray
    weights: FloatArray
    excesses: FloatArray


def _units_since(tables: Sequence[HourlyTable], hours: int) -> _UnitsSince:
    most = max(table.kinds for table in tables)
    counts = np.zeros((len(tables), most, hours))
    weights, excesses = np.zeros((len(tables), most)), np.zeros((len(tables), most))
    for at, table in enumerate(tables):
        rows, kinds = table.rows, table.rows.weights.size
        weights[at, : table.kinds] = np.concatenate([rows.weights, table.clean_weights])
        excesses[at, :kinds] = rows.excesses
        counts[at, :kinds] = np.bincount(rows.kind * hours + rows.hours, rows.units, kinds * hours).reshape(
            kinds, hours
        )
        for kind, clean in enumerate(table.clean, start=kinds):
            counts[at, kind] = clean
    since = counts[..., ::-1]
    since.cumsum(axis=-1, out=since)
    return _UnitsSince(counts=counts, weights=weights, excesses=excesses)
