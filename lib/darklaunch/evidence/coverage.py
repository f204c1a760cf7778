"""The coverage of a launch: the time that it has been watched."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from darklaunch.evidence.panel import Panel


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """The time at which an endpoint had traffic.

    Attributes:
        hours: distinct hours with requests.
        dates: distinct dates (UTC) with requests.
    """

    hours: int
    dates: int

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
    """

    hours: int
    missing_hours_of_day: tuple[int, ...]
    until: datetime | None = None
    panel: Panel | None = None
    traffic: Mapping[str, Traffic] = field(default_factory=dict)

    def at(self, endpoint: str) -> Traffic:
        """When an endpoint had traffic; never, where nothing is known of it."""
        return self.traffic.get(endpoint, Traffic(hours=0, dates=0))
