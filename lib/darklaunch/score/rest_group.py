"""The rest group: endpoints with too little traffic to be judged alone are judged together, on average over them.

Which ones these are is chosen once, after the launch's first day, on traffic alone: what their answers were has no say.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from darklaunch.capture.endpoint import FLEET, is_group
from darklaunch.evidence.dimension import Dimension
from darklaunch.evidence.launch_evidence import ByEndpoint
from darklaunch.window import parse_moment

REST: Final = "rest"
"""The name of the group."""

REST_TRAFFIC: Final = 5.0
"""Effective pairs times the tolerated excess below which an endpoint is of the group."""


_WEEK: Final = 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RestGroup:
    """The rest group of a launch.

    Attributes:
        members: its endpoints, by name; none: all can be judged alone, or but one.
        since: the first hour whose requests count in it, UTC.
    """

    members: tuple[str, ...]
    since: datetime

    def as_dict(self) -> dict[str, Any]:
        """The group as a JSON object."""
        return {"members": list(self.members), "since": self.since.isoformat()}

    @classmethod
    def from_dict(cls, written: Mapping[str, Any]) -> "RestGroup":
        """Reads what ``as_dict`` wrote."""
        return cls(members=tuple(written["members"]), since=parse_moment(written["since"]))


def choose_rest(
    first_day: ByEndpoint,
    since: datetime,
    *,
    days: float,
    tolerated_excess_at: Callable[[str], float],
    grouped: Collection[str],
) -> RestGroup:
    """Chooses the endpoints whose traffic, as it was on the first day, will not do to judge them alone.

    Args:
        first_day: the evidence of the launch's first 24 hours.
        since: the end of them.
        days: that a promotion asks for, and at least a week.
        tolerated_excess_at: of each endpoint.
        grouped: endpoints of other groups, which stay there.
    """
    members = []
    for name in sorted(first_day.keys() - {FLEET, *grouped}):
        body = first_day[name].get(Dimension.BODY)
        if is_group(name) or body is None:
            continue
        units = sum(pattern.units * body.weight(pattern) for pattern in body.patterns)
        if units * max(days, _WEEK) * tolerated_excess_at(name) < REST_TRAFFIC:
            members.append(name)
    return RestGroup(members=tuple(members) if len(members) > 1 else (), since=since)
