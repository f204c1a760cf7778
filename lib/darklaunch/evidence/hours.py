"""The evidence of some hours as columns: summed for scores, and by hour for what began late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from pathlib import Path
from typing import TYPE_CHECKING, Final

from darklaunch.capture.endpoint import FLEET
from darklaunch.evidence import units
from darklaunch.evidence.by_hour import BlockingUnits, blocking_units
from darklaunch.evidence.dimension import Dimension
from darklaunch.evidence.places import NAMES, RATED, RatedPlaces, codes_of, rated_places
from darklaunch.evidence.units import PATTERN
from darklaunch.stats.arrays import BoolArray

if TYPE_CHECKING:
    import pyarrow as pa

KEY: Final = (*RATED, "baseline_hour", *PATTERN)
"""The columns that name a pattern, whatever its hour."""

SUMS: Final = ("units", *units.SUMS)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hours:
    """The evidence of some hours; names are dictionaries, each of these hours alone.

    Attributes:
        summed: ``KEY`` and ``SUMS``, each pattern once.
        blocking: units by the hour, as they count for a block.
        traffic: ``pairs`` and ``largest``, the judged requests of the largest unit with a mismatch,
            by endpoint and hour.
        first_rates: the least sample rate of each endpoint's earliest hour among these.
    """

    summed: "pa.Table"
    blocking: BlockingUnits
    traffic: "pa.Table"
    first_rates: Mapping[str, float]


def read_hours(files: Sequence[tuple[datetime, Path]]) -> Hours:
    """Adds up the evidence of some hours.

    Args:
        files: one an hour, in order.
    """
    import pyarrow as pa

    rows = _rows(files)
    rated, clean = rated_places(rows), _clean(rows)
    others = rows.select([*KEY, *SUMS]).filter(pa.array(~clean))
    return Hours(
        summed=pa.concat_tables([_clean_patterns(rows, rated, clean), sum_patterns(others)]),
        blocking=_blocking(rows, others, rated, clean),
        traffic=_traffic(rows),
        first_rates=_first_rates(rows),
    )


def sum_patterns(rows: "pa.Table") -> "pa.Table":
    """Each pattern once."""
    summed = rows.group_by(list(KEY)).aggregate([(name, "sum") for name in SUMS])
    return summed.select([*KEY, *(f"{name}_sum" for name in SUMS)]).rename_columns([*KEY, *SUMS])


def _rows(files: Sequence[tuple[datetime, Path]]) -> "pa.Table":
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    parts = []
    for moment, file in files:
        # names as numbers: they are read and grouped several times as fast
        rows = pq.ParquetFile(file, read_dictionary=list(NAMES)).read()
        hour = pa.array(np.full(rows.num_rows, int(moment.timestamp()) // 3600, np.int32))
        # by the hour and not by the endpoint: where the baseline covers little, an endpoint may have none of it
        present = np.full(rows.num_rows, _has_baseline(rows))
        rows = rows.append_column("hour", hour)
        parts.append(rows.append_column("baseline_hour", pa.array(present)))
    return pa.concat_tables(parts).unify_dictionaries()


def _has_baseline(rows: "pa.Table") -> bool:
    """Whether the baseline answered anything that the fleet was asked in an hour."""
    endpoints = codes_of(rows["endpoint"])
    place = endpoints.dictionary.index(FLEET).as_py()
    return bool(rows["baseline_pairs"].to_numpy()[endpoints.indices.to_numpy() == place].any())


def _clean(rows: "pa.Table") -> BoolArray:
    """Whether units showed nothing, as most of them do in every hour: one number names such a pattern."""
    shown = reduce(or_, (rows[name].to_numpy() for name in PATTERN if name != "m_baseline"))
    return (shown == 0) & (rows["m_baseline"].to_numpy() <= 1)  # type: ignore[no-any-return]


def _clean_patterns(rows: "pa.Table", rated: RatedPlaces, clean: BoolArray) -> "pa.Table":
    import numpy as np
    import pyarrow as pa

    bits = rows["baseline_hour"].to_numpy() * 2 + rows["m_baseline"].to_numpy()
    # rows that are not clean are added up in a last place of their own, which is quicker than leaving them out
    size = rated.places.num_rows * 4
    code = np.where(clean, rated.codes * 4 + bits, size)
    at = np.flatnonzero(np.bincount(code, minlength=size + 1)[:size])
    summed = {name: np.bincount(code, rows[name].to_numpy(), size + 1)[at].astype(np.int64) for name in SUMS}
    zeros = np.zeros(at.size, np.int64)
    shown = {**dict.fromkeys(PATTERN, zeros), "m_baseline": at & 1}
    places = rated.places.take(pa.array(at >> 2))
    columns = {name: places[name] for name in RATED} | {"baseline_hour": (at & 2).astype(bool)}
    return pa.table(columns | shown | summed).select([*KEY, *SUMS])


def _blocking(rows: "pa.Table", others: "pa.Table", rated: RatedPlaces, clean: BoolArray) -> BlockingUnits:
    """Each unit's excess as ``UnitPattern.excess`` has it for a block, of all rows at once."""
    import numpy as np

    seen = np.where(rows["baseline_hour"].to_numpy(), rows["m_baseline"].to_numpy(), rows["pairs"].to_numpy()) > 0
    excess, at = np.zeros(rows.num_rows), np.flatnonzero(~clean)
    columns = {name: others[name].to_numpy() for name in ("baseline_hour", *PATTERN)}
    in_baseline_hour = columns["baseline_hour"]
    differing = columns["k_plus"] - columns["k_minus"]
    requests = np.where(in_baseline_hour, columns["m_baseline"], columns["m"])
    differing = np.where(in_baseline_hour, differing, differing + columns["k_unpaired"])
    only_counted = (columns["m"] == 0) & (columns["missing"] == 0)
    seen[at] = np.where(only_counted, seen[at], requests > 0)
    excess[at] = np.where(only_counted, 0.0, differing / np.maximum(requests, 1))
    return blocking_units(rows, rated, excess, seen)


def _traffic(rows: "pa.Table") -> "pa.Table":
    import numpy as np
    import pyarrow as pa

    endpoint, dimension = (codes_of(rows[name]) for name in NAMES)
    body = dimension.indices.to_numpy() == dimension.dictionary.index(Dimension.BODY.value).as_py()
    hour, places = rows["hour"].to_numpy()[body], endpoint.indices.to_numpy()[body].astype(np.int64)
    first = int(rows["hour"].to_numpy().min())
    hours = int(rows["hour"].to_numpy().max()) - first + 1
    cells, size = places * hours + hour - first, len(endpoint.dictionary) * hours
    pairs = np.bincount(cells, rows["pairs"].to_numpy()[body], size).astype(np.int64)
    largest = np.zeros(size, np.int64)
    differing = np.flatnonzero(rows["mismatches"].to_numpy()[body] > 0)
    np.maximum.at(largest, cells[differing], rows["m"].to_numpy()[body][differing])
    at = np.flatnonzero(pairs)
    names = pa.DictionaryArray.from_arrays((at // hours).astype(np.int32), endpoint.dictionary)
    return pa.table({"endpoint": names, "hour": at % hours + first, "pairs": pairs[at], "largest": largest[at]})


def _first_rates(rows: "pa.Table") -> dict[str, float]:
    import numpy as np
    import pyarrow as pa

    endpoint, hour = codes_of(rows["endpoint"]), rows["hour"].to_numpy()
    codes = endpoint.indices.to_numpy()
    earliest = np.empty(len(endpoint.dictionary), np.int32)
    # rows come by the hour: from the last to the first, an endpoint's earliest is written last
    earliest[codes[::-1]] = hour[::-1]
    some = rows.select(["endpoint", "sample_rate"]).filter(pa.array(hour == earliest[codes]))
    least = some.group_by("endpoint").aggregate([("sample_rate", "min")])
    return dict(zip(least["endpoint"].to_pylist(), least["sample_rate_min"].to_pylist(), strict=True))
