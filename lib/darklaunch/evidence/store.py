"""The state of a launch: its evidence by hour, replaced hour by hour and never added to."""

import gc
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from darklaunch.evidence.burst import HourCount, is_burst
from darklaunch.evidence.coverage import Coverage, Traffic
from darklaunch.evidence.dimension import Dimension
from darklaunch.evidence.patterns import Evidence, UnitPattern
from darklaunch.storage.hourly_table import hour_folders, hour_of, hours_in, replace_hours
from darklaunch.window import HOUR, HOURS_OF_DAY, Window

if TYPE_CHECKING:
    import pyarrow as pa

_TABLE: Final = "evidence"
_NAMES: Final = ("endpoint", "dimension")
_PATTERN: Final = ("sample_rate", "m", "k_plus", "k_minus", "k_unpaired", "missing")
_SUMS: Final = ("units", "pairs", "bodies_equal", "mismatches", "baseline_pairs", "baseline_mismatches")
_HOURLY: Final = ("pairs", "mismatches", "baseline_mismatches")
_AT_ONCE: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchEvidence:
    """What the evidence of a launch adds up to.

    Attributes:
        evidence: by endpoint (``*``: the fleet) and dimension.
        coverage: the time it covers.
        bursts: all hours of those endpoints where one hour holds most of the mismatches.
    """

    evidence: dict[str, dict[Dimension, Evidence]] = field(default_factory=dict)
    coverage: Coverage
    bursts: dict[str, list[HourCount]] = field(default_factory=dict)


def replace_units(launch: Path, window: Window, table: "pa.Table") -> None:
    """Replaces the evidence of every hour of a window, so that running it twice changes nothing.

    Args:
        launch: the launch's folder.
        window: its hours are replaced.
        table: what ``unit_patterns`` returns.
    """
    replace_hours(launch / _TABLE, window, table, (*_NAMES, *_PATTERN))


def evidence_hours(launch: Path) -> list[datetime]:
    """The hours of a launch that have evidence, in order."""
    return hours_in(launch / _TABLE)


def read_evidence(launch: Path, until: datetime) -> LaunchEvidence:
    """Adds up the evidence of a launch, a day at a time: what is held in memory does not grow with its length.

    Args:
        launch: the launch's folder.
        until: only hours before this moment count, so that an old look stays what it was.
    """
    import pyarrow as pa

    folders = hour_folders(launch / _TABLE)
    folders_until = [folder for folder in folders if hour_of(folder) < until]
    if not folders_until:
        return LaunchEvidence(coverage=Coverage(hours=0, missing_hours_of_day=tuple(range(HOURS_OF_DAY))))
    days = [folders_until[start : start + _AT_ONCE] for start in range(0, len(folders_until), _AT_ONCE)]
    # PyArrow works outside of Python's lock; two days at once are all that is held
    with ThreadPoolExecutor(max_workers=2) as pool:
        parts = list(pool.map(_added_up, days))
    summed = _summed(pa.concat_tables(evidence for evidence, _ in parts))
    seen = {hour_of(folder).hour for folder in folders_until}
    missing = tuple(hour for hour in range(HOURS_OF_DAY) if hour not in seen)
    last = hour_of(folders_until[-1]) + HOUR
    by_hour = pa.concat_tables(hours for _, hours in parts)
    coverage = Coverage(hours=len(folders_until), missing_hours_of_day=missing, until=last, traffic=_traffic(by_hour))
    return LaunchEvidence(evidence=_evidence(summed), coverage=coverage, bursts=_bursts(by_hour))


def _added_up(folders: Sequence[Path]) -> tuple["pa.Table", "pa.Table"]:
    """The sums of a day, and its mismatches by hour."""
    rows = _day(folders)
    return _summed(rows), _by_hour(rows)


def _day(folders: Sequence[Path]) -> "pa.Table":
    import pyarrow as pa
    import pyarrow.parquet as pq

    parts = []
    for folder in folders:
        # names as numbers: they are read and grouped several times as fast
        rows = pq.ParquetFile(folder / "part-0.parquet", read_dictionary=list(_NAMES)).read()
        hour = pa.array([int(hour_of(folder).timestamp()) // 3600] * rows.num_rows, pa.int32())
        parts.append(rows.append_column("hour", hour))
    return pa.concat_tables(parts).unify_dictionaries()


def _summed(rows: "pa.Table") -> "pa.Table":
    summed = rows.group_by([*_NAMES, *_PATTERN]).aggregate([(name, "sum") for name in _SUMS])
    return _spelled(summed.rename_columns([name.removesuffix("_sum") for name in summed.column_names]))


def _by_hour(rows: "pa.Table") -> "pa.Table":
    import pyarrow.compute as pc

    body = rows.filter(pc.equal(rows["dimension"], Dimension.BODY.value))
    return _spelled(body.group_by(["endpoint", "hour"]).aggregate([(name, "sum") for name in _HOURLY]))


def _spelled(rows: "pa.Table") -> "pa.Table":
    """The names as text again: numbers neither sort nor go together with another day's."""
    import pyarrow as pa

    for at, name in enumerate(rows.column_names):
        if name in _NAMES:
            rows = rows.set_column(at, name, rows[name].cast(pa.string()))
    return rows


def _evidence(summed: "pa.Table") -> dict[str, dict[Dimension, Evidence]]:
    order = [(name, "ascending") for name in (*_NAMES, *_PATTERN)]
    ordered = summed.sort_by(order)
    where = zip(ordered["endpoint"].to_pylist(), ordered["dimension"].to_pylist(), strict=True)
    names = (*_PATTERN, *_SUMS)
    # by columns: a dict for each row would take as long as all scores of a fleet
    values = zip(*(ordered[name].to_pylist() for name in names), strict=True)
    patterns: dict[tuple[str, str], list[UnitPattern]] = {}
    # a fleet has so many of these small values that looking for cycles among them takes as long as making them
    gc.disable()
    try:
        for place, row in zip(where, values, strict=True):
            patterns.setdefault(place, []).append(UnitPattern(**dict(zip(names, row, strict=True))))
    finally:
        gc.enable()
    evidence: dict[str, dict[Dimension, Evidence]] = {}
    for (endpoint, name), each in patterns.items():
        dimension = Dimension(name)
        evidence.setdefault(endpoint, {})[dimension] = Evidence(
            endpoint=endpoint, patterns=tuple(each), dimension=dimension
        )
    return evidence


def _traffic(by_hour: "pa.Table") -> dict[str, Traffic]:
    import pyarrow as pa

    hours = by_hour["hour"].to_numpy()
    dates = pa.table({"endpoint": by_hour["endpoint"], "hour": hours, "date": hours // HOURS_OF_DAY})
    counts = dates.group_by("endpoint").aggregate([("hour", "count_distinct"), ("date", "count_distinct")])
    return {
        row["endpoint"]: Traffic(hours=row["hour_count_distinct"], dates=row["date_count_distinct"])
        for row in counts.to_pylist()
    }


def _bursts(by_hour: "pa.Table") -> dict[str, list[HourCount]]:
    """The hours of those endpoints alone where one of them holds most of the mismatches."""
    import pyarrow as pa
    import pyarrow.compute as pc

    totals = by_hour.group_by("endpoint").aggregate([("mismatches_sum", "sum"), ("mismatches_sum", "max")])
    names = [
        row["endpoint"] for row in totals.to_pylist() if is_burst(row["mismatches_sum_sum"], row["mismatches_sum_max"])
    ]
    inside = by_hour.filter(pc.is_in(by_hour["endpoint"], value_set=pa.array(names, pa.string())))
    hours: dict[str, list[HourCount]] = {name: [] for name in sorted(names)}
    for row in inside.sort_by([("endpoint", "ascending"), ("hour", "ascending")]).to_pylist():
        counts = {name: row[f"{name}_sum"] for name in _HOURLY}
        hours[row["endpoint"]].append(HourCount(hour=row["hour"], **counts))
    return hours
