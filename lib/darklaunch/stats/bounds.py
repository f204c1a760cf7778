"""Time-uniform bounds: the edge of the excesses that the e-process has not refuted.

The edge is searched among the floating-point numbers themselves, down to two neighbours, and the last one
that is not refuted is the bound. So it is as precise for an excess of 1e-9 as for one of 0.1, and it never
contradicts the test: the upper bound lies below the tolerated excess exactly when the evidence to promote is
there. A root finder would stop somewhere near the edge, and the e-value jumps where a node turns void.

All tables of a fleet are searched at once: one by one, most of the time would be overhead of calls.
"""

from collections.abc import Sequence
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from darklaunch.stats.arrays import FloatArray, map_in_threads
from darklaunch.stats.eprocess import log_e
from darklaunch.stats.grid import BetGrid
from darklaunch.stats.sample import Sample, stack_samples

_STARTS: Final = (0.6, 0.9, 1.2, 1.6)
"""Where a search begins, as multiples of the distance at which a bound is expected."""

_CURVATURE: Final = 2.0**-54
"""How far a line's crossing may be off, as a share of the gap's square; in ranks, of which a power of two has 2**52."""

_NEAREST: Final = 1.0 / 16.0
"""The least by which a gap is narrowed where the line is right."""

_PART: Final = 128
"""Tables that are computed in one call."""

_Ranks = npt.NDArray[np.int64]
_Number = TypeVar("_Number", bound=np.generic)


def last_unrefuted(grid: BetGrid, samples: Sequence[Sample], *, furthest: float, threshold: float) -> FloatArray:
    """The last excess, going from the mean to the furthest, whose log e-value stays below the threshold.

    At the mean every capital is at most 1, and so it is never refuted. With the promoting bets, upwards, it is the
    upper bound; with the blocking bets, downwards, the lower bound. The e-value never falls on the way.

    Args:
        grid: the bets.
        samples: the units of each table, which has some.
        furthest: the most extreme excess there can be; returned where it isn't refuted either.
        threshold: log(1 / alpha).

    Returns:
        Shape (tables,).
    """
    # tables of like sizes go together, so that little is padded
    order = sorted(range(len(samples)), key=lambda index: samples[index].units.size)
    parts = [np.asarray(order[start : start + _PART]) for start in range(0, len(order), _PART)]

    def search(part: npt.NDArray[np.int64]) -> FloatArray:
        return _search(grid, stack_samples([samples[index] for index in part]), furthest, threshold)

    bounds = np.full(len(samples), furthest)
    for part, edges in zip(parts, map_in_threads(search, parts), strict=True):
        bounds[part] = edges
    return bounds


def _search(grid: BetGrid, sample: Sample, furthest: float, threshold: float) -> FloatArray:
    starts = _starts(sample, furthest, threshold)
    values = log_e(grid, sample, starts) - threshold
    ends, surpluses = _bracket(starts, values)
    ranks = _ranks(ends)
    bounds = ends[:, 1].copy()
    unsettled = np.flatnonzero(surpluses[:, 1] >= 0.0)
    while unsettled.size:
        between = _candidates(ranks[unsettled], surpluses[unsettled])
        computed = log_e(grid, sample.select(unsettled), _numbers(between)) - threshold
        steps = np.concatenate([ranks[unsettled, :1], between, ranks[unsettled, 1:]], axis=1)
        values = np.concatenate([surpluses[unsettled, :1], computed, surpluses[unsettled, 1:]], axis=1)
        ranks[unsettled], surpluses[unsettled] = _bracket(steps, values)
        bounds[unsettled] = _numbers(ranks[unsettled, 0])
        unsettled = unsettled[np.abs(ranks[unsettled, 1] - ranks[unsettled, 0]) > 1]
    return bounds


def _bracket(steps: npt.NDArray[_Number], values: FloatArray) -> tuple[npt.NDArray[_Number], FloatArray]:
    """The last step before the first that is refuted, and that one, with their values; else the last two."""
    refuted = values >= 0.0
    refuted[:, -1] = True
    first = 1 + refuted[:, 1:].argmax(axis=1)
    at = np.stack([first - 1, first], axis=1)
    return np.take_along_axis(steps, at, axis=1), np.take_along_axis(values, at, axis=1)


def _starts(sample: Sample, furthest: float, threshold: float) -> FloatArray:
    """The mean excess, some around where the bound of a mean is to be expected, and the furthest."""
    nearest = sample.mean_excess
    # weights may be as extreme as numbers can be; then the search begins between the mean and the furthest
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        deviations = sample.weights * (sample.excesses - nearest[:, np.newaxis])
        squares = (sample.units * deviations**2).sum(axis=1)
        # Bernstein's bound of a sum, as if the best of the bets had been known
        reach = (threshold + np.sqrt(2.0 * threshold * squares)) / (sample.units * sample.weights).sum(axis=1)
    # no two excesses are further apart than 2
    reach = np.nan_to_num(np.minimum(reach, 2.0))
    around = nearest[:, np.newaxis] + np.sign(furthest - nearest)[:, np.newaxis] * np.outer(reach, _STARTS)
    inside = np.clip(around, np.minimum(nearest, furthest)[:, np.newaxis], np.maximum(nearest, furthest)[:, np.newaxis])
    return np.column_stack([nearest, inside, np.full(nearest.shape, furthest)])


def _candidates(ranks: _Ranks, surpluses: FloatArray) -> _Ranks:
    """Ranks between the two, in their order: the middle, and both sides of the point at which a line crosses 0."""
    start, end = ranks[:, 0], ranks[:, 1]
    gap = np.abs(end - start)
    # the middle alone halves the gap; the line makes most of the way where the e-value has no jump
    rise = surpluses[:, 1] - surpluses[:, 0]
    share = np.divide(-surpluses[:, 0], rise, out=np.full(rise.shape, 0.5), where=(rise > 0.0) & np.isfinite(rise))
    ends = _numbers(ranks)
    crossing = _ranks(ends[:, 0] + share * (ends[:, 1] - ends[:, 0]))
    reach = (gap * np.minimum(gap * _CURVATURE, _NEAREST)).astype(np.int64) + 1
    low, high = np.minimum(start, end), np.maximum(start, end)
    candidates = np.stack([start + (end - start) // 2, crossing - reach, crossing + reach], axis=1)
    inside = np.clip(candidates, (low + 1)[:, np.newaxis], (high - 1)[:, np.newaxis])
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
