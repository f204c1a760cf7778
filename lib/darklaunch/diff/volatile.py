"""Values at learned paths, which the comparison settles: whether the shadow's are as volatile as the baseline's."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from heapq import nsmallest
from statistics import median
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from darklaunch.capture.id_hash import hash_ids
from darklaunch.diff.difference import Compared, Comparison, VolatileValue
from darklaunch.stats.arrays import IntArray

UNWATCHED: Final = -128
"""Marks a request at which nothing is watched."""

_HASHES: Final = 2.0**32


class Volatility(NamedTuple):
    """What each request shows at learned paths; shape (requests,), ``UNWATCHED`` where nothing is watched.

    Attributes:
        differs: 1 where only the shadow differs from production, -1 where only the baseline does, 0 else.
        level_halves: the mean over numeric paths of sign(shadow - production) - sign(baseline - production), in [-2, 2]
            and whole: twice the level.
    """

    differs: npt.NDArray[np.int8]
    level_halves: npt.NDArray[np.int8]


def volatility(
    shadow: Callable[[int], Comparison | None],
    baseline: Callable[[int], Comparison | None],
    watched: IntArray,
    request_ids: Sequence[str],
    size: int,
) -> Volatility:
    """Compares what learned rules settled in the shadow with what they settled in the baseline.

    Args:
        shadow: a request's comparison with production; None: they are byte-equal.
        baseline: the same of the baseline.
        watched: requests that both answered, of endpoints at which something was learned.
        request_ids: of these.
        size: how many requests there are.
    """
    differs, level_halves = (np.full(size, UNWATCHED, np.int8) for _ in range(2))
    differs[watched] = level_halves[watched] = 0
    levels = np.zeros(len(watched))
    for at, request in enumerate(watched.tolist()):
        of_shadow, of_baseline = _values(shadow(request)), _values(baseline(request))
        if of_shadow or of_baseline:
            differs[request] = bool(of_shadow.keys() - of_baseline) - bool(of_baseline.keys() - of_shadow)
            levels[at] = _level(of_shadow, of_baseline)
    uneven = np.flatnonzero(levels != np.rint(levels))
    if len(uneven):
        # rounded up as often as the rest is large: on average nothing is lost
        share = hash_ids([request_ids[at].encode() for at in uneven.tolist()]) / _HASHES
        levels[uneven] = np.floor(levels[uneven]) + (share < levels[uneven] - np.floor(levels[uneven]))
    level_halves[watched] = levels
    return Volatility(differs, level_halves)


def _values(comparison: Comparison | None) -> dict[str, VolatileValue]:
    return {each.path: each for each in comparison.volatile} if isinstance(comparison, Compared) else {}


def _level(shadow: Mapping[str, VolatileValue], baseline: Mapping[str, VolatileValue]) -> float:
    """Twice the mean over the paths with a number, in [-2, 2]."""
    paths = [path for path in shadow.keys() | baseline if _numbers(shadow, path) or _numbers(baseline, path)]
    return sum(_sign(shadow, path) - _sign(baseline, path) for path in paths) / len(paths) if paths else 0.0


def _numbers(values: Mapping[str, VolatileValue], path: str) -> bool:
    return path in values and values[path].numbers > 0


def _sign(values: Mapping[str, VolatileValue], path: str) -> float:
    """The mean sign of the differences of numbers at a path, in [-1, 1]."""
    return values[path].greater / values[path].numbers if _numbers(values, path) else 0.0


class Level(NamedTuple):
    """How numbers at a volatile path differ, in counts and a sample of requests that add up.

    Attributes:
        above: requests at which more of the shadow's numbers are greater than production's.
        below: at which more of them are less.
        sample: of the requests with numbers those with the least hashes: this, and shadow less production.
    """

    above: int = 0
    below: int = 0
    sample: tuple[tuple[int, float], ...] = ()

    def merged(self, other: "Level") -> "Level":
        """That of both, whose requests are others."""
        return Level(self.above + other.above, self.below + other.below, _kept(self.sample + other.sample))

    @property
    def median_difference(self) -> float | None:
        """Of the sample, shadow less production; None without a number."""
        return median(difference for _, difference in self.sample) if self.sample else None


class Variety(NamedTuple):
    """How many different values a volatile path has, as samples that add up (Bar-Yossef and others 2002).

    Attributes:
        requests: at which production and shadow differ there, as a learned rule allows.
        production: the least hashes of production's values among them.
        shadow: those of the shadow's.
        level: how its numbers differ.
    """

    requests: int
    production: tuple[int, ...]
    shadow: tuple[int, ...]
    level: Level = Level()

    def merged(self, other: "Variety") -> "Variety":
        """That of both, whose requests are others."""
        production, shadow = self.production + other.production, self.shadow + other.shadow
        level = self.level.merged(other.level)
        return Variety(self.requests + other.requests, _least(production), _least(shadow), level)

    @property
    def collapsed(self) -> bool:
        """Whether production hardly ever repeats a value, and the shadow hardly ever has another one."""
        production = distinct_values(self.production)
        varied = self.requests >= _LEAST_REQUESTS and production >= _VARIED * self.requests
        return varied and distinct_values(self.shadow) <= _COLLAPSED * production


_KEPT: Final = 128
_LEAST_REQUESTS: Final = 50
_VARIED: Final = 0.5
_COLLAPSED: Final = 0.1
"""Chosen by judgement: a token that is minted for each request repeats in none, one that is stuck in nearly all."""


def distinct_values(least: Sequence[int]) -> int:
    """How many values there are, of the least hashes of which these are all, or as many as are kept."""
    return len(least) if len(least) < _KEPT else round((_KEPT - 1) * 2.0**64 / max(least[-1], 1))


def variety(compared: Iterable[tuple[str, int, Comparison | None]]) -> dict[tuple[str, str], Variety]:
    """Counts the values at learned paths, by endpoint and path.

    Args:
        compared: of each request the endpoint, a hash, and the shadow's comparison with production.
    """
    values: dict[tuple[str, str], list[tuple[int, VolatileValue]]] = {}
    for endpoint, hashed, comparison in compared:
        for value in _values(comparison).values():
            values.setdefault((endpoint, value.path), []).append((hashed, value))
    return {place: _variety(each) for place, each in values.items()}


def _variety(values: Sequence[tuple[int, VolatileValue]]) -> Variety:
    level = Level(
        above=sum(value.greater > 0 for _, value in values),
        below=sum(value.greater < 0 for _, value in values),
        sample=_kept((hashed, value.difference) for hashed, value in values if value.difference is not None),
    )
    production, shadow = _least(value.production for _, value in values), _least(value.other for _, value in values)
    return Variety(len(values), production, shadow, level)


def _kept(sample: Iterable[tuple[int, float]]) -> tuple[tuple[int, float], ...]:
    return tuple(nsmallest(_KEPT, sample))


def _least(hashes: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(hashes))[:_KEPT])


def merged_variety(
    one: Mapping[tuple[str, str], Variety], more: Mapping[tuple[str, str], Variety]
) -> dict[tuple[str, str], Variety]:
    """The sums of both, whose requests are others."""
    merged = dict(one)
    for place, counts in more.items():
        merged[place] = merged[place].merged(counts) if place in merged else counts
    return merged
