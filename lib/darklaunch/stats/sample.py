"""Unit rows as columns: checked, collapsed and sorted."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from darklaunch.stats.arrays import FloatArray

Row: TypeAlias = tuple[float, float, float]
"""(units, weight, excess)."""

_MOST_UNITS: Final = 2.0**53
"""The largest count up to which every whole number is a float."""

_MEMBERS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """Unit rows as read-only columns, each of shape (rows,), or of several tables (tables, rows).

    Attributes:
        units: how many units the row stands for, above 0.
        weights: each unit's weight v above 0.
        excesses: each unit's excess d in [-1, 1].

    Raises:
        ValueError: the columns differ in shape.
    """

    units: FloatArray
    weights: FloatArray
    excesses: FloatArray

    def __post_init__(self) -> None:
        columns = (self.units, self.weights, self.excesses)
        if len({column.shape for column in columns}) > 1 or self.units.ndim not in {1, 2}:
            shapes = ", ".join(str(column.shape) for column in columns)
            raise ValueError(f"columns of shapes {shapes}: give three of one shape, flat or stacked")
        for column in columns:
            column.setflags(write=False)

    @property
    def largest_weight(self) -> FloatArray:
        """The largest weight of each table, at least the 1 that bets are sized for; shape (), or (tables,)."""
        return self.weights.max(axis=-1, initial=1.0)  # type: ignore[no-any-return]

    @property
    def mean_excess(self) -> FloatArray:
        """The weighted mean excess of each table, in [-1, 1]; each has a unit; shape (), or (tables,)."""
        # relative weights, so that very small ones can't vanish in the product
        masses = self.units * (self.weights / self.weights.max(axis=-1, keepdims=True))
        means = (masses * self.excesses).sum(axis=-1) / masses.sum(axis=-1)
        # rounding may step past the extreme when every unit has it
        return np.minimum(np.maximum(means, -1.0), 1.0)  # type: ignore[no-any-return]

    def select(self, tables: npt.NDArray[np.intp]) -> "Sample":
        """Some of the tables of a stack, by their indices."""
        return Sample(units=self.units[tables], weights=self.weights[tables], excesses=self.excesses[tables])

    def rows(self) -> tuple[Row, ...]:
        """The columns as (units, weight, excess) rows."""
        columns = (self.units.tolist(), self.weights.tolist(), self.excesses.tolist())
        return tuple(zip(*columns, strict=True))


def stack_samples(samples: Sequence[Sample]) -> Sample:
    """A stack of several tables, padded with rows of no unit and no weight."""
    sizes = np.asarray([sample.units.size for sample in samples])
    filled = np.arange(sizes.max()) < sizes[:, np.newaxis]
    units, weights, excesses = (np.zeros(filled.shape) for _ in range(3))
    units[filled] = np.concatenate([sample.units for sample in samples])
    weights[filled] = np.concatenate([sample.weights for sample in samples])
    excesses[filled] = np.concatenate([sample.excesses for sample in samples])
    return Sample(units=units, weights=weights, excesses=excesses)


def collapse(rows: Iterable[Row], *, lowest_excess: float) -> Sample:
    """Adds up the units of each (weight, excess) and sorts by both, so that the order of the rows leaves no trace.

    Args:
        rows: (units, weight, excess) of each row.
        lowest_excess: -1 with a baseline arm, 0 without.

    Raises:
        ValueError: a row isn't three numbers or is out of range; names the row.
    """
    arm = "with" if lowest_excess < 0 else "without"
    wanted = f"excess must lie in [{lowest_excess:g}, 1] {arm} a baseline arm: divide by the unit's requests"
    totals: dict[tuple[float, float], float] = {}
    # a loop, because most tables have a handful of rows and a fleet has many tables
    for index, row in enumerate(rows):
        if len(row) != _MEMBERS:
            raise ValueError(f"row {index} has {len(row)} members, must be (units, weight, excess)")
        units, weight, excess = map(float, row)
        if not 0.0 <= units <= _MOST_UNITS:
            raise _row_error(index, row, "units must lie in [0, 2**53]: count units")
        if not 0.0 < weight < math.inf:
            raise _row_error(index, row, "weight must be a finite number above 0: divide by that of the first units")
        if not lowest_excess <= excess <= 1.0:
            raise _row_error(index, row, wanted)
        if units > 0.0:
            # adding 0 turns -0.0 into 0.0
            totals[weight, excess + 0.0] = totals.get((weight, excess + 0.0), 0.0) + units
    keys = sorted(totals)
    return Sample(
        units=np.asarray([totals[key] for key in keys], dtype=np.float64),
        weights=np.asarray([weight for weight, _ in keys], dtype=np.float64),
        excesses=np.asarray([excess for _, excess in keys], dtype=np.float64),
    )


def _row_error(index: int, row: Row, wanted: str) -> ValueError:
    units, weight, excess = row
    return ValueError(f"row {index} is (units {units:g}, weight {weight:g}, excess {excess:g}): {wanted}")
