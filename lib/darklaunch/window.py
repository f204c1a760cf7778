"""Half-open windows of time, in whole hours, because evidence is kept by the hour."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final

from darklaunch.errors import UsageError

HOUR = timedelta(hours=1)
HOURS_OF_DAY: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The production requests that one run takes in, by the time they were captured.

    Attributes:
        start: first moment of it, UTC, a whole hour.
        end: first moment after it, UTC, a whole hour.

    Raises:
        UsageError: not UTC, not whole hours, or empty.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        for name, moment in (("--from", self.start), ("--to", self.end)):
            if moment.utcoffset() != timedelta(0):
                raise UsageError(
                    f"{name}: found {moment.isoformat()}, wanted a time in UTC such as 2026-03-02T14:00:00Z"
                )
            if moment.replace(minute=0, second=0, microsecond=0) != moment:
                raise UsageError(
                    f"{name}: found {moment.isoformat()}, wanted a whole hour; evidence is kept by the hour"
                )
        if self.start >= self.end:
            raise UsageError(f"--to: found {self.end.isoformat()}, wanted a time after --from {self.start.isoformat()}")

    def contains(self, moment: datetime) -> bool:
        """Says whether a moment lies in the window."""
        return self.start <= moment < self.end

    @property
    def hours(self) -> int:
        """The number of hours that the window covers."""
        return (self.end - self.start) // HOUR

    @property
    def slug(self) -> str:
        """The window's end as the name of a folder: ``20260302T150000Z``."""
        return self.end.strftime("%Y%m%dT%H%M%SZ")


def parse_moment(text: str) -> datetime:
    """Reads an ISO 8601 time; one without an offset is UTC.

    Raises:
        UsageError: it is no such time.
    """
    try:
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00").replace("z", "+00:00"))
    except ValueError:
        raise UsageError(f"time: found {text!r}, wanted ISO 8601 in UTC such as 2026-03-02T14:00:00Z") from None
    return moment.replace(tzinfo=timezone.utc) if moment.tzinfo is None else moment.astimezone(timezone.utc)


def stretches(hours: Sequence[datetime], *, longest: int) -> Iterator[Window]:
    """The windows that join hours next to each other.

    Args:
        hours: starts of hours, in order.
        longest: so many hours a window has at most.
    """
    first = 0
    while first < len(hours):
        end = first + 1
        while end < len(hours) and hours[end] == hours[end - 1] + HOUR and end - first < longest:
            end += 1
        yield Window(start=hours[first], end=hours[end - 1] + HOUR)
        first = end
