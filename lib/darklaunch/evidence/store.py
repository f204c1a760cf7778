"""The state of a launch: its evidence by hour, replaced hour by hour and never added to."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from darklaunch.evidence.hours import NAMES
from darklaunch.evidence.launch_evidence import LaunchEvidence, add_up_launch
from darklaunch.evidence.units import PATTERN
from darklaunch.storage.hourly_table import PART, hour_folders, hour_of, hours_in, replace_hours
from darklaunch.window import HOUR, HOURS_OF_DAY, Window

if TYPE_CHECKING:
    import pyarrow as pa

_TABLE: Final = "evidence"


def replace_units(launch: Path, window: Window, table: "pa.Table") -> None:
    """Replaces the evidence of every hour of a window, so that running it twice changes nothing.

    Args:
        launch: the launch's folder.
        window: its hours are replaced.
        table: what ``unit_patterns`` returns.
    """
    replace_hours(launch / _TABLE, window, table, (*NAMES, "sample_rate", *PATTERN))


def evidence_hours(launch: Path) -> list[datetime]:
    """The hours of a launch that have evidence, in order."""
    return hours_in(launch / _TABLE)


def read_evidence(
    launch: Path, until: datetime, *, since: datetime | None = None, promoting_since: datetime | None = None
) -> LaunchEvidence:
    """Adds up the evidence of a launch.

    Args:
        launch: the launch's folder.
        until: only hours before this moment count, so that an old look stays what it was.
        since: nor do those before this one; None: from the first on.
        promoting_since: only hours from this one on count towards a promotion; None: all do.
    """
    hours = {hour_of(folder): folder for folder in hour_folders(launch / _TABLE)}
    folders = [folder for hour, folder in hours.items() if hour < until and (since is None or hour >= since)]
    whole = _added_up(folders)
    if promoting_since is None or not folders or hour_of(folders[0]) >= promoting_since:
        return whole
    promoting = _added_up([folder for folder in folders if hour_of(folder) >= promoting_since])
    return replace(whole, promoting=promoting.evidence, coverage=promoting.coverage)


def _added_up(folders: list[Path]) -> LaunchEvidence:
    return add_up_launch([hour_of(folder) for folder in folders], _days(folders))


def _days(folders: list[Path]) -> Iterator[list[tuple[datetime, Path]]]:
    """The files of each day of a launch, counted from its first hour."""
    days: dict[int, list[tuple[datetime, Path]]] = {}
    for folder in folders:
        day = (hour_of(folder) - hour_of(folders[0])) // (HOUR * HOURS_OF_DAY)
        days.setdefault(day, []).append((hour_of(folder), folder / PART))
    yield from days.values()
