"""A sample of the units of each hour of a launch."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from darklaunch.evidence.panel import HourSample, Panel, panel
from darklaunch.storage.hourly_table import hour_folders, hour_of, replace_hours
from darklaunch.window import Window

if TYPE_CHECKING:
    import pyarrow as pa

_TABLE = "panel"


def replace_panel(launch: Path, window: Window, table: "pa.Table") -> None:
    """Replaces the samples of every hour of a window.

    Args:
        launch: the launch's folder.
        window: its hours are replaced.
        table: what ``merge_panels`` returns.
    """
    replace_hours(launch / _TABLE, window, table, ("unit",))


def read_panel(launch: Path, until: datetime, kept: int) -> Panel | None:
    """Says how many of the last day's units return.

    Args:
        launch: the launch's folder.
        until: only hours before this moment count.
        kept: so many units of an hour were kept at most.
    """
    import pyarrow.parquet as pq

    days: dict[int, list[HourSample]] = {}
    for folder in hour_folders(launch / _TABLE):
        if hour_of(folder) >= until:
            continue
        rows = pq.ParquetFile(folder / "part-0.parquet").read()
        units, rates = rows["unit"].to_pylist(), rows["sample_rate"].to_pylist()
        sample = HourSample(units=frozenset(units), complete=len(units) < kept, sample_rate=max(rates))
        days.setdefault(hour_of(folder).toordinal(), []).append(sample)
    return panel(days)
