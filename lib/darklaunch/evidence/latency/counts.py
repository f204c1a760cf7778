"""Latency: the thresholds that a launch is judged by, and the quantiles that people read."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from darklaunch.capture.arm import ARMS, Arm
from darklaunch.stats.arrays import FloatArray
from darklaunch.stats.latency import MOST_MS, SECTIONS, bin_of

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
