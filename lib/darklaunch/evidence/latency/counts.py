"""Latency: the thresholds that a launch is judged by, and the quantiles that people read."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from darklaunch.evidence.dimension import RUNGS, Dimension
from darklaunch.stats.arrays import BoolArray, FloatArray
from darklaunch.stats.latency import MOST_MS, SECTIONS, bin_of, quantiles_ms
from darklaunch.window import parse_moment

LEARNING: Final = timedelta(hours=24)
"""Thresholds are production's quantiles of so long from a launch's first hour on, which is then not judged."""

_LEAST_BEYOND: Final = 5
_LAST_BIN: Final = bin_of(MOST_MS)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LatencyCounts:
    """The histograms of one endpoint.

    Attributes:
        endpoint: its name.
        first_bin: the number of the first bin.
        production: requests by section and bin, weighted; shape (20, bins).
        shadow: the same of the shadow.
        counts: captured requests by section; shape (20,).

    Raises:
        ValueError: the arrays have other shapes.
    """

    endpoint: str
    first_bin: int
    production: FloatArray
    shadow: FloatArray
    counts: FloatArray

    def __post_init__(self) -> None:
        wanted = (SECTIONS[0], self.production.shape[-1])
        if not self.production.shape == self.shadow.shape == wanted or self.counts.shape != SECTIONS[:1]:
            shapes = f"{self.production.shape}, {self.shadow.shape} and {self.counts.shape}"
            raise ValueError(f"histograms of shapes {shapes}: give {wanted} twice and {SECTIONS[:1]}")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LatencyRows:
    """Histograms of many endpoints as columns; each of shape (rows,).

    Attributes:
        endpoints: the place of the endpoint's name.
        hours: hours since 1970, or these modulo 20.
        shadow: whether the row is of the shadow's answers, or of production's.
        bins: as ``stats.latency.bin_of`` numbers them.
        weights: requests that the captured ones stand for.
        requests: captured requests.

    Raises:
        ValueError: the columns differ in length.
    """

    endpoints: npt.NDArray[np.integer[Any]]
    hours: npt.NDArray[np.integer[Any]]
    shadow: BoolArray
    bins: npt.NDArray[np.integer[Any]]
    weights: FloatArray
    requests: npt.NDArray[np.integer[Any]]

    def __post_init__(self) -> None:
        columns = (self.endpoints, self.hours, self.shadow, self.bins, self.weights, self.requests)
        if {column.shape for column in columns} != {(self.endpoints.size,)}:
            raise ValueError(f"columns of shapes {[column.shape for column in columns]}: give flat ones of one length")


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What is slow, frozen with the launch.

    Attributes:
        begins: requests of this moment and later are judged.
        limits_ms: by endpoint and rung, production's quantile; missing where too few latencies were seen.

    Raises:
        ValueError: a threshold isn't a finite number above 0.
    """

    begins: datetime
    limits_ms: Mapping[str, Mapping[Dimension, float]]

    def __post_init__(self) -> None:
        for name, limits in self.limits_ms.items():
            if not all(0.0 < limit < math.inf for limit in limits.values()):
                raise ValueError(f"thresholds of {name!r}: found {list(limits.values())}, wanted numbers above 0")

    def as_dict(self) -> dict[str, Any]:
        """The thresholds as a JSON object."""
        limits = {name: {rung.value: limit for rung, limit in rungs.items()} for name, rungs in self.limits_ms.items()}
        return {"schema_version": 1, "begins": self.begins.isoformat(), "limits_ms": dict(sorted(limits.items()))}

    @classmethod
    def from_dict(cls, members: Mapping[str, Any]) -> "Thresholds":
        """Reads what ``as_dict`` wrote."""
        limits = {
            name: {Dimension(rung): limit for rung, limit in each.items()}
            for name, each in members["limits_ms"].items()
        }
        return cls(begins=parse_moment(members["begins"]), limits_ms=limits)

    def judged(self, endpoint: str) -> frozenset[Dimension]:
        """The rungs that an endpoint has a threshold for."""
        return frozenset(self.limits_ms.get(endpoint, ()))


def by_endpoint(names: Sequence[str], rows: LatencyRows) -> Iterator[LatencyCounts]:
    """Adds up the histograms of many endpoints, one endpoint after the other; hours go round the sections.

    Args:
        names: of the endpoints, as ``rows.endpoints`` counts them from 0.
        rows: in any order; the same endpoint, hour, arm and bin may come more than once.

    Yields:
        The endpoints that have a row, in the order of their names' places.
    """
    order = np.argsort(rows.endpoints, kind="stable")
    edges = np.searchsorted(rows.endpoints[order], np.arange(len(names) + 1))
    for place in np.flatnonzero(np.diff(edges)).tolist():
        chosen = order[edges[place] : edges[place + 1]]
        bins = np.minimum(rows.bins[chosen], _LAST_BIN)
        first, width = int(bins.min()), int(bins.max() - bins.min()) + 1
        shadow, sections = rows.shadow[chosen], rows.hours[chosen] % SECTIONS[0]
        cells = (shadow * SECTIONS[0] + sections) * width + (bins - first)
        made = np.bincount(cells, rows.weights[chosen], 2 * SECTIONS[0] * width).reshape(2, SECTIONS[0], width)
        counts = np.bincount(sections, rows.requests[chosen] * ~shadow, SECTIONS[0]).astype(np.float64)
        yield LatencyCounts(endpoint=names[place], first_bin=first, production=made[0], shadow=made[1], counts=counts)


def learn_thresholds(histograms: Iterable[LatencyCounts], begins: datetime) -> Thresholds:
    """Takes production's quantiles of a launch's first day; a rung needs five latencies beyond its quantile."""
    limits = {}
    for histogram in histograms:
        total = float(histogram.counts.sum())
        enough = [rung for rung, q in RUNGS.items() if total * min(q, 1 - q) >= _LEAST_BEYOND]
        production = histogram.production.sum(axis=0)
        limits[histogram.endpoint] = {
            rung: float(quantiles_ms(production, histogram.first_bin, RUNGS[rung])) for rung in enough
        }
    return Thresholds(begins=begins, limits_ms=limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyThresholds:
    """The thresholds of a launch.

    Attributes:
        begins: only requests of this hour and later are judged.
        ratios: by rung, how many times production's quantile the shadow may take.
        thresholds_ms: by endpoint and rung, production's quantile on the day it was learned; missing: not judged.
    """

    begins: datetime
    ratios: Mapping[Dimension, float]
    thresholds_ms: Mapping[str, Mapping[Dimension, float]]

    @property
    def rungs(self) -> tuple[Dimension, ...]:
        """The rungs that are judged, in order."""
        return tuple(sorted(self.ratios, key=list(Dimension).index))


def judged_thresholds(thresholds: Thresholds | None, ratios: Mapping[Dimension, float]) -> LatencyThresholds | None:
    """The thresholds with the ratios of the settings; None: there are none yet, or none are asked for."""
    if thresholds is None or not ratios:
        return None
    return LatencyThresholds(begins=thresholds.begins, ratios=ratios, thresholds_ms=thresholds.limits_ms)
