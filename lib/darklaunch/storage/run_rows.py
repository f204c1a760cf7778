"""The rows that make runs exist: one for each finished run of a launch."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from darklaunch.storage import delta
from darklaunch.window import Window

_TABLE: Final = "runs"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """What the table of runs says of a run.

    Attributes:
        window: that it judged.
        look: its number among the launch's looks when it was finished.
        verdict: promote, hold or block.
        finished_at: when it was, UTC.
    """

    window: Window
    look: int
    verdict: str
    finished_at: datetime


def add_run(state: Path, name: str, row: RunRow) -> None:
    """Adds the row of a run, or replaces it.

    Args:
        state: the folder of the launch's tables.
        name: of the run's folder.
        row: what is said of it.

    Raises:
        OutsideError: the table can't be changed, or somebody else changes it.
    """
    import pyarrow as pa

    moment = pa.timestamp("us", "UTC")
    columns = {
        "run": pa.array([name]),
        "window_from": pa.array([row.window.start], moment),
        "window_to": pa.array([row.window.end], moment),
        "look": pa.array([row.look], pa.int64()),
        "verdict": pa.array([row.verdict]),
        "finished_at": pa.array([row.finished_at], moment),
    }
    delta.replace_row(state / _TABLE, pa.table(columns), "run")


def remove_runs(state: Path, names: Set[str]) -> None:
    """Removes the rows of runs, in one step.

    Raises:
        OutsideError: the table can't be changed, or somebody else changes it.
    """
    delta.remove_rows(state / _TABLE, "run", names)


def vacuum(state: Path, in_use: timedelta) -> None:
    """Removes the table's files that it has not needed for so long."""
    table = state / _TABLE
    delta.vacuum(table, delta.newest_version(table), in_use)


def unneeded(state: Path, in_use: timedelta) -> list[Path]:
    """The files that ``vacuum`` would remove."""
    table = state / _TABLE
    return delta.unneeded_files(table, delta.newest_version(table), in_use)


def run_names(state: Path) -> set[str]:
    """The names of the folders of the runs that exist."""
    table = state / _TABLE
    return {row["run"] for row in delta.read_rows(table, delta.newest_version(table))}
