"""Latency: the thresholds that a launch is judged by, and the quantiles that people read."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from darklaunch.capture.arm import ARMS, Arm
from darklaunch.capture.endpoint import FLEET
from darklaunch.evidence.dimension import RUNGS, Dimension
from darklaunch.stats.arrays import FloatArray
from darklaunch.stats.latency import MOST_MS, SECTIONS, bin_of, quantiles_ms
from darklaunch.stats.resolution import resolution_ms, spread
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
        arms: requests by section and bin, weighted, of each arm; shape (20, bins) each.
        counts: captured requests by section, of each arm; shape (20,) each.

    Raises:
        ValueError: the arrays have other shapes.
    """

    endpoint: str
    first_bin: int
    arms: Mapping[Arm, FloatArray]
    counts: Mapping[Arm, FloatArray]

    def __post_init__(self) -> None:
        wanted = (SECTIONS[0], self.arms[Arm.PRODUCTION].shape[-1])
        shapes = [each.shape for each in self.arms.values()]
        if set(shapes) != {wanted} or {each.shape for each in self.counts.values()} != {SECTIONS[:1]}:
            raise ValueError(f"histograms of shapes {shapes}: give {wanted} for each arm, and {SECTIONS[:1]}")

    @property
    def reference(self) -> Arm:
        """The arm that the shadow is judged beside: the baseline, which came by the mirror too, where there is one."""
        return Arm.BASELINE if self.arms[Arm.BASELINE].any() else Arm.PRODUCTION

    def total(self, arm: Arm) -> FloatArray:
        """The histogram of an arm; shape (bins,)."""
        total: FloatArray = self.arms[arm].sum(axis=0)
        return total


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LatencyRows:
    """Histograms of many endpoints as columns; each of shape (rows,).

    Attributes:
        endpoints: the place of the endpoint's name.
        hours: hours since 1970, or these modulo 20.
        arms: the place of the arm among ``ARMS``.
        bins: as ``stats.latency.bin_of`` numbers them.
        weights: requests that the captured ones stand for.
        requests: captured requests.

    Raises:
        ValueError: the columns differ in length.
    """

    endpoints: npt.NDArray[np.integer[Any]]
    hours: npt.NDArray[np.integer[Any]]
    arms: npt.NDArray[np.integer[Any]]
    bins: npt.NDArray[np.integer[Any]]
    weights: FloatArray
    requests: npt.NDArray[np.integer[Any]]

    def __post_init__(self) -> None:
        columns = (self.endpoints, self.hours, self.arms, self.bins, self.weights, self.requests)
        if {column.shape for column in columns} != {(self.endpoints.size,)}:
            raise ValueError(f"columns of shapes {[column.shape for column in columns]}: give flat ones of one length")


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What is slow, frozen with the launch.

    Attributes:
        begins: requests of this moment and later are judged.
        limits_ms: by endpoint and rung, the reference's quantile; missing where too few latencies were seen.
        resolution_ms: by arm, what all latencies of the first day are multiples of; missing where they are not.

    Raises:
        ValueError: a threshold isn't a finite number above 0.
    """

    begins: datetime
    limits_ms: Mapping[str, Mapping[Dimension, float]]
    resolution_ms: Mapping[Arm, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, limits in self.limits_ms.items():
            if not all(0.0 < limit < math.inf for limit in limits.values()):
                raise ValueError(f"thresholds of {name!r}: found {list(limits.values())}, wanted numbers above 0")

    def as_dict(self) -> dict[str, Any]:
        """The thresholds as a JSON object."""
        limits = {name: {rung.value: limit for rung, limit in rungs.items()} for name, rungs in self.limits_ms.items()}
        resolution = {arm.value: self.resolution_ms[arm] for arm in Arm if arm in self.resolution_ms}
        limits = dict(sorted(limits.items()))
        return {
            "schema_version": 1,
            "begins": self.begins.isoformat(),
            "resolution_ms": resolution,
            "limits_ms": limits,
        }

    @classmethod
    def from_dict(cls, members: Mapping[str, Any]) -> "Thresholds":
        """Reads what ``as_dict`` wrote."""
        limits = {
            name: {Dimension(rung): limit for rung, limit in each.items()}
            for name, each in members["limits_ms"].items()
        }
        resolution = {Arm(arm): float(step) for arm, step in members.get("resolution_ms", {}).items()}
        return cls(begins=parse_moment(members["begins"]), limits_ms=limits, resolution_ms=resolution)

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
        sections, arms = rows.hours[chosen] % SECTIONS[0], rows.arms[chosen].astype(np.int64)
        rows_of = arms * SECTIONS[0] + sections
        shape = (len(ARMS), SECTIONS[0])
        made = np.bincount(rows_of * width + (bins - first), rows.weights[chosen], math.prod(shape) * width)
        counts = np.bincount(rows_of, rows.requests[chosen], math.prod(shape)).astype(np.float64).reshape(shape)
        yield LatencyCounts(
            endpoint=names[place],
            first_bin=first,
            arms=dict(zip(Arm, made.reshape(*shape, width), strict=True)),
            counts=dict(zip(Arm, counts, strict=True)),
        )


def learn_thresholds(histograms: Iterable[LatencyCounts], begins: datetime) -> Thresholds:
    """Takes the reference's quantiles of a launch's first day; a rung needs five latencies beyond its quantile."""
    listed = list(histograms)
    fleet = next((each for each in listed if each.endpoint == FLEET), None)
    steps = {} if fleet is None else {arm: resolution_ms(fleet.total(arm), fleet.first_bin) for arm in Arm}
    resolution = {arm: step for arm, step in steps.items() if step is not None}
    limits = {}
    for each in listed:
        captured = float(each.counts[each.reference].sum())
        enough = [rung for rung, q in RUNGS.items() if captured * min(q, 1 - q) >= _LEAST_BEYOND]
        reference, step = each.total(each.reference), resolution.get(each.reference, 0.0)
        limits[each.endpoint] = {
            rung: float(quantiles_ms(*spread(reference, each.first_bin, step), RUNGS[rung])) for rung in enough
        }
    return Thresholds(begins=begins, limits_ms=limits, resolution_ms=resolution)


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyThresholds:
    """The thresholds of a launch.

    Attributes:
        begins: only requests of this hour and later are judged.
        ratios: by rung, how many times production's quantile the shadow may take.
        thresholds_ms: by endpoint and rung, the reference's quantile on the day it was learned; missing: not judged.
        resolution_ms: by arm, what its latencies are multiples of.
    """

    begins: datetime
    ratios: Mapping[Dimension, float]
    thresholds_ms: Mapping[str, Mapping[Dimension, float]]
    resolution_ms: Mapping[Arm, float] = field(default_factory=dict)

    @property
    def rungs(self) -> tuple[Dimension, ...]:
        """The rungs that are judged, in order."""
        return tuple(sorted(self.ratios, key=list(Dimension).index))


def judged_thresholds(thresholds: Thresholds | None, ratios: Mapping[Dimension, float]) -> LatencyThresholds | None:
    """The thresholds with the ratios of the settings; None: there are none yet, or none are asked for."""
    if thresholds is None or not ratios:
        return None
    return LatencyThresholds(
        begins=thresholds.begins,
        ratios=ratios,
        thresholds_ms=thresholds.limits_ms,
        resolution_ms=thresholds.resolution_ms,
    )
