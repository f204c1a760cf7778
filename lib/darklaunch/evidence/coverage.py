"""The coverage of a launch: the time that it has been watched."""

from dataclasses import dataclass
from datetime import datetime

from darklaunch.evidence.panel import Panel


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The time that a launch has been watched.

    Attributes:
        hours: distinct hours with evidence.
        missing_hours_of_day: hours of the day (UTC) without any.
        until: the end of the last hour; None: there is none.
        panel: how many sampled units come back from day to day; None: too little was sampled to tell.
    """

    hours: int
    missing_hours_of_day: tuple[int, ...]
    until: datetime | None = None
    panel: Panel | None = None
