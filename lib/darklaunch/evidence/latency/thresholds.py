"""What is slow: thresholds that an endpoint is judged by, learned on its first day and frozen with the launch."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from darklaunch.capture.arm import Arm
from darklaunch.capture.endpoint import FLEET
from darklaunch.evidence.dimension import RUNGS, Dimension
from darklaunch.evidence.latency.counts import LatencyCounts
from darklaunch.stats.latency import quantiles_ms
from darklaunch.stats.resolution import resolution_ms, spread
from darklaunch.window import parse_moment

LEARNING: Final = timedelta(hours=24)
"""Thresholds are quantiles of a day of the launch, counted from its first hour, which is then not judged."""

_LEAST_BEYOND: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What is slow, frozen with the launch.

    Attributes:
        begins: requests of this moment and later are judged.
        limits_ms: by endpoint and rung, the reference's quantile; missing where too few latencies were seen.
        begins_of: the same moment of endpoints that had their first traffic on a later day.
        learned_until: the end of the last day that was learned from.
        resolution_ms: by arm, what all latencies of the first day are multiples of; missing where they are not.

    Raises:
        ValueError: a threshold isn't a finite number above 0.
    """

    begins: datetime
    limits_ms: Mapping[str, Mapping[Dimension, float]]
    begins_of: Mapping[str, datetime] = field(default_factory=dict)
    learned_until: datetime | None = None
    resolution_ms: Mapping[Arm, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, limits in self.limits_ms.items():
            if not all(0.0 < limit < math.inf for limit in limits.values()):
                raise ValueError(f"thresholds of {name!r}: found {list(limits.values())}, wanted numbers above 0")

    def as_dict(self) -> dict[str, Any]:
        """The thresholds as a JSON object."""
        limits = {name: {rung.value: limit for rung, limit in rungs.items()} for name, rungs in self.limits_ms.items()}
        resolution = {arm.value: self.resolution_ms[arm] for arm in Arm if arm in self.resolution_ms}
        return {
            "schema_version": 1,
            "begins": self.begins.isoformat(),
            "learned_until": self.until.isoformat(),
            "resolution_ms": resolution,
            "begins_of": {name: moment.isoformat() for name, moment in sorted(self.begins_of.items())},
            "limits_ms": dict(sorted(limits.items())),
        }

    @classmethod
    def from_dict(cls, members: Mapping[str, Any]) -> "Thresholds":
        """Reads what ``as_dict`` wrote, or an earlier version did."""
        limits = {
            name: {Dimension(rung): limit for rung, limit in each.items()}
            for name, each in members["limits_ms"].items()
        }
        until = members.get("learned_until", members["begins"])
        return cls(
            begins=parse_moment(members["begins"]),
            limits_ms=limits,
            begins_of={name: parse_moment(moment) for name, moment in members.get("begins_of", {}).items()},
            learned_until=parse_moment(until),
            resolution_ms={Arm(arm): float(step) for arm, step in members.get("resolution_ms", {}).items()},
        )

    @property
    def until(self) -> datetime:
        """The end of the last day that was learned from."""
        return self.learned_until or self.begins

    def begins_at(self, endpoint: str) -> datetime:
        """The moment from which on an endpoint is judged."""
        return self.begins_of.get(endpoint, self.begins)

    def judged(self, endpoint: str) -> frozenset[Dimension]:
        """The rungs that an endpoint has a threshold for."""
        return frozenset(self.limits_ms.get(endpoint, ()))

    def as_of(self, until: datetime) -> "Thresholds":
        """Those of endpoints that are judged before a moment, so that an old look stays what it was."""
        limits = {name: each for name, each in self.limits_ms.items() if self.begins_at(name) < until}
        return replace(self, limits_ms=limits)

    def with_day(self, histograms: Iterable[LatencyCounts], end: datetime) -> "Thresholds":
        """The same with those of endpoints that had their first traffic on a day that has just ended."""
        new = [each for each in histograms if each.endpoint not in self.limits_ms]
        return replace(
            self,
            limits_ms={**self.limits_ms, **_limits_ms(new, self.resolution_ms)},
            begins_of={**self.begins_of, **{each.endpoint: end for each in new}},
            learned_until=end,
        )


def learn_thresholds(histograms: Iterable[LatencyCounts], begins: datetime) -> Thresholds:
    """Takes the reference's quantiles of a launch's first day; a rung needs five latencies beyond its quantile."""
    listed = list(histograms)
    fleet = next((each for each in listed if each.endpoint == FLEET), None)
    steps = {} if fleet is None else {arm: resolution_ms(fleet.total(arm), fleet.first_bin) for arm in Arm}
    resolution = {arm: step for arm, step in steps.items() if step is not None}
    limits_ms = _limits_ms(listed, resolution)
    return Thresholds(begins=begins, limits_ms=limits_ms, learned_until=begins, resolution_ms=resolution)


def _limits_ms(
    histograms: Iterable[LatencyCounts], resolution: Mapping[Arm, float]
) -> dict[str, dict[Dimension, float]]:
    limits = {}
    for each in histograms:
        captured = float(each.counts[each.reference].sum())
        enough = [rung for rung, q in RUNGS.items() if captured * min(q, 1 - q) >= _LEAST_BEYOND]
        reference, step = each.total(each.reference), resolution.get(each.reference, 0.0)
        limits[each.endpoint] = {
            rung: float(quantiles_ms(*spread(reference, each.first_bin, step), RUNGS[rung])) for rung in enough
        }
    return limits


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyThresholds:
    """The thresholds of a launch with the ratios that are tolerated.

    Attributes:
        learned: what is slow.
        ratios: by rung, how many times the reference's quantile the shadow may take.
    """

    learned: Thresholds
    ratios: Mapping[Dimension, float]

    @property
    def rungs(self) -> tuple[Dimension, ...]:
        """The rungs that are judged, in order."""
        return tuple(sorted(self.ratios, key=list(Dimension).index))


def judged_thresholds(thresholds: Thresholds | None, ratios: Mapping[Dimension, float]) -> LatencyThresholds | None:
    """The thresholds with the ratios of the settings; None: there are none yet, or none are asked for."""
    if thresholds is None or not ratios:
        return None
    return LatencyThresholds(learned=thresholds, ratios=ratios)
