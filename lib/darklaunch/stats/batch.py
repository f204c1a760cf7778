"""Many unit tables at once: the same numbers as one by one, many times as fast."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

import numpy as np

from darklaunch.stats.arrays import FloatArray, each_at_once
from darklaunch.stats.bounds import last_unrefuted
from darklaunch.stats.eprocess import log_e
from darklaunch.stats.grid import PROMOTE, BetGrid
from darklaunch.stats.sample import stacked
from darklaunch.stats.score import log_threshold
from darklaunch.stats.unit_table import UnitTable

_AT_ONCE = 128


def log_es_promote(tables: Sequence[UnitTable], taus: Sequence[float]) -> list[float]:
    """``log_e_promote`` of each table at its own tolerated excess."""
    return _log_es(tables, taus, lambda _table: PROMOTE)


def log_es_block(tables: Sequence[UnitTable], taus: Sequence[float]) -> list[float]:
    """``log_e_block`` of each table at its own tolerated excess."""
    return _log_es(tables, taus, lambda table: table.block_grid)


def uppers(tables: Sequence[UnitTable], alpha: float) -> list[float]:
    """``upper`` of each table."""
    return _bounds(tables, alpha, lambda _table: (PROMOTE, 1.0))


def lowers(tables: Sequence[UnitTable], alpha: float) -> list[float]:
    """``lower`` of each table."""
    return _bounds(tables, alpha, lambda table: (table.block_grid, table.lowest))


def _log_es(tables: Sequence[UnitTable], taus: Sequence[float], asked: Callable[[UnitTable], BetGrid]) -> list[float]:
    found = [0.0] * len(tables)
    for grid, places in _alike(tables, asked):
        # tables of like sizes go together, so that little is padded
        places.sort(key=lambda at: len(tables[at].rows))
        parts = [places[start : start + _AT_ONCE] for start in range(0, len(places), _AT_ONCE)]
        for part, logs in zip(parts, each_at_once(partial(_log_e, tables, taus, grid), parts), strict=True):
            for at, log in zip(part, logs[:, 0].tolist(), strict=True):
                found[at] = log
    return found


def _log_e(tables: Sequence[UnitTable], taus: Sequence[float], grid: BetGrid, part: Sequence[int]) -> FloatArray:
    tested = np.asarray([[taus[at]] for at in part], dtype=np.float64)
    return log_e(grid, stacked([tables[at].sample for at in part]), tested)


def _bounds(
    tables: Sequence[UnitTable], alpha: float, asked: Callable[[UnitTable], tuple[BetGrid, float]]
) -> list[float]:
    threshold = log_threshold(alpha)
    found = [asked(table)[1] for table in tables]
    for (grid, furthest), places in _alike(tables, asked):
        samples = [tables[at].sample for at in places]
        start = np.asarray([tables[at].estimate for at in places], dtype=np.float64)
        bounds = last_unrefuted(grid, samples, nearest=start, furthest=furthest, threshold=threshold)
        for at, bound in zip(places, bounds.tolist(), strict=True):
            found[at] = bound
    return found


_Asked = TypeVar("_Asked")


def _alike(tables: Sequence[UnitTable], asked: Callable[[UnitTable], _Asked]) -> Iterator[tuple[_Asked, list[int]]]:
    """The places of tables that are asked the same; those without a row are left out."""
    alike: dict[_Asked, list[int]] = {}
    for at, table in enumerate(tables):
        if table.rows:
            alike.setdefault(asked(table), []).append(at)
    yield from alike.items()
