"""The mixture betting e-process on unit rows, and the reading of its e-values.

Model: unit t has a weight v_t > 0 and an excess d_t in [-1, 1]. For a fixed bet lam the capital

    W(lam; m) = product over units of (1 + lam * v * (d - m))

has expectation at most 1 as long as the running average of v * (d - m) lies on the hypothesis' side, whatever
the units' dependence inside and whatever the drift. A finite mixture of such capitals is one as well, so by
Ville's inequality (Ville 1939; Howard, Ramdas, McAuliffe, Sekhon 2021; Waudby-Smith and Ramdas 2024) the
chance that it EVER reaches 1/alpha is at most alpha. A product does not know the order of its factors, so
evidence adds up from any parts in any order.
"""

import math
from typing import Final

import numpy as np

from darklaunch.stats.arrays import FloatArray
from darklaunch.stats.grid import BetGrid
from darklaunch.stats.sample import Sample

_NEARLY_RUINED: Final = 0.5
"""Factor of a capital below which it is computed without cancellation; any factor well above 0 will do."""


def log_capitals(grid: BetGrid, sample: Sample, tested: FloatArray) -> FloatArray:
    """The log capital of each node, its share of the stake included; -inf where void or ruined.

    Args:
        grid: the bets.
        sample: the units; one table, or several of shape (tables, rows).
        tested: tested excesses m in [-1, 1]; shape (points,), for several tables (tables, points).

    Returns:
        Shape (points, nodes), for several tables (tables, points, nodes).
    """
    exposures = grid.bet_array()[:, np.newaxis] * sample.weights[..., np.newaxis, :]
    differences = sample.excesses[..., np.newaxis, :] - tested[..., np.newaxis]
    logs = exposures[..., np.newaxis, :, :] * differences[..., np.newaxis, :]
    # the clip only keeps void nodes out of the logarithm's undefined side: their share is -inf below
    np.maximum(logs, -1.0, out=logs)
    remainders = 1.0 + exposures * sample.excesses[..., np.newaxis, :]
    # 1 - (1 - m) has lost m's digits, so the remainder of a nearly total loss is computed in another order
    nearly_ruined = remainders < _NEARLY_RUINED
    with np.errstate(divide="ignore"):
        np.log1p(logs, out=logs)
        if nearly_ruined.any():
            by_node = np.moveaxis(logs, -3, -1)
            points = np.broadcast_to(tested[..., np.newaxis, np.newaxis, :], by_node.shape)[nearly_ruined]
            exact = remainders[nearly_ruined][:, np.newaxis] - exposures[nearly_ruined][:, np.newaxis] * points
            by_node[nearly_ruined] = np.log(np.maximum(exact, 0.0))
    capitals = np.einsum("...nr,...r->...n", logs, sample.units[..., np.newaxis, :])
    capitals += grid.log_weights(tested, sample.largest_weight)
    return capitals  # type: ignore[no-any-return]


def log_mixture(capitals: FloatArray) -> FloatArray:
    """The log of the summed capitals, without ever forming a capital (they overflow).

    Args:
        capitals: log capitals; shape (..., nodes).

    Returns:
        Shape (...,), -inf where every node is void or ruined.
    """
    highest = capitals.max(axis=-1, keepdims=True)
    anchor = np.where(np.isfinite(highest), highest, 0.0)
    with np.errstate(divide="ignore"):
        mixture: FloatArray = anchor[..., 0] + np.log(np.exp(capitals - anchor).sum(axis=-1))
    return mixture


def log_e(grid: BetGrid, sample: Sample, tested: FloatArray) -> FloatArray:
    """The natural log of the e-value against each tested excess; the shape of ``tested``."""
    return log_mixture(log_capitals(grid, sample, tested))


def log_threshold(alpha: float) -> float:
    """The log e-value at which the evidence is enough: log(1 / alpha).

    Raises:
        ValueError: alpha is outside (0, 1).
    """
    if not 0.0 < alpha < 1.0:
        raise ValueError(f"alpha == {alpha}, must lie strictly between 0 and 1: give such as 0.05")
    return -math.log(alpha)


def confidence(log_e: float) -> float:
    """The confidence score max(0, 1 - 1/E), a fraction in [0, 1].

    If the tested hypothesis were true, the chance that this score would ever reach S or more, however often
    anybody looks, is at most 1 - S. It is not a probability that the endpoint is fine.

    Args:
        log_e: the natural log of the e-value; -inf (ruined) and inf are allowed.

    Raises:
        ValueError: log_e is NaN.
    """
    if math.isnan(log_e):
        raise ValueError("log_e is NaN, must be a number: pass the value of log_e_promote or log_e_block")
    if log_e <= 0.0:
        return 0.0
    return -math.expm1(-log_e)
