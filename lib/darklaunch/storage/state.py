"""The state of a launch: its tables as of the last command that finished changing them.

Several tables change together: their versions stand in ``committed.json``, which is replaced in one step, and what a
command that broke off has written after them is never read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from darklaunch.errors import OutsideError
from darklaunch.storage import delta
from darklaunch.storage.atomic import read_members, write_json
from darklaunch.window import Window

if TYPE_CHECKING:
    import pyarrow as pa

_FILE: Final = "committed.json"


class StateTable(str, Enum):
    """A table of a launch: by hour, or of documents by name."""

    EVIDENCE = "evidence"
    LATENCY = "latency"
    PANEL = "panel"
    NOISE = "noise"
    THRESHOLDS = "thresholds"
    LOST_FILES = "lost_files"
    REST_GROUP = "rest_group"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchState:
    """The tables of a launch; changes make another value, which counts once it is committed.

    Attributes:
        folder: of the tables.
        versions: of each table that has rows, or had some.
    """

    folder: Path
    versions: Mapping[StateTable, int] = field(default_factory=dict)

    def hour_files(self, table: StateTable) -> list[tuple[datetime, Path]]:
        """The files of a table by hour, one an hour, in order; they hold all columns but ``bucket``."""
        return delta.hour_files(self._place(table), self.versions.get(table))

    def hours(self, table: StateTable) -> list[datetime]:
        """The hours that have rows, in order."""
        return [hour for hour, _ in self.hour_files(table)]

    def documents(self, table: StateTable) -> dict[str, Any]:
        """The documents of a table by name, in the order of their names."""
        return delta.read_documents(self._place(table), self.versions.get(table))

    def with_hours(self, table: StateTable, window: Window, rows: "pa.Table", order: Sequence[str]) -> "LaunchState":
        """The same with every hour of a window replaced, so that doing it twice changes nothing.

        Args:
            table: whose hours.
            window: its hours are replaced; those without a row are emptied.
            rows: with ``bucket``, the start of their hour.
            order: the columns that rows are sorted by.

        Raises:
            OutsideError: the table can't be changed, or somebody else changes it.
        """
        version = self.versions.get(table)
        return self._with(table, delta.replace_hours(self._place(table), version, window, rows, order))

    def with_documents(self, table: StateTable, documents: Mapping[str, Mapping[str, Any]]) -> "LaunchState":
        """The same with all documents of a table replaced.

        Raises:
            OutsideError: the table can't be changed, or somebody else changes it.
        """
        return self._with(table, delta.replace_documents(self._place(table), self.versions.get(table), documents))

    def vacuumed(self, in_use: timedelta) -> "LaunchState":
        """The same, without the files that its tables have not needed for so long, except those of these versions.

        Raises:
            OutsideError: a table can't be changed, or somebody else changes it.
        """
        left = {table: delta.vacuum(self._place(table), version, in_use) for table, version in self.versions.items()}
        return replace(self, versions={table: version for table, version in left.items() if version is not None})

    def unneeded(self, in_use: timedelta) -> list[Path]:
        """The files that ``vacuumed`` would remove."""
        files = [delta.unneeded_files(self._place(table), version, in_use) for table, version in self.versions.items()]
        return [file for each in files for file in each]

    def commit(self) -> None:
        """Makes these versions the ones that count."""
        members = {"schema_version": 1, "versions": {table.value: number for table, number in self.versions.items()}}
        write_json(self.folder / _FILE, members)

    def _with(self, table: StateTable, version: int | None) -> "LaunchState":
        return self if version is None else replace(self, versions={**self.versions, table: version})

    def _place(self, table: StateTable) -> Path:
        return self.folder / table.value


def read_state(launch: Path) -> LaunchState:
    """The state of a launch as it was last committed; empty, where nothing was."""
    folder = state_folder(launch)
    if not is_committed(launch):
        return LaunchState(folder=folder)
    versions = read_members(folder / _FILE, versions=dict)["versions"]
    known = {table: versions[table] for table in StateTable if table in versions}
    if not all(type(version) is int and version >= 0 for version in known.values()):
        raise OutsideError(f"{folder / _FILE}: found versions that are none, wanted numbers; restore it from a copy")
    return LaunchState(folder=folder, versions=known)


def is_committed(launch: Path) -> bool:
    """Whether a launch has any state."""
    return (state_folder(launch) / _FILE).exists()


def state_folder(launch: Path) -> Path:
    """The folder of a launch's tables."""
    return launch / "state"
