"""The numbers of many scores at once: the same as one by one, many times as fast."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice

from darklaunch.evidence.by_hour import HourlyUnits
from darklaunch.evidence.dimension import BLOCK_ONLY, RUNGS, Dimension
from darklaunch.score.dimension_score import DimensionScore
from darklaunch.score.endpoint_score import EndpointScore
from darklaunch.score.late import Late, Searched, search
from darklaunch.stats import log_es_block, log_es_promote, lowers, uppers


def precompute(
    scores: Sequence[EndpointScore], by_hour: HourlyUnits | None = None, *, stretch: float = 2.0
) -> list[EndpointScore]:
    """Computes the e-values of all scores, late regressions included, and the bounds that the report shows.

    Bounds of latencies that don't limit an endpoint are left to whoever asks: they take most of the time.

    Args:
        scores: of one launch.
        by_hour: their units by the hour; None: nothing is looked for by the hour.
        stretch: so many times the tolerated excess, a stretch of hours blocks.
    """
    names = [score.endpoint for score in scores for _ in score.dimensions]
    dimensions = [dimension for score in scores for dimension in score.dimensions]
    if not dimensions:
        return list(scores)
    late = {} if by_hour is None else _late(names, dimensions, by_hour, stretch)
    computed = [
        replace(each, log_es=log_es, late=late.get(at))
        for at, (each, log_es) in enumerate(zip(dimensions, _e_values(dimensions), strict=True))
    ]
    bounds = _bounds(computed, [len(score.dimensions) for score in scores])
    last_days = {} if by_hour is None else _last_days(names, computed, by_hour)
    for at in bounds.keys() | last_days.keys():
        computed[at] = replace(computed[at], bounds=bounds.get(at), last_day_high=last_days.get(at))
    remaining = iter(computed)
    return [replace(score, dimensions=tuple(islice(remaining, len(score.dimensions)))) for score in scores]


def _e_values(dimensions: Sequence[DimensionScore]) -> Iterable[tuple[float, float]]:
    taus = [dimension.tolerated_excess for dimension in dimensions]
    promote = log_es_promote([dimension.against for dimension in dimensions], taus)
    return zip(promote, log_es_block([dimension.whole_days for dimension in dimensions], taus), strict=True)


def _late(
    names: Sequence[str], dimensions: Sequence[DimensionScore], by_hour: HourlyUnits, stretch: float
) -> dict[int, Late]:
    searched: dict[int, Searched] = {}
    for at, (name, dimension) in enumerate(zip(names, dimensions, strict=True)):
        units = by_hour.table(name, dimension.dimension, signed=dimension.blocking.baseline)
        if units is not None:
            searched[at] = Searched(units=units, tolerated_excess=dimension.tolerated_excess)
    regressions = search(list(searched.values()), begins=by_hour.begins, hours=by_hour.hours, stretch=stretch)
    return dict(zip(searched, regressions, strict=True))


def _bounds(dimensions: Sequence[DimensionScore], sizes: Iterable[int]) -> dict[int, tuple[float, float]]:
    """The bounds of the shown dimensions of endpoints that have so many of them."""
    positions = iter(range(len(dimensions)))
    limiting = {
        min(
            (at for at in islice(positions, size) if dimensions[at].dimension not in BLOCK_ONLY),
            key=lambda at: dimensions[at].log_e_promote,
        )
        for size in sizes
    }
    shown = [at for at, each in enumerate(dimensions) if each.dimension not in RUNGS or at in limiting]
    lows = lowers([dimensions[at].blocking for at in shown], dimensions[0].alpha)
    highs = uppers([dimensions[at].against for at in shown], dimensions[0].alpha_promote)
    return dict(zip(shown, zip(lows, highs, strict=True), strict=True))


def _last_days(names: Sequence[str], dimensions: Sequence[DimensionScore], by_hour: HourlyUnits) -> dict[int, float]:
    """The bound of the last day beside what may be promoted, whose evidence is of all days."""
    tables = {
        at: by_hour.last_day(name, each.dimension, signed=each.blocking.baseline)
        for at, (name, each) in enumerate(zip(names, dimensions, strict=True))
        if each.dimension is Dimension.BODY and each.log_e_promote >= -math.log(each.alpha)
    }
    tables = {at: table for at, table in tables.items() if table.rows}
    return dict(zip(tables, uppers(list(tables.values()), dimensions[0].alpha), strict=True))
