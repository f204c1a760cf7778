"""Arrow columns as NumPy flags; a null is no yes."""

from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.stats.arrays import BoolArray

Column: TypeAlias = pa.Array | pa.ChunkedArray


def flags(column: Column) -> BoolArray:
    """The values of a boolean column; False where it is null; shape (rows,)."""
    plain = pc.fill_null(column, False) if column.null_count else column
    values: BoolArray = plain.to_numpy() if isinstance(plain, pa.ChunkedArray) else plain.to_numpy(zero_copy_only=False)
    return values


def valid(column: Column) -> BoolArray:
    """Whether each value is there; shape (rows,)."""
    return flags(pc.is_valid(column))
