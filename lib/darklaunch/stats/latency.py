"""Quantiles of latencies from histograms of 2 % bins, and the interval of a ratio of two of them by sectioning.

Histograms add up, as everything does that leaves Spark; bins of 2 % move a quantile by some tenths of a percent. The
interval is that of sectioning (Asmussen and Glynn 2007, III.5a): the traffic is cut into K parts, the ratio is taken in
each, and its spread on the log scale is that of the whole. Production and shadow answered the same requests, and the
parts keep that: intervals that ignore it are two to three times as wide.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import stdtrit

from darklaunch.stats.arrays import FloatArray

LOG_STEP: Final = math.log(1.02)
LEAST_MS: Final = 1e-3
"""A latency below it, 0 included, falls into its bin: no clock tells them apart."""

SECTIONS: Final = (20, 10)
"""How many parts are tried, the finest first."""

_LEAST_BEYOND: Final = 5


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

    @property
    def ratio(self) -> float:
        """Above 1 the shadow is slower."""
        return self.shadow_ms / self.production_ms


def bin_of(latency_ms: float) -> int:
    """The bin of a latency: the whole part of ln(ms) / ln 1.02.

    Raises:
        ValueError: the latency is negative, infinite or no number.
    """
    if not 0.0 <= latency_ms < math.inf:
        raise ValueError(f"latency_ms == {latency_ms}, must be a number that is at least 0: leave the row out")
    return math.floor(math.log(max(latency_ms, LEAST_MS)) / LOG_STEP)


def quantiles_ms(weights: FloatArray, first_bin: int, q: float) -> FloatArray:
    """Quantiles of histograms, interpolated within a bin on the log scale.

    Args:
        weights: requests by bin; shape (..., bins), the bins in order without a gap.
        first_bin: the number of the first bin.
        q: in (0, 1).

    Returns:
        Shape (...,); NaN where a histogram is empty, for the caller to tell in words.
    """
    cumulated = np.cumsum(weights, axis=-1)
    wanted = q * cumulated[..., -1:]
    place = np.minimum((cumulated < wanted).sum(axis=-1), weights.shape[-1] - 1)[..., np.newaxis]
    inside = np.take_along_axis(weights, place, axis=-1)
    before = np.take_along_axis(cumulated, place, axis=-1) - inside
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (wanted - before) / inside
    found: FloatArray = np.exp(LOG_STEP * (first_bin + place + share))[..., 0]
    return found


def latency_ratio(  # noqa: PLR0913, PLR0917 - the histograms of both arms and what is asked of them
    production: FloatArray, shadow: FloatArray, counts: FloatArray, first_bin: int, q: float, level: float
) -> LatencyRatio | None:
    """The ratio of two quantiles with the interval of sectioning.

    Args:
        production: requests by section and bin, weighted; shape (20, bins).
        shadow: the same of the shadow's answers to the same requests.
        counts: captured requests by section, unweighted; shape (20,).
        first_bin: the number of the first bin.
        q: the quantile, in (0, 1).
        level: coverage of the interval, in (0, 1).

    Returns:
        None where there is no latency.
    """
    if not production.sum() > 0.0 or not shadow.sum() > 0.0:
        return None
    totals = [float(quantiles_ms(arm.sum(axis=0), first_bin, q)) for arm in (production, shadow)]
    for sections in SECTIONS:
        joined = [arm.reshape(sections, -1, arm.shape[-1]).sum(axis=1) for arm in (production, shadow)]
        each = counts.reshape(sections, -1).sum(axis=1)
        beyond = each * min(q, 1.0 - q)
        if beyond.mean() >= _LEAST_BEYOND and beyond.min() >= 1.0:
            logs = [np.log(quantiles_ms(arm, first_bin, q)) for arm in joined]
            low, high = section_interval((logs[1] - logs[0]).tolist(), math.log(totals[1] / totals[0]), level)
            return LatencyRatio(production_ms=totals[0], shadow_ms=totals[1], low=low, high=high)
    reason = "too few requests beyond the quantile in some tenth of the traffic"
    return LatencyRatio(production_ms=totals[0], shadow_ms=totals[1], reason=reason)


def section_interval(log_ratios: Sequence[float], centre: float, level: float) -> tuple[float, float]:
    """The interval of a ratio: exp(centre -+ t * sqrt(sum((q_k - centre)^2) / (K * (K - 1)))), t with K - 1 degrees.

    Args:
        log_ratios: the log ratio of each section; at least two.
        centre: the log ratio of the whole.
        level: coverage in (0, 1).

    Raises:
        ValueError: fewer than two sections, or a level outside (0, 1).
    """
    sections = len(log_ratios)
    if sections < 2 or not 0.0 < level < 1.0:  # noqa: PLR2004 - a spread needs two
        raise ValueError(f"{sections} sections at level {level}: give two or more, and a level such as 0.95")
    spread = math.sqrt(sum((one - centre) ** 2 for one in log_ratios) / (sections * (sections - 1)))
    reach = float(stdtrit(sections - 1, 0.5 + level / 2.0)) * spread
    return math.exp(centre - reach), math.exp(centre + reach)
