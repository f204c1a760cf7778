"""A sample of the units of each hour of a launch."""

from datetime import datetime
from typing import TYPE_CHECKING

from darklaunch.evidence.panel import HourSample, Panel, panel
from darklaunch.storage.state import LaunchState, StateTable
from darklaunch.window import Window

if TYPE_CHECKING:
    import pyarrow as pa


def replace_panel(state: LaunchState, window: Window, table: "pa.Table") -> LaunchState:
    """The state with the samples of every hour of a window replaced.

    Args:
        state: of the launch.
        window: its hours are replaced.
        table: what ``merge_panels`` returns.
    """
    return state.with_hours(StateTable.PANEL, window, table, ("unit",))


def read_panel(state: LaunchState, until: datetime, kept: int) -> Panel | None:
    """Says how many of the last day's units return.

    Args:
        state: of the launch.
        until: only hours before this moment count.
        kept: so many units of an hour were kept at most.
    """
    import pyarrow.parquet as pq

    days: dict[int, list[HourSample]] = {}
    for hour, file in state.hour_files(StateTable.PANEL):
        if hour >= until:
            continue
        rows = pq.ParquetFile(file).read()
        units, rates = rows["unit"].to_pylist(), rows["sample_rate"].to_pylist()
        sample = HourSample(units=frozenset(units), complete=len(units) < kept, sample_rate=max(rates))
        days.setdefault(hour.toordinal(), []).append(sample)
    return panel(days)
