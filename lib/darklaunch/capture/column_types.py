"""Parquet types that Spark reads as those of the contract, each tried with Spark 4.1 and an explicit schema."""

from collections.abc import Callable
from typing import TypeAlias

import pyarrow as pa
from pyarrow import types

Reads: TypeAlias = Callable[[pa.DataType], bool]


def text(found: pa.DataType) -> bool:
    """Reads as a string."""
    return _any_of(found, types.is_string, types.is_large_string, types.is_string_view) or _bytes_of_any_length(found)


def raw(found: pa.DataType) -> bool:
    """Reads as bytes."""
    return text(found) or types.is_fixed_size_binary(_plain(found))


def _bytes_of_any_length(found: pa.DataType) -> bool:
    return _any_of(found, types.is_binary, types.is_large_binary, types.is_binary_view)


def status(found: pa.DataType) -> bool:
    """Reads as a 32-bit integer."""
    small = (types.is_int32, types.is_int16, types.is_int8, types.is_uint16, types.is_uint8)
    return _any_of(found, *small, types.is_null)


def number(found: pa.DataType) -> bool:
    """Reads as a double."""
    return _any_of(found, types.is_float64, types.is_float32) or status(found)


def flag(found: pa.DataType) -> bool:
    """Reads as a boolean."""
    return _any_of(found, types.is_boolean)


def moment(found: pa.DataType) -> bool:
    """Reads as a moment in time, unshifted."""
    # without a zone nobody can tell which clock it was read from, and Spark refuses nanoseconds
    return types.is_timestamp(found) and found.tz is not None and found.unit in ("s", "ms", "us")


def headers(found: pa.DataType) -> bool:
    """Reads as a list of names and values."""
    lists = (types.is_list, types.is_large_list, types.is_fixed_size_list)
    if not _any_of(found, *lists) or not types.is_struct(found.value_type):
        return False
    header = found.value_type
    return all(header.get_field_index(name) >= 0 and text(header.field(name).type) for name in ("name", "value"))


def attributes(found: pa.DataType) -> bool:
    """Reads as a map from string to string."""
    return types.is_map(found) and text(found.key_type) and text(found.item_type)


def _any_of(found: pa.DataType, *kinds: Reads) -> bool:
    plain = _plain(found)
    return any(kind(plain) for kind in kinds)


def _plain(found: pa.DataType) -> pa.DataType:
    """The type that Parquet stores: a dictionary's values; pyarrow's own extensions only where Spark knows them."""
    if types.is_dictionary(found):
        return _plain(found.value_type)
    return found.storage_type if isinstance(found, pa.JsonType) else found
