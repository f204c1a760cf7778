"""The score of a launch over its looks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from darklaunch.window import parse_moment

NUMBERS: Final = ("confidence", "regression_confidence", "excess", "excess_low", "excess_high")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one endpoint, or the fleet, stood at one look; None is undefined. All numbers are fractions."""

    verdict: str
    confidence: float | None
    regression_confidence: float | None
    excess: float | None
    excess_low: float | None
    excess_high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at a launch.

    Attributes:
        end: the end of its window, UTC.
        look: its number, as its run counted.
        fleet: the launch as a whole.
        endpoints: by name; empty where they were not asked for.
    """

    end: datetime
    look: int
    fleet: Standing
    endpoints: Mapping[str, Standing]


def look_of(verdict: Mapping[str, Any]) -> Look:
    """How a launch stood at the look of this `verdict.json`."""
    return Look(
        end=parse_moment(verdict["window"]["to"]),
        look=verdict["look"],
        fleet=standing_of(verdict["fleet"]),
        endpoints={entry["endpoint"]: standing_of(entry) for entry in verdict["endpoints"]},
    )


def standing_of(entry: Mapping[str, Any]) -> Standing:
    """Standing of one endpoint, or the fleet, by its entry in `verdict.json`."""
    return Standing(verdict=entry["verdict"], **{name: entry[name] for name in NUMBERS})
