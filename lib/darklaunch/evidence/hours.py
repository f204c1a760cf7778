"""The evidence of some hours as columns: summed for scores, and by hour for what began late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from darklaunch.capture.endpoint import FLEET
from darklaunch.evidence import units
from darklaunch.evidence.by_hour import BlockingUnits, blocking_units, codes_of
from darklaunch.evidence.dimension import Dimension
from darklaunch.evidence.units import PATTERN

if TYPE_CHECKING:
    import pyarrow as pa

NAMES: Final = ("endpoint", "dimension")
KEY: Final = (*NAMES, "sample_rate", "baseline_hour", *PATTERN)
"""The columns that name a pattern, whatever its hour."""

SUMS: Final = ("units", *units.SUMS)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hours:
    """The evidence of some hours.

    Attributes:
        summed: ``KEY`` and ``SUMS``, each pattern once.
        blocking: units by the hour, as they count for a block.
        traffic: ``pairs`` and ``largest``, the judged requests of the largest unit with a mismatch,
            by endpoint and hour.
        first_rates: the least sample rate of each endpoint's earliest hour among these, with that ``hour``.
    """

    summed: "pa.Table"
    blocking: BlockingUnits
    traffic: "pa.Table"
    first_rates: "pa.Table"


def read_hours(files: Sequence[tuple[datetime, Path]]) -> Hours:
    """Adds up the evidence of some hours, each in a file of its own."""
    rows = _rows(files)
    return Hours(
        summed=sum_patterns(rows), blocking=_blocking(rows), traffic=_traffic(rows), first_rates=first_rates(rows)
    )


def sum_patterns(rows: "pa.Table") -> "pa.Table":
    """Each pattern once."""
    summed = rows.group_by(list(KEY)).aggregate([(name, "sum") for name in SUMS])
    return _spelled(summed.select([*KEY, *(f"{name}_sum" for name in SUMS)]).rename_columns([*KEY, *SUMS]))


def first_rates(rows: "pa.Table") -> "pa.Table":
    """The least sample rate of each endpoint's earliest hour, with the ``hour``."""
    by_hour = rows.group_by(["endpoint", "hour"]).aggregate([("sample_rate", "min")])
    ordered = by_hour.sort_by([("hour", "ascending")])
    first = ordered.group_by(["endpoint"], use_threads=False).aggregate(
        [("hour", "first"), ("sample_rate_min", "first")]
    )
    columns = ["endpoint", "hour_first", "sample_rate_min_first"]
    return _spelled(first.select(columns).rename_columns(["endpoint", "hour", "sample_rate"]))


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


def _blocking(rows: "pa.Table") -> BlockingUnits:
    """Each unit's excess as ``UnitPattern.excess`` has it for a block, of all rows at once."""
    import numpy as np
    import pyarrow as pa

    columns = {name: rows[name].to_numpy() for name in ("baseline_hour", "pairs", *PATTERN)}
    in_baseline_hour = columns["baseline_hour"]
    differing = columns["k_plus"] - columns["k_minus"]
    requests = np.where(in_baseline_hour, columns["m_baseline"], columns["m"])
    differing = np.where(in_baseline_hour, differing, differing + columns["k_unpaired"])
    clean = (columns["m"] == 0) & (columns["missing"] == 0)
    seen = np.where(clean, np.where(in_baseline_hour, columns["m_baseline"], columns["pairs"]) > 0, requests > 0)
    excess = np.where(clean, 0.0, differing / np.maximum(requests, 1))
    some = rows.select(["endpoint", "dimension", "hour", "sample_rate", "units"])
    return blocking_units(some.filter(pa.array(seen)), excess[seen])


def _traffic(rows: "pa.Table") -> "pa.Table":
    import pyarrow.compute as pc

    body = rows.filter(pc.equal(rows["dimension"].cast("string"), Dimension.BODY.value))
    largest = pc.if_else(pc.greater(body["mismatches"], 0), body["m"], 0)
    with_largest = body.append_column("largest", largest).group_by(["endpoint", "hour"])
    summed = with_largest.aggregate([("pairs", "sum"), ("largest", "max")])
    columns = ["endpoint", "hour", "pairs_sum", "largest_max"]
    return _spelled(summed.select(columns).rename_columns(["endpoint", "hour", "pairs", "largest"]))


def _spelled(rows: "pa.Table") -> "pa.Table":
    """The names as text again: numbers neither sort nor go together with another day's."""
    import pyarrow as pa

    for at, name in enumerate(rows.column_names):
        if name in NAMES:
            rows = rows.set_column(at, name, rows[name].cast(pa.string()))
    return rows
