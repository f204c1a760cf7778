"""Latency: the thresholds that a launch is judged by, and the quantiles that people read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from darklaunch.core.dimension import RUNGS, Dimension
from darklaunch.core.window import parse_moment
from darklaunch.stats.arrays import FloatArray
from darklaunch.stats.latency import latency_ratio, quantiles_ms

LEARNING: Final = timedelta(hours=24)
"""Thresholds are production's quantiles of so long from a launch's first hour on, which is then not judged."""

_LEAST_BEYOND: Final = 5
_NAMES: Final = {Dimension.LATENCY_P50: "p50", Dimension.LATENCY_P95: "p95", Dimension.LATENCY_P99: "p99"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LatencyCounts:
    """The histograms of one endpoint.

    Attributes:
        endpoint: its name.
        first_bin: the number of the first bin.
        production: requests by section and bin, weighted; shape (20, bins).
        shadow: the same of the shadow.
        counts: captured requests by section; shape (20,).
    """

    endpoint: str
    first_bin: int
    production: FloatArray
    shadow: FloatArray
    counts: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What is slow, frozen with the launch.

    Attributes:
        begins: requests of this moment and later are judged.
        limits_ms: by endpoint and rung, production's quantile; missing where too few latencies were seen.
    """

    begins: datetime
    limits_ms: Mapping[str, Mapping[Dimension, float]]

    def as_dict(self) -> dict[str, Any]:
        """The thresholds as a JSON object."""
        limits = {name: {rung.value: limit for rung, limit in found.items()} for name, found in self.limits_ms.items()}
        return {"schema_version": 1, "begins": self.begins.isoformat(), "limits_ms": dict(sorted(limits.items()))}

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> "Thresholds":
        """Reads what ``as_dict`` wrote."""
        limits = {
            name: {Dimension(rung): limit for rung, limit in each.items()} for name, each in found["limits_ms"].items()
        }
        return cls(begins=parse_moment(found["begins"]), limits_ms=limits)

    def judged(self, endpoint: str) -> frozenset[Dimension]:
        """The rungs that an endpoint has a threshold for."""
        return frozenset(self.limits_ms.get(endpoint, ()))


def learn_thresholds(histograms: Iterable[LatencyCounts], begins: datetime) -> Thresholds:
    """Takes production's quantiles of a launch's first day; a rung needs five latencies beyond its quantile."""
    limits = {}
    for one in histograms:
        total = float(one.counts.sum())
        enough = [rung for rung, q in RUNGS.items() if total * min(q, 1 - q) >= _LEAST_BEYOND]
        production = one.production.sum(axis=0)
        limits[one.endpoint] = {rung: float(quantiles_ms(production, one.first_bin, RUNGS[rung])) for rung in enough}
    return Thresholds(begins=begins, limits_ms=limits)


def quantile_ratios(histograms: LatencyCounts, level: float) -> dict[str, dict[str, Any]]:
    """The quantiles of both arms and their ratios as ``verdict.json`` tells them; empty without a latency.

    Args:
        histograms: of one endpoint.
        level: coverage of each interval, for one look at it.
    """
    told = {}
    for rung, q in RUNGS.items():
        counts = histograms.counts
        found = latency_ratio(histograms.production, histograms.shadow, counts, histograms.first_bin, q, level)
        if found is None:
            continue
        names = ("production_ms", "shadow_ms", "ratio", "low", "high")
        entry = {name: getattr(found, name) for name in names}
        told[_NAMES[rung]] = entry if found.reason is None else {**entry, "reason": found.reason}
    return told
