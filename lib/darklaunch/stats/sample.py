"""Unit rows as columns: checked, collapsed, in one order."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from darklaunch.stats.arrays import BoolArray, FloatArray

Row: TypeAlias = tuple[float, float, float]
"""(units, weight, excess)."""

_MOST_UNITS = 2.0**53


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """Unit rows as read-only columns, each of shape (rows,).

    Attributes:
        units: How many units the row stands for, above 0.
        weights: Each unit's weight v in (0, 1].
        excesses: Each unit's excess d in [-1, 1].

    Raises:
        ValueError: The columns differ in shape.
    """

    units: FloatArray
    weights: FloatArray
    excesses: FloatArray

    def __post_init__(self) -> None:
        columns = (self.units, self.weights, self.excesses)
        if {column.shape for column in columns} != {(self.units.size,)}:
            shapes = ", ".join(str(column.shape) for column in columns)
            raise ValueError(f"columns of shapes {shapes}: give three flat ones of one length")
        for column in columns:
            column.setflags(write=False)

    def rows(self) -> tuple[Row, ...]:
        """The same as (units, weight, excess) rows."""
        columns = (self.units.tolist(), self.weights.tolist(), self.excesses.tolist())
        return tuple(zip(*columns, strict=True))


def collapse(rows: Iterable[Row], *, lowest_excess: float) -> Sample:
    """One row for each (weight, excess), sorted by both, so that the order of the rows leaves no trace.

    Args:
        rows: (units, weight, excess) of each row.
        lowest_excess: -1 with a baseline arm, 0 without.

    Raises:
        ValueError: A row isn't three numbers or is out of range; names the row.
    """
    listed = list(rows)
    for place, row in enumerate(listed):
        if len(row) != 3:  # noqa: PLR2004 - the shape of a row
            raise ValueError(f"row {place} has {len(row)} members, must be (units, weight, excess)")
    table = np.asarray(listed, dtype=np.float64).reshape(-1, 3)
    units, weights, excesses = table.T
    arm = "with" if lowest_excess < 0 else "without"
    wanted = f"excess must lie in [{lowest_excess:g}, 1] {arm} a baseline arm: divide by the unit's requests"
    _refuse(table, ~((units >= 0) & (units <= _MOST_UNITS)), "units must lie in [0, 2**53]: count units")
    _refuse(table, ~((weights > 0) & (weights <= 1)), "weight must lie in (0, 1]: divide by the largest one")
    _refuse(table, ~((excesses >= lowest_excess) & (excesses <= 1)), wanted)
    table = table[units > 0]
    # adding 0 turns -0.0, which sorts and compares apart by its bits, into 0.0
    keys, places = np.unique(table[:, 1:] + 0.0, axis=0, return_inverse=True)
    totals = np.bincount(places.reshape(-1), weights=table[:, 0], minlength=len(keys))
    return Sample(units=totals.astype(np.float64), weights=keys[:, 0].copy(), excesses=keys[:, 1].copy())


def _refuse(table: FloatArray, wrong: BoolArray, wanted: str) -> None:
    if wrong.any():
        place = int(wrong.argmax())
        units, weight, excess = table[place].tolist()
        raise ValueError(f"row {place} is (units {units:g}, weight {weight:g}, excess {excess:g}): {wanted}")
