"""Parquet types that are read as those of the contract."""

from collections.abc import Callable
from typing import TypeAlias

import pyarrow as pa
from pyarrow import types

Reads: TypeAlias = Callable[[pa.DataType], bool]


def text(column_type: pa.DataType) -> bool:
    """Reads as a string."""
    return _any_of(column_type, types.is_string, types.is_large_string, types.is_string_view) or _bytes_of_any_length(
        column_type
    )


def raw(column_type: pa.DataType) -> bool:
    """Reads as bytes."""
    return text(column_type) or types.is_fixed_size_binary(_plain(column_type))


def _bytes_of_any_length(column_type: pa.DataType) -> bool:
    return _any_of(column_type, types.is_binary, types.is_large_binary, types.is_binary_view)


def status(column_type: pa.DataType) -> bool:
    """Reads as a 32-bit integer."""
    small = (types.is_int32, types.is_int16, types.is_int8, types.is_uint16, types.is_uint8)
    return _any_of(column_type, *small, types.is_null)


def number(column_type: pa.DataType) -> bool:
    """Reads as a double."""
    return _any_of(column_type, types.is_float64, types.is_float32) or status(column_type)


def flag(column_type: pa.DataType) -> bool:
    """Reads as a boolean."""
    return _any_of(column_type, types.is_boolean)


def moment(column_type: pa.DataType) -> bool:
    """Reads as a moment in time, unshifted."""
    # without a zone nobody can tell which clock it was read from, and Spark refuses nanoseconds
    return types.is_timestamp(column_type) and column_type.tz is not None and column_type.unit in ("s", "ms", "us")


def headers(column_type: pa.DataType) -> bool:
    """Reads as a list of names and values."""
    lists = (types.is_list, types.is_large_list, types.is_fixed_size_list)
    if not _any_of(column_type, *lists) or not types.is_struct(column_type.value_type):
        return False
    header = column_type.value_type
    return all(header.get_field_index(name) >= 0 and text(header.field(name).type) for name in ("name", "value"))


def attributes(column_type: pa.DataType) -> bool:
    """Reads as a map from string to string."""
    return types.is_map(column_type) and text(column_type.key_type) and text(column_type.item_type)


def _any_of(column_type: pa.DataType, *kinds: Reads) -> bool:
    plain = _plain(column_type)
    return any(kind(plain) for kind in kinds)


def _plain(column_type: pa.DataType) -> pa.DataType:
    """The type that Parquet stores: a dictionary's values; pyarrow's own extensions only where Spark knows them."""
    if types.is_dictionary(column_type):
        return _plain(column_type.value_type)
    return column_type.storage_type if isinstance(column_type, pa.JsonType) else column_type
