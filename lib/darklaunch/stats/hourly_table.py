"""Units of one table by the hour: what a late regression is looked for in."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from darklaunch.stats.arrays import FloatArray, IntArray
from darklaunch.stats.grid import BLOCK, BLOCK_BASELINE, BetGrid
from darklaunch.stats.sample import Row, Sample


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HourlyRows:
    """Rows of units, each in its hour, of a few kinds that differ in weight or excess.

    Attributes:
        units: of each row; shape (rows,).
        hours: each row's hour, counted from the launch's first; shape (rows,).
        kind: each row's place among the kinds; shape (rows,).
        weights: of the kinds; shape (kinds,).
        excesses: of the kinds; shape (kinds,).

    Raises:
        ValueError: an hour is below 0, or there is not one for each row.
    """

    units: FloatArray
    hours: IntArray
    kind: IntArray
    weights: FloatArray
    excesses: FloatArray

    def __post_init__(self) -> None:
        if self.hours.shape != self.units.shape:
            raise ValueError(f"{self.hours.size} hours for {self.units.size} rows: give one for each")
        if self.hours.min(initial=0) < 0:
            raise ValueError(f"hour {self.hours.min()}: count from the launch's first")


def hourly_rows(sample: Sample, hours: IntArray) -> HourlyRows:
    """The rows of a sample in their hours.

    Raises:
        ValueError: an hour is below 0, or there is not one for each row.
    """
    # weight and excess as one number, so that both are told apart at once
    distinct, kind = np.unique(sample.weights + 1j * sample.excesses, return_inverse=True)
    return HourlyRows(units=sample.units, hours=hours, kind=kind, weights=distinct.real, excesses=distinct.imag)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HourlyTable:
    """Units of one table by the hour, as they count for a block.

    Attributes:
        rows: of units.
        clean_weights: weights of further units, which have no excess; shape (weights,).
        clean: how many of these there are in each hour, one array for each weight.
        baseline: whether an excess may be negative.
    """

    rows: HourlyRows
    clean_weights: FloatArray = field(default_factory=lambda: np.empty(0))
    clean: Sequence[IntArray] = ()
    baseline: bool

    @property
    def kinds(self) -> int:
        """Different weights and excesses of its units."""
        return self.rows.weights.size + self.clean_weights.size

    @property
    def largest_weight(self) -> float:
        """Of all its units, and at least 1."""
        return max(float(self.rows.weights.max(initial=1.0)), float(self.clean_weights.max(initial=1.0)))

    def since(self, hour: int) -> list[Row]:
        """The rows of the units from an hour on."""
        some = self.rows.hours >= hour
        kind = self.rows.kind[some]
        columns = (self.rows.units[some], self.rows.weights[kind], self.rows.excesses[kind])
        rows: list[Row] = list(zip(*(column.tolist() for column in columns), strict=True))
        clean = zip(self.clean_weights.tolist(), self.clean, strict=True)
        return rows + [(float(counts[hour:].sum()), weight, 0.0) for weight, counts in clean]

    @property
    def grid(self) -> BetGrid:
        """The bets."""
        return BLOCK_BASELINE if self.baseline else BLOCK
