"""Time-uniform bounds: the edge of the excesses that the e-process has not refuted.

The edge is looked for among the floating-point numbers themselves, down to two neighbours, and the last one
that is not refuted is the bound. So it is as precise for an excess of 1e-9 as for one of 0.1, and it never
contradicts the test: the upper bound lies below the tolerated excess exactly when the evidence to promote is
there. A root finder would stop somewhere near, and the e-value jumps where a node turns void.
"""

import numpy as np

from darklaunch.stats.eprocess import log_e
from darklaunch.stats.grid import BetGrid
from darklaunch.stats.sample import Sample

_NARROWINGS = (6, 18)


def last_unrefuted(grid: BetGrid, sample: Sample, *, nearest: float, furthest: float, threshold: float) -> float:
    """The last excess, going from nearest to furthest, whose log e-value stays below the threshold.

    With the promoting bets, upwards from the estimate, it is the upper bound; with the blocking bets,
    downwards, the lower bound. The e-value never falls on the way.

    Args:
        grid: The bets.
        sample: The units seen.
        nearest: Where to start; never refuted (at the estimate every capital is at most 1).
        furthest: The most extreme excess there can be; returned when it isn't refuted either.
        threshold: log(1 / alpha).
    """
    surpluses = (log_e(grid, sample, np.asarray([nearest, furthest])) - threshold).tolist()
    if surpluses[1] < 0.0:
        return furthest
    ranks = [_rank(nearest), _rank(furthest)]
    while abs(ranks[1] - ranks[0]) > 1:
        between = _candidates(ranks, surpluses)
        found = log_e(grid, sample, np.asarray([_number(rank) for rank in between])) - threshold
        steps, values = [ranks[0], *between, ranks[1]], [surpluses[0], *found.tolist(), surpluses[1]]
        first = next(place for place in range(1, len(steps)) if values[place] >= 0.0)
        ranks, surpluses = steps[first - 1 : first + 1], values[first - 1 : first + 1]
    return _number(ranks[0])


def _candidates(ranks: list[int], surpluses: list[float]) -> list[int]:
    """Ranks strictly between the two, in their order: the middle, and some around where a line crosses 0."""
    start, end = ranks
    gap = abs(end - start)
    chosen = {(start + end) // 2}
    # the middle alone halves the gap; the line makes most of the way where the e-value has no jump
    if surpluses[0] < 0.0:
        share = surpluses[0] / (surpluses[0] - surpluses[1])
        crossing = _rank(_number(start) + share * (_number(end) - _number(start)))
        for narrowing in _NARROWINGS:
            chosen |= {crossing - (gap >> narrowing) - 1, crossing + (gap >> narrowing) + 1}
    inside = {rank for rank in chosen if min(ranks) < rank < max(ranks)}
    return sorted(inside, reverse=end < start)


def _rank(number: float) -> int:
    """The number's place among all floating-point numbers, 0 for zero."""
    bits = int(np.float64(abs(number)).view(np.int64))
    return bits if number >= 0 else -bits


def _number(rank: int) -> float:
    """The floating-point number at this place."""
    size = float(np.int64(abs(rank)).view(np.float64))
    return size if rank >= 0 else -size
