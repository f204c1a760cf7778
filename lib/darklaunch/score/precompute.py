"""The numbers of many scores at once: the same as one by one, many times as fast."""

import math
from collections.abc import Sequence
from dataclasses import replace

from darklaunch.evidence.by_hour import HourlyUnits
from darklaunch.evidence.dimension import BLOCK_ONLY, RUNGS, Dimension
from darklaunch.score.dimension_score import DimensionScore
from darklaunch.score.endpoint_score import EndpointScore
from darklaunch.score.late import Searched, search
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
    places = [(score.endpoint, dimension) for score in scores for dimension in score.dimensions]
    if not places:
        return list(scores)
    computed = _with_e_values([dimension for _, dimension in places])
    if by_hour is not None:
        names = [name for name, _ in places]
        computed = _with_last_day(names, _with_late(names, computed, by_hour, stretch), by_hour)
    positions = iter(range(len(places)))
    by_score = [[next(positions) for _ in score.dimensions] for score in scores]
    limiting = {
        min(
            (index for index in of_score if computed[index].dimension not in BLOCK_ONLY),
            key=lambda index: computed[index].log_e_promote,
        )
        for of_score in by_score
    }
    bounded = [at for at, dimension in enumerate(computed) if dimension.dimension not in RUNGS or at in limiting]
    lows = lowers([computed[at].blocking for at in bounded], computed[0].alpha)
    highs = uppers([computed[at].against for at in bounded], computed[0].alpha_promote)
    for at, low, high in zip(bounded, lows, highs, strict=True):
        computed[at] = replace(computed[at], bounds=(low, high))
    return [
        replace(score, dimensions=tuple(computed[index] for index in of_score))
        for score, of_score in zip(scores, by_score, strict=True)
    ]


def _with_last_day(
    names: Sequence[str], dimensions: Sequence[DimensionScore], by_hour: HourlyUnits
) -> list[DimensionScore]:
    """The bound of the last day beside what may be promoted, whose evidence is of all days."""
    tables = {
        at: by_hour.last_day(name, each.dimension, signed=each.blocking.baseline)
        for at, (name, each) in enumerate(zip(names, dimensions, strict=True))
        if each.dimension is Dimension.BODY and each.log_e_promote >= -math.log(each.alpha)
    }
    tables = {at: table for at, table in tables.items() if table.rows}
    highs = dict(zip(tables, uppers(list(tables.values()), dimensions[0].alpha), strict=True))
    return [replace(each, last_day_high=highs.get(at)) for at, each in enumerate(dimensions)]


def _with_e_values(dimensions: Sequence[DimensionScore]) -> list[DimensionScore]:
    taus = [dimension.tolerated_excess for dimension in dimensions]
    promote = log_es_promote([dimension.against for dimension in dimensions], taus)
    block = log_es_block([dimension.whole_days for dimension in dimensions], taus)
    log_es = zip(promote, block, strict=True)
    return [replace(dimension, log_es=both) for dimension, both in zip(dimensions, log_es, strict=True)]


def _with_late(
    names: Sequence[str], dimensions: Sequence[DimensionScore], by_hour: HourlyUnits, stretch: float
) -> list[DimensionScore]:
    searched: dict[int, Searched] = {}
    for at, (name, dimension) in enumerate(zip(names, dimensions, strict=True)):
        units = by_hour.table(name, dimension.dimension, signed=dimension.blocking.baseline)
        if units is not None:
            searched[at] = Searched(units=units, tolerated_excess=dimension.tolerated_excess)
    regressions = search(list(searched.values()), begins=by_hour.begins, hours=by_hour.hours, stretch=stretch)
    late = dict(zip(searched, regressions, strict=True))
    return [replace(dimension, late=late.get(at)) for at, dimension in enumerate(dimensions)]
