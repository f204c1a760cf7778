"""The files of a capture log, as the names of their folders tell."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from darklaunch.capture.location import LogLocation
from darklaunch.window import HOUR, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureFile:
    """One data file of the log.

    Attributes:
        place: under the log's folder, with ``/`` between its parts; a stranger named them.
        hour: start of the hour that its folder stands for, UTC.
        arm: the arm that its folder stands for, known or not.
        size_bytes: its length.
        changed_ns: the time of its last change, since 1970; 0: the store does not tell.

    Raises:
        ValueError: ``hour`` is no whole hour in UTC.
    """

    place: str
    hour: datetime
    arm: str
    size_bytes: int
    changed_ns: int

    def __post_init__(self) -> None:
        if self.hour.utcoffset() != timedelta(0) or self.hour.replace(minute=0, second=0, microsecond=0) != self.hour:
            raise ValueError(f"hour: found {self.hour.isoformat()}, wanted a whole hour in UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedFile:
    """A data file that no run will read, with the reason; both are printable."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LostFile:
    """A data file of which nobody knows what it holds.

    Attributes:
        file: its place, printable.
        hour: of its folder, UTC; None: it lies where no hour is named.
    """

    file: str
    hour: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureLog:
    """The files of a capture log, by hour, arm and name.

    Attributes:
        store: where they lie.
        files: at least one.
        strays: data files at places that don't follow the layout.
        passed_over: files that are no data files of the log, by their names or by what they hold.

    Raises:
        ValueError: there are no files.
    """

    store: LogLocation
    files: tuple[CaptureFile, ...]
    strays: tuple[SkippedFile, ...]
    passed_over: tuple[SkippedFile, ...] = ()

    def __post_init__(self) -> None:
        if not self.files:
            raise ValueError("files: found none, wanted at least one")

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The start of the first hour that has a file and the end of the last."""
        return self.files[0].hour, self.files[-1].hour + HOUR

    @property
    def window(self) -> Window:
        """The time that it covers."""
        start, end = self.span
        return Window(start=start, end=end)

    def around(self, window: Window, before: timedelta, after: timedelta) -> tuple[CaptureFile, ...]:
        """The files of the hours that can hold rows from ``before`` a window's start until ``after`` its end."""
        start, end = window.start - before, window.end + after
        return tuple(file for file in self.files if start - HOUR < file.hour < end)
