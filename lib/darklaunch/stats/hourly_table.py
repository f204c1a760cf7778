"""Units of one table by the hour: what a late regression is looked for in."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from darklaunch.stats.arrays import FloatArray, IntArray
from darklaunch.stats.grid import BLOCK, BLOCK_BASELINE, BetGrid
from darklaunch.stats.sample import Row, Sample


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HourlyTable:
    """Units of one table by the hour, as they count for a block.

    Attributes:
        sample: rows of units.
        hours: each row's hour, counted from the launch's first; shape (rows,).
        clean_weights: weights of further units, which have no excess; shape (weights,).
        clean: how many of these there are in each hour, one array for each weight.
        baseline: whether an excess may be negative.

    Raises:
        ValueError: an hour is below 0, or there is not one for each row.
    """

    sample: Sample
    hours: IntArray
    clean_weights: FloatArray = field(default_factory=lambda: np.empty(0))
    clean: Sequence[IntArray] = ()
    baseline: bool
    distinct: npt.NDArray[np.complex128] = field(init=False, repr=False)
    kind: IntArray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.hours.shape != self.sample.units.shape:
            raise ValueError(f"{self.hours.size} hours for {self.sample.units.size} rows: give one for each")
        if self.hours.min(initial=0) < 0:
            raise ValueError(f"hour {self.hours.min()}: count from the launch's first")
        # weight and excess as one number, so that both are told apart at once
        pairs = self.sample.weights + 1j * self.sample.excesses
        for name, values in zip(("distinct", "kind"), np.unique(pairs, return_inverse=True), strict=True):
            object.__setattr__(self, name, values)

    @property
    def kinds(self) -> int:
        """Different weights and excesses of its units."""
        return self.distinct.size + self.clean_weights.size

    @property
    def largest_weight(self) -> float:
        """Of all its units, and at least 1."""
        return max(float(self.sample.largest_weight), float(self.clean_weights.max(initial=1.0)))

    def since(self, hour: int) -> list[Row]:
        """The rows of the units from an hour on."""
        some = self.hours >= hour
        columns = (self.sample.units[some], self.sample.weights[some], self.sample.excesses[some])
        rows: list[Row] = list(zip(*(column.tolist() for column in columns), strict=True))
        clean = zip(self.clean_weights.tolist(), self.clean, strict=True)
        return rows + [(float(counts[hour:].sum()), weight, 0.0) for weight, counts in clean]

    @property
    def grid(self) -> BetGrid:
        """The bets."""
        return BLOCK_BASELINE if self.baseline else BLOCK
