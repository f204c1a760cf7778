"""Time-uniform bounds: the edge of the excesses that the e-process has not refuted.

The edge is searched among the floating-point numbers themselves, down to two neighbours, and the last one
that is not refuted is the bound. So it is as precise for an excess of 1e-9 as for one of 0.1, and it never
contradicts the test: the upper bound lies below the tolerated excess exactly when the evidence to promote is
there. A root finder would stop somewhere near the edge, and the e-value jumps where a node turns void.

All tables of a fleet are searched at once: one by one, most of the time would be overhead of calls.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from darklaunch.stats.arrays import FloatArray, map_in_threads
from darklaunch.stats.eprocess import log_e
from darklaunch.stats.grid import BetGrid
from darklaunch.stats.sample import Sample, stack_samples

_NARROWINGS: Final = (6, 18)
"""Powers of two by which the gap is narrowed around the line's crossing, where the line is right."""

_PART: Final = 128
"""Tables that are computed in one call."""

_Ranks = npt.NDArray[np.int64]


def last_unrefuted(
    grid: BetGrid, samples: Sequence[Sample], *, nearest: FloatArray, furthest: float, threshold: float
) -> FloatArray:
    """The last excess, going from nearest to furthest, whose log e-value stays below the threshold.

    With the promoting bets, upwards from the estimate, it is the upper bound; with the blocking bets,
    downwards, the lower bound. The e-value never falls on the way.

    Args:
        grid: the bets.
        samples: the units of each table.
        nearest: the start, never refuted (at the estimate every capital is at most 1); shape (tables,).
        furthest: the most extreme excess there can be; returned where it isn't refuted either.
        threshold: log(1 / alpha).

    Returns:
        Shape (tables,).
    """
    # tables of like sizes go together, so that little is padded
    order = sorted(range(len(samples)), key=lambda index: samples[index].units.size)
    parts = [np.asarray(order[start : start + _PART]) for start in range(0, len(order), _PART)]

    def search(part: npt.NDArray[np.int64]) -> FloatArray:
        return _search(grid, stack_samples([samples[index] for index in part]), nearest[part], furthest, threshold)

    bounds = np.full(len(samples), furthest)
    for part, edges in zip(parts, map_in_threads(search, parts), strict=True):
        bounds[part] = edges
    return bounds


def _search(grid: BetGrid, sample: Sample, nearest: FloatArray, furthest: float, threshold: float) -> FloatArray:
    ends = np.stack([nearest, np.full(nearest.shape, furthest)], axis=1)
    surpluses = log_e(grid, sample, ends) - threshold
    ranks = _ranks(ends)
    bounds = ends[:, 1].copy()
    unsettled = np.flatnonzero(surpluses[:, 1] >= 0.0)
    while unsettled.size:
        between = _candidates(ranks[unsettled], surpluses[unsettled])
        computed = log_e(grid, sample.select(unsettled), _numbers(between)) - threshold
        steps = np.concatenate([ranks[unsettled, :1], between, ranks[unsettled, 1:]], axis=1)
        values = np.concatenate([surpluses[unsettled, :1], computed, surpluses[unsettled, 1:]], axis=1)
        # the last one is refuted, so that there is a first one behind the start
        first = 1 + (values[:, 1:] >= 0.0).argmax(axis=1)
        rows = np.arange(unsettled.size)
        ranks[unsettled] = np.stack([steps[rows, first - 1], steps[rows, first]], axis=1)
        surpluses[unsettled] = np.stack([values[rows, first - 1], values[rows, first]], axis=1)
        bounds[unsettled] = _numbers(ranks[unsettled, 0])
        unsettled = unsettled[np.abs(ranks[unsettled, 1] - ranks[unsettled, 0]) > 1]
    return bounds


def _candidates(ranks: _Ranks, surpluses: FloatArray) -> _Ranks:
    """Ranks between the two, in their order: the middle, and some around the point at which a line crosses 0."""
    start, end = ranks[:, 0], ranks[:, 1]
    gap = np.abs(end - start)
    # the middle alone halves the gap; the line makes most of the way where the e-value has no jump
    rise = surpluses[:, 1] - surpluses[:, 0]
    share = np.divide(-surpluses[:, 0], rise, out=np.full(rise.shape, 0.5), where=(rise > 0.0) & np.isfinite(rise))
    ends = _numbers(ranks)
    crossing = _ranks(ends[:, 0] + share * (ends[:, 1] - ends[:, 0]))
    candidates = [start + (end - start) // 2]
    for narrowing in _NARROWINGS:
        reach = (gap >> narrowing) + 1
        candidates += [crossing - reach, crossing + reach]
    low, high = np.minimum(start, end), np.maximum(start, end)
    inside = np.clip(np.stack(candidates, axis=1), (low + 1)[:, np.newaxis], (high - 1)[:, np.newaxis])
    ascending = np.sort(inside, axis=1)
    return np.where((end < start)[:, np.newaxis], ascending[:, ::-1], ascending)


def _ranks(numbers: FloatArray) -> _Ranks:
    """Each number's rank among all floating-point numbers, 0 for zero."""
    bits = np.abs(np.ascontiguousarray(numbers)).view(np.int64)
    return np.where(numbers >= 0.0, bits, -bits)


def _numbers(ranks: _Ranks) -> FloatArray:
    """The floating-point numbers of these ranks."""
    sizes = np.abs(np.ascontiguousarray(ranks)).view(np.float64)
    return np.where(ranks >= 0, sizes, -sizes)
