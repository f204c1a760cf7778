"""Unit tables: the evidence of one endpoint as counts that add up."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from darklaunch.stats.bounds import last_unrefuted
from darklaunch.stats.eprocess import log_capitals, log_e, log_threshold
from darklaunch.stats.forecast import clean_units_needed, expected_units_needed
from darklaunch.stats.grid import BLOCK, BLOCK_BASELINE, PROMOTE, PROMOTE_NOISY, BetGrid
from darklaunch.stats.sample import Row, Sample, collapse

_PROMISING: Final = 0.8
"""Share of the tolerated excess above which no forecast is made: the number needed grows without bound towards 1.

Chosen by judgement.
"""


@dataclass(frozen=True, slots=True, init=False)
class UnitTable:
    """The numbers of units by weight and excess; `table + table` adds two of them.

    A unit is a session in a time bucket. Its weight v is its sampling weight over the largest of the first units,
    which fixes it before the outcomes; its excess d is the share of its requests where shadow differs from production
    and the baseline doesn't, less the share where only the baseline does. Equal rows are collapsed and sorted, so
    tables of whole counts are equal to the bit however they were put together.

    Args:
        rows: (units, weight, excess): units in [0, 2**53], weight above 0, excess in [-1, 1], or in [0, 1]
            without a baseline arm. Kept collapsed, without rows of 0 units.
        baseline: whether a baseline arm was compared, so that an excess may be negative.
        noisy: whether units differ either way about as often as is tolerated, or more, which other bets to promote
            suit better; chosen before the outcomes.

    Raises:
        ValueError: a row is out of range; names the row.

    Examples:
        3,700 sessions without a mismatch, then 300 more of which one differs:

        >>> from darklaunch.stats import UnitTable
        >>> clean = UnitTable([(3700, 1.0, 0.0)])
        >>> clean.upper(0.05) < 0.001
        True
        >>> both = clean + UnitTable([(299, 1.0, 0.0), (1, 1.0, 1.0)])
        >>> both.estimate
        0.00025
        >>> both.upper(0.05) < 0.001, 2800 < both.units_needed(0.001, 0.05) < 3000
        (False, True)
    """

    rows: tuple[Row, ...]
    baseline: bool
    noisy: bool
    sample: Sample = field(repr=False, compare=False)

    def __init__(self, rows: Iterable[Row], *, baseline: bool = False, noisy: bool = False) -> None:
        sample = collapse(rows, lowest_excess=-1.0 if baseline else 0.0)
        object.__setattr__(self, "rows", sample.rows())
        object.__setattr__(self, "baseline", baseline)
        object.__setattr__(self, "noisy", noisy)
        object.__setattr__(self, "sample", sample)

    def __add__(self, other: "UnitTable") -> "UnitTable":
        """The table of both tables' units; for many tables, chain their rows into one instead.

        Raises:
            ValueError: one was compared with a baseline arm and the other was not, or their bets differ.
        """
        if self.baseline != other.baseline:
            raise ValueError(
                f"baseline == {self.baseline} plus baseline == {other.baseline}, must agree: "
                "an excess over a baseline and a raw rate are different quantities"
            )
        if self.noisy != other.noisy:
            raise ValueError(f"noisy == {self.noisy} plus noisy == {other.noisy}, must agree: bets are chosen once")
        return UnitTable((*self.rows, *other.rows), baseline=self.baseline, noisy=self.noisy)

    @property
    def effective_units(self) -> float:
        """The sum of the units' weights."""
        return float((self.sample.units * self.sample.weights).sum())

    @property
    def estimate(self) -> float | None:
        """The weighted mean excess, in [-1, 1]; None without a unit."""
        if not self.rows:
            return None
        return float(self.sample.mean_excess)

    def log_e_promote(self, tau: float) -> float:
        """The natural log of the e-value against "the excess is tau or worse".

        Raises:
            ValueError: tau is no possible excess.
        """
        return self._log_e(self.promote_grid, tau)

    def log_e_block(self, tau: float) -> float:
        """The natural log of the e-value against "the excess is tau or better".

        Raises:
            ValueError: tau is no possible excess.
        """
        return self._log_e(self.block_grid, tau)

    def upper(self, alpha: float) -> float:
        """The largest excess not refuted, 1 if none is refuted; below tau exactly when log_e_promote suffices.

        The chance that the true excess is ever above it, at any look, is at most alpha.

        Raises:
            ValueError: alpha is outside (0, 1).
        """
        return self._bound(self.promote_grid, alpha, furthest=1.0)

    def lower(self, alpha: float) -> float:
        """The smallest excess not refuted, -1 or (without a baseline arm) 0 if none is refuted.

        It lies above tau exactly when log_e_block suffices. The chance that the true excess is ever below it,
        at any look, is at most alpha.

        Raises:
            ValueError: alpha is outside (0, 1).
        """
        return self._bound(self.block_grid, alpha, furthest=self.lowest)

    def bounds(self, level: float) -> tuple[float, float]:
        """The time-uniform interval (low, high), each side at (1 - level) / 2.

        Raises:
            ValueError: level is outside (0, 1).
        """
        if not 0.0 < level < 1.0:
            raise ValueError(f"level == {level}, must lie strictly between 0 and 1: give such as 0.95")
        alpha = (1.0 - level) / 2.0
        return self.lower(alpha), self.upper(alpha)

    def units_needed(self, tau: float, alpha: float) -> float | None:
        """The clean units of weight 1 still needed to promote, 0 if none; None if none would do (tau <= 0).

        Raises:
            ValueError: tau is no possible excess, or alpha is outside (0, 1).
        """
        capitals = log_capitals(self.promote_grid, self.sample, np.asarray([self._checked(tau)]))[0]
        return clean_units_needed(self.promote_grid, capitals, tau=tau, threshold=log_threshold(alpha))

    def units_expected(self, tau: float, alpha: float) -> float | None:
        """The units of weight 1 still needed to promote at the excess expected; None if no number would do.

        The excess expected is (sum of v * d + 1/2) / (effective units + 1/tau), the mean of a rate under a Gamma prior
        of shape 1/2 and rate 1/tau: half of tau before the first unit. Above four fifths of tau there is no forecast.

        Raises:
            ValueError: tau is no possible excess, or alpha is outside (0, 1).
        """
        capitals = log_capitals(self.promote_grid, self.sample, np.asarray([self._checked(tau)]))[0]
        masses = self.sample.units * self.sample.weights
        excess = (masses * self.sample.excesses).sum()
        negative = (masses * np.minimum(self.sample.excesses, 0.0)).sum()
        total = max(self.effective_units, 1.0)
        expected = (excess + 0.5) / (self.effective_units + 1.0 / tau) if tau > 0.0 else excess / total
        if expected > _PROMISING * tau:
            return 0.0 if self.log_e_promote(tau) >= log_threshold(alpha) else None
        minus = max(-negative / total, -expected, 0.0)
        plus, threshold = min(expected + minus, 1.0 - minus), log_threshold(alpha)
        return expected_units_needed(self.promote_grid, capitals, tau=tau, plus=plus, minus=minus, threshold=threshold)

    @property
    def lowest(self) -> float:
        """The least excess there can be."""
        return -1.0 if self.baseline else 0.0

    @property
    def promote_grid(self) -> BetGrid:
        """The bets against "the excess is as tolerated or worse"."""
        return PROMOTE_NOISY if self.noisy else PROMOTE

    @property
    def block_grid(self) -> BetGrid:
        """The bets against "the excess is as tolerated or better"."""
        return BLOCK_BASELINE if self.baseline else BLOCK

    def _checked(self, tau: float) -> float:
        if not self.lowest <= tau <= 1.0:
            raise ValueError(f"tau == {tau}, must lie in [{self.lowest:g}, 1]: give a possible excess")
        return tau

    def _log_e(self, grid: BetGrid, tau: float) -> float:
        return float(log_e(grid, self.sample, np.asarray([self._checked(tau)]))[0])

    def _bound(self, grid: BetGrid, alpha: float, *, furthest: float) -> float:
        threshold = log_threshold(alpha)
        if not self.rows:
            return furthest
        return float(last_unrefuted(grid, [self.sample], furthest=furthest, threshold=threshold)[0])
