"""The loss of a value: what a column's type says that it may hold, and the contract's can't."""

import pyarrow as pa

from darklaunch.text.escape import cut


class ValueLostError(ValueError):
    """A value that the contract's type can't hold; ``found`` is the type with the value, in printable words."""

    def __init__(self, column_type: pa.DataType, value: object | None = None) -> None:
        written = cut(str(column_type)) if value is None else f"{cut(str(column_type))} with {cut(str(value))}"
        super().__init__(written)
        self.found = written


def first_lost(array: pa.Array, kept: pa.Array) -> ValueLostError:
    """The error of the first value that is not among those kept.

    Args:
        array: the values as they were written.
        kept: whether each can be held; null counts as kept.
    """
    place = kept.index(pa.scalar(value=False)).as_py()
    value = array[place]
    # a moment finer than Python's has no value there
    shown = value.cast(pa.string()) if pa.types.is_timestamp(array.type) else value
    return ValueLostError(array.type, shown.as_py())
