"""The fixed bets of the e-process, and the share of the stake on each.

A bet ``lam`` multiplies the stake of its node by ``1 + lam * v * (d - m)`` for every unit of weight v and
excess d when the tested excess is m. Bets against "the excess is m or worse" are negative, bets against
"the excess is m or better" positive. The bets never follow the data: a bet that adapts would depend on the
order of the units and would not hold for an excess that drifts.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from darklaunch.stats.arrays import BoolArray, FloatArray

GRID_VERSION: Final = "2"
"""Version of the bets, part of a launch's key: evidence scored with other bets doesn't add to this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BetGrid:
    """Signed bets with the percent of the stake on each.

    Attributes:
        bets: signed, all of one sign; shape (nodes,).
        percents: positive, summing to 100; shape (nodes,).
        worst_excess: the outcome a unit of weight 1 loses most by: -1, 0 or 1.
        ruin_allowed: whether a factor of exactly 0 is kept (the node dies when it happens) or makes it void.

    Raises:
        ValueError: the bets and percents don't make a mixture.
    """

    bets: tuple[float, ...]
    percents: tuple[float, ...]
    worst_excess: float
    ruin_allowed: bool

    def __post_init__(self) -> None:
        if len(self.bets) != len(self.percents):
            raise ValueError(f"{len(self.bets)} bets with {len(self.percents)} percents: give one for each bet")
        if not (all(bet < 0 for bet in self.bets) or all(bet > 0 for bet in self.bets)):
            raise ValueError(f"bets {self.bets} mix signs or hold 0: a grid bets in one direction")
        total = math.fsum(self.percents)
        if min(self.percents, default=0.0) <= 0 or not math.isclose(total, 100.0, rel_tol=1e-12):
            raise ValueError(f"percents {self.percents} sum to {total}: give positive ones that sum to 100")

    def bet_array(self) -> FloatArray:
        """The signed bets; shape (nodes,)."""
        return _arrays(self)[0]

    def log_weights(self, tested: FloatArray, largest_weight: FloatArray | float = 1.0) -> FloatArray:
        """The log share of the stake on each node, -inf where the node is void.

        A node is void where its factor could turn negative for a possible unit. Its share is lost and not
        spread over the others, because spreading it would make the e-value jump as the tested excess moves. A
        unit that weighs more than 1 makes more nodes void: what they had won is given up.

        Args:
            tested: tested excesses in [-1, 1]; shape (..., points).
            largest_weight: of the units seen so far, at least 1; shape (...,).

        Returns:
            Shape (..., points, nodes).
        """
        stakes = np.asarray(largest_weight)[..., np.newaxis, np.newaxis] * self.bet_array()
        worst = stakes * (self.worst_excess - tested[..., np.newaxis])
        void: BoolArray = worst < -1.0 if self.ruin_allowed else worst <= -1.0
        return np.where(void, -np.inf, _arrays(self)[1])


@lru_cache(maxsize=8)
def _arrays(grid: BetGrid) -> tuple[FloatArray, FloatArray]:
    """Bets and the logs of their shares, made once: scoring a fleet asks for them a million times."""
    bets, shares = np.asarray(grid.bets, dtype=np.float64), np.log(np.asarray(grid.percents, dtype=np.float64) / 100.0)
    for array in (bets, shares):
        array.setflags(write=False)
    return bets, shares


PROMOTE: Final = BetGrid(
    bets=(
        *(-1.0, -0.95, -0.9, -0.8, -0.7, -0.6, -0.5, -0.4, -0.3),
        *(-0.2, -0.1, -0.05, -0.02, -0.01, -0.005, -0.002, -0.001),
    ),
    percents=(25, 10, 10, 10, 8, 6, 6, 5, 4, 4, 3, 3, 2, 1.5, 1, 1, 0.5),
    worst_excess=1.0,
    ruin_allowed=True,
)
"""Bets against "the excess is m or worse"."""

PROMOTE_NOISY: Final = BetGrid(
    bets=(-0.9, -0.8, -0.7, -0.6, -0.5, -0.4, -0.3, -0.2, -0.1, -0.05),
    percents=(4, 7, 9, 12, 14, 16, 15, 13, 7, 3),
    worst_excess=1.0,
    ruin_allowed=True,
)
"""The same for units that differ either way, of which the largest bets lose most: a fifth to a quarter fewer do."""

BLOCK: Final = BetGrid(
    bets=(0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000),
    percents=(2, 3, 4, 6, 10, 12, 12, 12, 9, 7, 6, 5, 4, 3, 2, 1.5, 1, 0.5),
    worst_excess=0.0,
    ruin_allowed=False,
)
"""Bets against "the excess is m or better" where no unit can be negative (no baseline arm)."""

BLOCK_BASELINE: Final = BetGrid(
    bets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
    percents=(1, 1, 2, 3, 4, 6, 8, 10, 10, 11, 12, 11, 9, 7, 5),
    worst_excess=-1.0,
    ruin_allowed=False,
)
"""Bets against "the excess is m or better" where a unit may be negative (with a baseline arm)."""
