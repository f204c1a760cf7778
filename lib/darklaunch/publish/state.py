"""The state of a launch: its evidence by hour, replaced hour by hour and never added to."""

import shutil
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from darklaunch.core.decide import Coverage
from darklaunch.core.evidence import Evidence, Pattern
from darklaunch.core.window import HOUR, Window
from darklaunch.publish.folders import replace_folder

_FORM = "%Y-%m-%dT%H"
_PATTERN = ("sample_rate", "m", "k_plus", "k_minus", "k_unpaired", "missing")
_SUMS = ("units", "pairs", "bodies_equal", "mismatches", "baseline_pairs", "baseline_mismatches")


def upsert(launch: Path, window: Window, table: Any) -> None:  # noqa: ANN401 - a PyArrow table
    """Replaces the evidence of every hour of a window, so that running it twice changes nothing.

    Args:
        launch: the launch's folder.
        window: its hours are replaced; those without a row in ``table`` are emptied.
        table: evidence rows as ``spark.evidence`` makes them, with ``bucket`` as the start of the hour.
    """
    import pyarrow as pa  # noqa: PLC0415 - heavy
    import pyarrow.compute as pc  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    buckets = pc.strftime(table["bucket"].cast(pa.timestamp("us", "UTC")), format=_FORM)
    order = [(name, "ascending") for name in ("endpoint", *_PATTERN)]
    hour = window.start
    while hour < window.end:
        name = hour.strftime(_FORM)
        rows = table.filter(pc.equal(buckets, name)).drop_columns(["bucket"]).sort_by(order)
        target = launch / "evidence" / f"bucket={name}"
        if rows.num_rows:
            fresh = launch / "evidence" / f".{name}"
            fresh.mkdir(parents=True, exist_ok=True)
            pq.write_table(rows, fresh / "part-0.parquet")
            replace_folder(fresh, target)
        elif target.exists():
            shutil.rmtree(target)
        hour += HOUR


def hours(launch: Path) -> list[datetime]:
    """The hours of a launch that have evidence, in order."""
    return sorted(_hour(folder) for folder in (launch / "evidence").glob("bucket=*"))


def read(launch: Path, until: datetime) -> tuple[dict[str, Evidence], Coverage]:
    """Adds up the evidence of a launch.

    Args:
        launch: the launch's folder.
        until: only hours before this moment count, so that an old look stays what it was.

    Returns:
        The evidence by endpoint (``*``: the fleet) and the hours it covers.
    """
    import pyarrow as pa  # noqa: PLC0415 - heavy
    import pyarrow.parquet as pq  # noqa: PLC0415

    folders = sorted((launch / "evidence").glob("bucket=*")) if (launch / "evidence").exists() else []
    hours = {folder: _hour(folder) for folder in folders}
    taken = [folder for folder in folders if hours[folder] < until]
    if not taken:
        return {}, Coverage(hours=0, missing_hours_of_day=tuple(range(24)))
    table = pa.concat_tables(
        pq.ParquetFile(file).read() for folder in taken for file in sorted(folder.glob("*.parquet"))
    )
    sums = table.group_by(["endpoint", *_PATTERN]).aggregate([(name, "sum") for name in _SUMS])
    names = [name.removesuffix("_sum") for name in sums.column_names]
    patterns: dict[str, list[Pattern]] = {}
    for row in (
        sums.rename_columns(names).sort_by([(name, "ascending") for name in ("endpoint", *_PATTERN)]).to_pylist()
    ):
        patterns.setdefault(row.pop("endpoint"), []).append(Pattern(**row))
    seen = {hours[folder].hour for folder in taken}
    coverage = Coverage(hours=len(taken), missing_hours_of_day=tuple(h for h in range(24) if h not in seen))
    return {name: Evidence(endpoint=name, patterns=tuple(found)) for name, found in patterns.items()}, coverage


def _hour(folder: Path) -> datetime:
    return datetime.strptime(folder.name.removeprefix("bucket="), _FORM).replace(tzinfo=timezone.utc)
