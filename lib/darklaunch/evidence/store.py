"""The state of a launch: its evidence by hour, replaced hour by hour and never added to."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from darklaunch.evidence.launch_evidence import LaunchEvidence, add_up_launch
from darklaunch.evidence.places import RATED
from darklaunch.evidence.units import PATTERN
from darklaunch.storage.state import LaunchState, StateTable
from darklaunch.window import HOUR, HOURS_OF_DAY, Window

if TYPE_CHECKING:
    import pyarrow as pa

    HourFiles = Sequence[tuple[datetime, Path]]


def replace_units(state: LaunchState, window: Window, table: "pa.Table") -> LaunchState:
    """The state with the evidence of every hour of a window replaced, so that doing it twice changes nothing.

    Args:
        state: of the launch.
        window: its hours are replaced.
        table: what ``unit_patterns`` returns.
    """
    return state.with_hours(StateTable.EVIDENCE, window, table, (*RATED, *PATTERN))


def evidence_hours(state: LaunchState) -> list[datetime]:
    """The hours of a launch that have evidence, in order."""
    return state.hours(StateTable.EVIDENCE)


def read_evidence(
    state: LaunchState, until: datetime, *, since: datetime | None = None, promoting_since: datetime | None = None
) -> LaunchEvidence:
    """Adds up the evidence of a launch.

    Args:
        state: of the launch.
        until: only hours before this moment count, so that an old look stays what it was.
        since: nor do those before this one; None: from the first on.
        promoting_since: only hours from this one on count towards a promotion; None: all do.
    """
    files = state.hour_files(StateTable.EVIDENCE)
    counting = [(hour, file) for hour, file in files if hour < until and (since is None or hour >= since)]
    whole = _added_up(counting)
    if promoting_since is None or not counting or counting[0][0] >= promoting_since:
        return whole
    promoting = _added_up([(hour, file) for hour, file in counting if hour >= promoting_since])
    return replace(whole, promoting=promoting.evidence, coverage=promoting.coverage)


def _added_up(files: "HourFiles") -> LaunchEvidence:
    return add_up_launch([hour for hour, _ in files], _days(files))


def _days(files: "HourFiles") -> Iterator["HourFiles"]:
    """The files of each day of a launch, counted from its first hour."""
    days: dict[int, list[tuple[datetime, Path]]] = {}
    for hour, file in files:
        days.setdefault((hour - files[0][0]) // (HOUR * HOURS_OF_DAY), []).append((hour, file))
    yield from days.values()
