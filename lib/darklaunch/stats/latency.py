"""Quantiles of latencies from histograms of 2 % bins, and the ratio of two of them.

Histograms add up, as everything does that leaves Spark; bins of 2 % move a quantile by some tenths of a percent.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from darklaunch.stats.arrays import FloatArray
from darklaunch.stats.sectioning import section_interval

LOG_STEP: Final = math.log(1.02)
LEAST_MS: Final = 1e-3
"""A latency below it, 0 included, falls into its bin: no clock tells them apart."""

MOST_MS: Final = 1e9
"""A latency above it falls into its bin: eleven days are a mark for "no answer", and no histogram is wider."""

SECTIONS: Final = (20, 10)
"""How many parts are tried, the finest first."""

_LEAST_BEYOND: Final = 5
_ROUNDING: Final = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyRatio:
    """The shadow's quantile over production's.

    Attributes:
        production_ms: production's quantile.
        shadow_ms: the shadow's.
        low: lower bound of their ratio; None with a reason.
        high: upper bound.
        reason: why there are no bounds.
    """

    production_ms: float
    shadow_ms: float
    low: float | None = None
    high: float | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        if (self.low is None) != (self.high is None) or (self.low is None) == (self.reason is None):
            raise ValueError(f"low {self.low}, high {self.high}, reason {self.reason}: both bounds, or a reason")
        numbers = [self.production_ms, self.shadow_ms, *(one for one in (self.low, self.high) if one is not None)]
        if not all(0.0 < one < math.inf for one in numbers):
            raise ValueError(f"found {numbers}, wanted finite numbers above 0: leave out what can't be computed")

    @property
    def ratio(self) -> float:
        """Above 1 the shadow is slower."""
        return self.shadow_ms / self.production_ms


def bin_of(latency_ms: float) -> int:
    """The bin of a latency: the whole part of ln(ms) / ln 1.02, between those of LEAST_MS and MOST_MS.

    Raises:
        ValueError: the latency is negative, infinite or no number.
    """
    if not 0.0 <= latency_ms < math.inf:
        raise ValueError(f"latency_ms == {latency_ms}, must be a number that is at least 0: leave the row out")
    return math.floor(math.log(min(max(latency_ms, LEAST_MS), MOST_MS)) / LOG_STEP)


def quantiles_ms(weights: FloatArray, first_bin: int, q: float) -> FloatArray:
    """Quantiles of histograms, interpolated within a bin on the log scale.

    Args:
        weights: requests by bin; shape (..., bins), the bins in order without a gap.
        first_bin: the number of the first bin.
        q: in (0, 1).

    Returns:
        Shape (...,), at most MOST_MS; some tenths of a percent off where latencies vary smoothly, at most a bin.

    Raises:
        ValueError: q is outside (0, 1), or a histogram is empty.
    """
    if not 0.0 < q < 1.0:
        raise ValueError(f"q == {q}, must lie strictly between 0 and 1: give such as 0.95")
    cumulated = np.cumsum(weights, axis=-1)
    if not (cumulated[..., -1] > 0.0).all():
        raise ValueError("found a histogram without a latency, wanted one or more in each: ask before")
    # without the margin, sums that differ by rounding alone could take either side of a gap between latencies
    wanted = q * cumulated[..., -1:] * (1.0 - _ROUNDING)
    place = np.minimum((cumulated < wanted).sum(axis=-1), weights.shape[-1] - 1)[..., np.newaxis]
    inside = np.take_along_axis(weights, place, axis=-1)
    before = np.take_along_axis(cumulated, place, axis=-1) - inside
    logs = LOG_STEP * (first_bin + place + (wanted - before) / inside)
    found: FloatArray = np.exp(np.minimum(logs, math.log(MOST_MS)))[..., 0]
    return found


def latency_ratio(  # noqa: PLR0913, PLR0917 - the histograms of both arms and what is asked of them
    production: FloatArray, shadow: FloatArray, counts: FloatArray, first_bin: int, q: float, level: float
) -> LatencyRatio | None:
    """The ratio of two quantiles with the interval of sectioning.

    Twenty sections become ten by joining each with the tenth after it: hours modulo 20 are then hours modulo 10, and
    ten hours in a row are enough.

    Args:
        production: requests by section and bin, weighted; shape (20, bins).
        shadow: the same of the shadow's answers to the same requests.
        counts: captured requests by section, unweighted; shape (20,).
        first_bin: the number of the first bin.
        q: the quantile, in (0, 1).
        level: coverage of the interval, in (0, 1).

    Returns:
        None where there is no latency.

    Raises:
        ValueError: the arrays have other shapes, or q or level is outside (0, 1).
    """
    if not production.shape[:1] == shadow.shape[:1] == counts.shape == SECTIONS[:1]:
        found = f"{production.shape}, {shadow.shape} and {counts.shape}"
        raise ValueError(f"arrays of shapes {found}: give sections first, {SECTIONS[0]} of them")
    if not production.sum() > 0.0 or not shadow.sum() > 0.0:
        return None
    totals = [float(quantiles_ms(arm.sum(axis=0), first_bin, q)) for arm in (production, shadow)]
    beyond = counts * min(q, 1.0 - q)
    for sections in SECTIONS:
        joined = [arm.reshape(-1, sections, arm.shape[-1]).sum(axis=0) for arm in (production, shadow)]
        beyond = counts.reshape(-1, sections).sum(axis=0) * min(q, 1.0 - q)
        heard = all((arm.sum(axis=-1) > 0.0).all() for arm in joined)
        if heard and beyond.mean() >= _LEAST_BEYOND and beyond.min() >= 1.0:
            logs = [np.log(quantiles_ms(arm, first_bin, q)) for arm in joined]
            low, high = section_interval((logs[1] - logs[0]).tolist(), math.log(totals[1] / totals[0]), level)
            return LatencyRatio(production_ms=totals[0], shadow_ms=totals[1], low=low, high=high)
    reason = (
        f"too few requests beyond the quantile in each tenth of the hours: found {beyond.mean():,.1f} on average and "
        f"{beyond.min():,.1f} at least, wanted {_LEAST_BEYOND} and 1"
    )
    return LatencyRatio(production_ms=totals[0], shadow_ms=totals[1], reason=reason)
