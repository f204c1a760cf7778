"""The evidence of a launch, added up: of all its hours, of its whole days, and by hour."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from darklaunch.evidence.by_hour import HourlyUnits, hourly_units
from darklaunch.evidence.coverage import Coverage, Traffic, coverage_of
from darklaunch.evidence.dimension import Dimension
from darklaunch.evidence.hours import KEY, Hours, read_hours, sum_patterns
from darklaunch.evidence.patterns import Evidence, UnitPattern
from darklaunch.evidence.places import NAMES, by_place, codes_of, spans_of
from darklaunch.garbage import no_cycle_search
from darklaunch.window import HOUR, HOURS_OF_DAY

if TYPE_CHECKING:
    import pyarrow as pa

ByEndpoint: TypeAlias = Mapping[str, Mapping[Dimension, Evidence]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchEvidence:
    """What the evidence of a launch adds up to.

    Attributes:
        evidence: by endpoint (``*``: the fleet) and dimension.
        whole_days: the same of its whole days alone, of 24 hours from its first.
        by_hour: units by the hour, as they count for a block; None: there is no evidence.
        promoting: the same of those hours that count towards a promotion; None: all do.
        coverage: the time that these cover.
        hours: distinct hours with evidence, whether they count towards a promotion or not.
    """

    evidence: ByEndpoint = field(default_factory=dict)
    whole_days: ByEndpoint = field(default_factory=dict)
    by_hour: HourlyUnits | None = None
    promoting: ByEndpoint | None = None
    coverage: Coverage
    hours: int = 0


def add_up_launch(hours: Sequence[datetime], days: Iterable[Sequence[tuple[datetime, Path]]]) -> LaunchEvidence:
    """Adds up evidence, a day at a time: what is held in memory is little more than the units by hour.

    Args:
        hours: that have evidence, in order.
        days: the files of each day, counted from the first hour.
    """
    if not hours:
        return LaunchEvidence(coverage=coverage_of(hours, {}))
    import pyarrow as pa

    listed = list(days)
    whole = (hours[-1] + HOUR - hours[0]) // (HOUR * HOURS_OF_DAY)
    total = (hours[-1] + HOUR - hours[0]) // HOUR
    # PyArrow and NumPy work outside of Python's lock; two days at once are all that is held
    with no_cycle_search(), ThreadPoolExecutor(max_workers=2) as pool:
        parts = list(pool.map(read_hours, listed))
        rates, floors = _first_rates(parts), _noise_floors(parts[0]) if whole else {}
        by_hour = pool.submit(hourly_units, [part.blocking for part in parts], rates, hours[0], total)
        evidence = _evidence(parts, rates, floors)
        traffic = _traffic(pa.concat_tables([part.traffic for part in parts]).unify_dictionaries())
        of_whole_days = [part for part, files in zip(parts, listed, strict=True) if _day(files[0][0], hours[0]) < whole]
        return LaunchEvidence(
            evidence=evidence,
            whole_days=evidence if len(of_whole_days) == len(parts) else _evidence(of_whole_days, rates, floors),
            by_hour=by_hour.result(),
            coverage=coverage_of(hours, traffic),
            hours=len(hours),
        )


def _day(hour: datetime, first: datetime) -> int:
    return (hour - first) // (HOUR * HOURS_OF_DAY)


def _first_rates(parts: Sequence[Hours]) -> dict[str, float]:
    rates: dict[str, float] = {}
    # days come in order, and so the first that an endpoint is in is its earliest
    for part in reversed(parts):
        rates |= part.first_rates
    return rates


def _noise_floors(first_day: Hours) -> dict[str, float]:
    """The share of requests at which the baseline differed from production, by endpoint."""
    import pyarrow.compute as pc

    body = first_day.summed.filter(pc.equal(first_day.summed["dimension"].cast("string"), Dimension.BODY.value))
    sums = body.group_by("endpoint").aggregate([("baseline_pairs", "sum"), ("baseline_mismatches", "sum")])
    return {
        row["endpoint"]: row["baseline_mismatches_sum"] / row["baseline_pairs_sum"]
        for row in sums.to_pylist()
        if row["baseline_pairs_sum"]
    }


def _evidence(
    parts: Sequence[Hours], first_rates: Mapping[str, float], noise_floors: Mapping[str, float]
) -> ByEndpoint:
    import pyarrow as pa

    if not parts:
        return {}
    ordered = by_place(
        sum_patterns(pa.concat_tables([part.summed for part in parts]).unify_dictionaries()), KEY[len(NAMES) :]
    )
    columns = (ordered[name].to_numpy().tolist() for name in UnitPattern._fields)
    patterns = list(map(UnitPattern._make, zip(*columns, strict=True)))
    evidence: dict[str, dict[Dimension, Evidence]] = {}
    for (endpoint, dimension), (start, end) in spans_of(ordered).items():
        evidence.setdefault(endpoint, {})[dimension] = Evidence(
            endpoint=endpoint,
            patterns=tuple(patterns[start:end]),
            dimension=dimension,
            first_rate=first_rates[endpoint],
            noise_floor=noise_floors.get(endpoint),
        )
    return evidence


def _traffic(by_hour: "pa.Table") -> dict[str, Traffic]:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    some = by_hour.filter(pc.greater(by_hour["pairs"], 0))
    endpoint, hour = codes_of(some["endpoint"]), some["hour"].to_numpy()
    codes, names = endpoint.indices.to_numpy().astype(np.int64), endpoint.dictionary.to_pylist()
    last = np.zeros(len(names), np.int64)
    np.maximum.at(last, codes, hour)
    # a row is an hour of an endpoint
    hours = np.bincount(codes, minlength=len(names))
    date = pa.array(hour // HOURS_OF_DAY).dictionary_encode()
    on_dates = np.zeros((len(names), len(date.dictionary)), bool)
    on_dates[codes, date.indices.to_numpy()] = True
    dates = on_dates.sum(axis=1)
    pairs, largest = (np.bincount(codes, some[name].to_numpy(), len(names)) for name in ("pairs", "largest"))
    return {
        names[at]: Traffic(
            hours=int(hours[at]),
            dates=int(dates[at]),
            last_hour=int(last[at]),
            largest_share=float(largest[at] / pairs[at]),
        )
        for at in np.flatnonzero(hours).tolist()
    }
