"""E-values and bounds of many unit tables at once: the same numbers as one by one, many times as fast."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final, TypeVar

import numpy as np

from darklaunch.stats.arrays import FloatArray, map_in_threads
from darklaunch.stats.bounds import last_unrefuted
from darklaunch.stats.eprocess import log_e, log_threshold
from darklaunch.stats.grid import BetGrid
from darklaunch.stats.sample import stack_samples
from darklaunch.stats.unit_table import UnitTable

_PART: Final = 128
"""Tables that are computed in one call."""


def log_es_promote(tables: Sequence[UnitTable], taus: Sequence[float]) -> list[float]:
    """``log_e_promote`` of each table at its own tolerated excess."""
    return _log_es(tables, taus, lambda table: table.promote_grid)


def log_es_block(tables: Sequence[UnitTable], taus: Sequence[float]) -> list[float]:
    """``log_e_block`` of each table at its own tolerated excess."""
    return _log_es(tables, taus, lambda table: table.block_grid)


def uppers(tables: Sequence[UnitTable], alpha: float) -> list[float]:
    """``upper`` of each table."""
    return _bounds(tables, alpha, lambda table: (table.promote_grid, 1.0))


def lowers(tables: Sequence[UnitTable], alpha: float) -> list[float]:
    """``lower`` of each table."""
    return _bounds(tables, alpha, lambda table: (table.block_grid, table.lowest))


def _log_es(tables: Sequence[UnitTable], taus: Sequence[float], grid_of: Callable[[UnitTable], BetGrid]) -> list[float]:
    log_es = [0.0] * len(tables)
    for grid, indices in _group_by(tables, grid_of):
        # tables of like sizes go together, so that little is padded
        indices.sort(key=lambda index: len(tables[index].rows))
        parts = [indices[start : start + _PART] for start in range(0, len(indices), _PART)]
        computed = map_in_threads(partial(_log_e, tables, taus, grid), parts)
        for part, values in zip(parts, computed, strict=True):
            for index, value in zip(part, values[:, 0].tolist(), strict=True):
                log_es[index] = value
    return log_es


def _log_e(tables: Sequence[UnitTable], taus: Sequence[float], grid: BetGrid, part: Sequence[int]) -> FloatArray:
    tested = np.asarray([[taus[index]] for index in part], dtype=np.float64)
    return log_e(grid, stack_samples([tables[index].sample for index in part]), tested)


def _bounds(
    tables: Sequence[UnitTable], alpha: float, direction_of: Callable[[UnitTable], tuple[BetGrid, float]]
) -> list[float]:
    threshold = log_threshold(alpha)
    bounds = [direction_of(table)[1] for table in tables]
    for (grid, furthest), indices in _group_by(tables, direction_of):
        samples = [tables[index].sample for index in indices]
        last = last_unrefuted(grid, samples, furthest=furthest, threshold=threshold)
        for index, bound in zip(indices, last.tolist(), strict=True):
            bounds[index] = bound
    return bounds


_Key = TypeVar("_Key")


def _group_by(tables: Sequence[UnitTable], key_of: Callable[[UnitTable], _Key]) -> Iterator[tuple[_Key, list[int]]]:
    """The indices of the tables with each key; tables without a row are left out."""
    groups: dict[_Key, list[int]] = {}
    for index, table in enumerate(tables):
        if table.rows:
            groups.setdefault(key_of(table), []).append(index)
    yield from groups.items()
