"""The coverage of a launch: the time that it has been watched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from darklaunch.evidence.panel import Panel
from darklaunch.window import HOUR, HOURS_OF_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """The time at which an endpoint had traffic.

    Attributes:
        hours: distinct hours with requests.
        dates: distinct dates (UTC) with requests.
        last_hour: the last of these hours, counted since 1970; None: there is none.
        largest_share: the share of its requests that the largest session with a mismatch of each hour made.
    """

    hours: int
    dates: int
    last_hour: int | None = None
    largest_share: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.dates <= self.hours:
            raise ValueError(f"{self.dates} dates and {self.hours} hours, wanted no more dates than hours")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The time that a launch has been watched.

    Attributes:
        hours: distinct hours with evidence.
        missing_hours_of_day: hours of the day (UTC) without any.
        until: the end of the last hour; None: there is none.
        panel: how many sampled units come back from day to day; None: too little was sampled to tell.
        traffic: by endpoint (``*``: the fleet) or group, when it had any.
        lost_files: places of files that could not be read.
        collapsed: by endpoint, volatile paths whose values hardly vary in the shadow, in sentences.
        empty_hours: hours without a row although others around them, or at that time of another day, have some.
    """

    hours: int
    missing_hours_of_day: tuple[int, ...]
    until: datetime | None = None
    panel: Panel | None = None
    traffic: Mapping[str, Traffic] = field(default_factory=dict)
    lost_files: tuple[str, ...] = ()
    collapsed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    empty_hours: tuple[datetime, ...] = ()

    def at(self, endpoint: str) -> Traffic:
        """When an endpoint had traffic; never, where nothing is known of it."""
        return self.traffic.get(endpoint, Traffic(hours=0, dates=0))

    def is_recent(self, endpoint: str) -> bool:
        """Whether an endpoint had traffic in the last 24 hours of the launch."""
        last = self.at(endpoint).last_hour
        if last is None or self.until is None:
            return True
        return last >= int(self.until.timestamp()) // 3600 - HOURS_OF_DAY


def coverage_of(hours: Sequence[datetime], traffic: Mapping[str, Traffic]) -> Coverage:
    """The coverage of a launch.

    Args:
        hours: that have evidence, in order.
        traffic: of each endpoint.
    """
    of_day = {hour.hour for hour in hours}
    return Coverage(
        hours=len(hours),
        missing_hours_of_day=tuple(hour for hour in range(HOURS_OF_DAY) if hour not in of_day),
        until=hours[-1] + HOUR if hours else None,
        traffic=traffic,
        empty_hours=_empty_hours(hours),
    )


def _empty_hours(hours: Sequence[datetime]) -> tuple[datetime, ...]:
    """Hours between others without a row: of a service that is quiet at night, the same hours are empty every day."""
    seen = set(hours)
    dates_of: dict[int, int] = {}
    for hour in hours:
        dates_of[hour.hour] = dates_of.get(hour.hour, 0) + 1
    empty = []
    for before, after in pairwise(hours):
        hour = before + HOUR
        while hour < after:
            between = hour - HOUR in seen and hour + HOUR in seen
            if between or dates_of.get(hour.hour):
                empty.append(hour)
            hour += HOUR
    return tuple(empty)
