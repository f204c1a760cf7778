"""Quantiles of latencies from histograms of 2 % bins, and ratios of two quantiles with their intervals.

Histograms of any parts of the traffic add up; bins of 2 % move a quantile by some tenths of a percent.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from darklaunch.stats.arrays import FloatArray

LOG_STEP: Final = math.log(1.02)
LEAST_MS: Final = 1e-3
"""A latency below it, 0 included, falls into its bin: no clock tells them apart."""

MOST_MS: Final = 1e9
"""A latency above it falls into its bin: eleven days are a mark for "no answer", and no histogram is wider."""

SECTIONS: Final = (20, 10)
"""Numbers of sections that are tried, the finest first."""

_LEAST_BEYOND: Final = 5
"""Requests beyond the quantile that a section needs on average, so that its quantile is not just its extreme."""

_LEAST_SECTIONS: Final = 2
_ROUNDING: Final = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyRatio:
    """The ratio of the shadow's quantile to production's.

    Attributes:
        production_ms: production's quantile.
        shadow_ms: the shadow's.
        low: lower bound of their ratio; None where it is undefined.
        high: upper bound of their ratio; None where it is undefined.
        reason: the reason why the bounds are undefined; None where they aren't.
    """

    production_ms: float
    shadow_ms: float
    low: float | None = None
    high: float | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        if (self.low is None) != (self.high is None) or (self.low is None) == (self.reason is None):
            raise ValueError(f"low {self.low}, high {self.high}, reason {self.reason}: both bounds, or a reason")
        numbers = [self.production_ms, self.shadow_ms, *(bound for bound in (self.low, self.high) if bound is not None)]
        if not all(0.0 < number < math.inf for number in numbers):
            raise ValueError(f"found {numbers}, wanted finite numbers above 0: leave out what can't be computed")

    @property
    def ratio(self) -> float:
        """The shadow's quantile over production's: above 1 the shadow is slower."""
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
    target = q * cumulated[..., -1:] * (1.0 - _ROUNDING)
    position = np.minimum((cumulated < target).sum(axis=-1), weights.shape[-1] - 1)[..., np.newaxis]
    inside = np.take_along_axis(weights, position, axis=-1)
    below = np.take_along_axis(cumulated, position, axis=-1) - inside
    logs = LOG_STEP * (first_bin + position + (target - below) / inside)
    quantiles: FloatArray = np.exp(np.minimum(logs, math.log(MOST_MS)))[..., 0]
    return quantiles


def latency_ratio(
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
        shapes = f"{production.shape}, {shadow.shape} and {counts.shape}"
        raise ValueError(f"arrays of shapes {shapes}: give sections first, {SECTIONS[0]} of them")
    if not production.sum() > 0.0 or not shadow.sum() > 0.0:
        return None
    totals = [float(quantiles_ms(arm.sum(axis=0), first_bin, q)) for arm in (production, shadow)]
    for sections in SECTIONS:
        joined = [arm.reshape(-1, sections, arm.shape[-1]).sum(axis=0) for arm in (production, shadow)]
        beyond = _beyond(counts, sections, q)
        has_latencies = all((arm.sum(axis=-1) > 0.0).all() for arm in joined)
        if has_latencies and beyond.mean() >= _LEAST_BEYOND and beyond.min() >= 1.0:
            logs = [np.log(quantiles_ms(arm, first_bin, q)) for arm in joined]
            low, high = section_interval((logs[1] - logs[0]).tolist(), math.log(totals[1] / totals[0]), level)
            return LatencyRatio(production_ms=totals[0], shadow_ms=totals[1], low=low, high=high)
    beyond = _beyond(counts, SECTIONS[-1], q)
    reason = (
        f"too few requests beyond the quantile in each tenth of the hours: found {beyond.mean():,.1f} on average and "
        f"{beyond.min():,.1f} at least, wanted {_LEAST_BEYOND} and 1"
    )
    return LatencyRatio(production_ms=totals[0], shadow_ms=totals[1], reason=reason)


def _beyond(counts: FloatArray, sections: int, q: float) -> FloatArray:
    """Requests beyond a quantile in each of so many sections."""
    beyond: FloatArray = counts.reshape(-1, sections).sum(axis=0) * min(q, 1.0 - q)
    return beyond


def section_interval(log_ratios: Sequence[float], centre: float, level: float) -> tuple[float, float]:
    """The interval of a ratio by sectioning (Asmussen and Glynn 2007, III.5a), on the log scale.

    It is exp(centre -+ t * sqrt(sum((q_k - centre)^2) / (K * (K - 1)))) with the quantile t of K - 1 degrees of
    freedom: the traffic is cut into K sections, and the spread of their ratios q_k around that of the whole is the
    whole's. The pairs of a request stay in one section, so that what production and shadow share cancels; intervals
    that ignore it are two to three times as wide.

    Args:
        log_ratios: the log ratio of each section; at least two.
        centre: the log ratio of the whole, which is not their mean.
        level: coverage in (0, 1).

    Raises:
        ValueError: fewer than two sections, a log ratio that isn't finite, or a level outside (0, 1).
    """
    sections = len(log_ratios)
    if sections < _LEAST_SECTIONS or not 0.0 < level < 1.0:
        raise ValueError(f"{sections} sections at level {level}: give two or more, and a level such as 0.95")
    if not all(math.isfinite(log_ratio) for log_ratio in (*log_ratios, centre)):
        raise ValueError(f"log ratios {list(log_ratios)} around {centre}: give finite ones, or no interval")
    # the engine's workers import this package without it
    from scipy.special import stdtrit

    spread = math.sqrt(sum((log_ratio - centre) ** 2 for log_ratio in log_ratios) / (sections * (sections - 1)))
    reach = float(stdtrit(sections - 1, 0.5 + level / 2.0)) * spread
    return math.exp(centre - reach), math.exp(centre + reach)
