"""Forecasts of the traffic that the evidence to promote still takes."""

from collections.abc import Callable
from typing import Final

import numpy as np

from darklaunch.stats.arrays import FloatArray
from darklaunch.stats.eprocess import log_mixture
from darklaunch.stats.grid import BetGrid

_MARGIN: Final = 1e-9


def clean_units_needed(grid: BetGrid, capitals: FloatArray, *, tau: float, threshold: float) -> float | None:
    """The clean units (weight 1, excess 0) still needed to promote.

    Solves logsumexp_j(capital_j + x * log(1 + s_j * tau)) = threshold for x.

    Args:
        grid: the promoting bets.
        capitals: log capitals of their nodes at tau, their shares included; shape (nodes,).
        tau: the tolerated excess.
        threshold: log(1 / alpha).

    Returns:
        0.0 where the evidence is there already. None where it isn't and no finite number would do: a unit
        without a mismatch is no evidence against an excess of 0 or less.
    """
    if log_mixture(capitals[np.newaxis])[0] >= threshold:
        return 0.0
    if tau <= 0.0:
        return None
    rates = np.log1p(-grid.bet_array() * tau)

    def surplus(units: float) -> float:
        return float(log_mixture((capitals + units * rates)[np.newaxis])[0] - threshold)

    # any one node that reaches the threshold alone is enough, and the sum is at most as many times the best node
    with np.errstate(divide="ignore", over="ignore"):
        high = float(((threshold - capitals) / rates).min()) * (1.0 + _MARGIN)
        low = float(((threshold - np.log(capitals.size) - capitals) / rates).min()) * (1.0 - _MARGIN)
    if not np.isfinite(high):
        return None
    return _root(surplus, low, high, xtol=1e-9, rtol=1e-14)


def expected_units_needed(
    grid: BetGrid, capitals: FloatArray, *, tau: float, plus: float, minus: float, threshold: float
) -> float | None:
    """The units (weight 1) still needed to promote if they differ as often as is expected.

    Solves logsumexp_j(capital_j + x * g_j) = threshold for x, where g_j is the mean gain of node j by one unit.

    Args:
        grid: as for ``clean_units_needed``.
        capitals: likewise.
        tau: the tolerated excess.
        plus: the expected share of units with an excess of 1.
        minus: the expected share of units with an excess of -1; ``plus + minus`` is at most 1.
        threshold: log(1 / alpha).

    Returns:
        0.0 where the evidence is there already; None where it would not come at this rate.
    """
    if log_mixture(capitals[np.newaxis])[0] >= threshold:
        return 0.0
    bets = grid.bet_array()
    outcomes = ((1.0 - tau, plus), (-1.0 - tau, minus), (-tau, 1.0 - plus - minus))
    with np.errstate(divide="ignore", invalid="ignore"):
        gains = sum(np.where(share > 0.0, share * np.log1p(bets * gain), 0.0) for gain, share in outcomes)
        alone = np.where((gains > 0.0) & np.isfinite(capitals), (threshold - capitals) / gains, np.inf)
    high = float(alone.min())
    if not np.isfinite(high):
        return None
    live_gains = np.where(np.isfinite(gains), gains, 0.0)
    live_capitals = np.where(np.isfinite(gains), capitals, -np.inf)

    def surplus(units: float) -> float:
        return float(log_mixture((live_capitals + units * live_gains)[np.newaxis])[0] - threshold)

    return high if surplus(high) <= 0.0 else _root(surplus, 0.0, high, xtol=1e-6, rtol=1e-12)


def _root(function: Callable[[float], float], low: float, high: float, *, xtol: float, rtol: float) -> float:
    """Where a function of opposite signs at both ends is 0."""
    # the engine's workers import this package and forecast nothing: this import is half of what they would take
    from scipy.optimize import brentq

    return float(brentq(function, low, high, xtol=xtol, rtol=rtol))
