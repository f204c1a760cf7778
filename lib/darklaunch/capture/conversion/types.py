"""Parquet types that are read as those of the contract: always, or where the values allow it."""

from collections.abc import Callable
from enum import Enum
from typing import Final, TypeAlias

import pyarrow as pa
from pyarrow import types


class Fit(Enum):
    """The way in which a type's values fit the contract's: all, those that lose nothing, or none."""

    ALWAYS = "always"
    BY_VALUE = "by value"
    NEVER = "never"


Reads: TypeAlias = Callable[[pa.DataType], Fit]

EXACT_DIGITS: Final = 15
"""Any number of so many decimal digits comes back from a double as it was (IEEE 754: DBL_DIG)."""

UUID_BYTES: Final = 16

_SMALL: Final = (types.is_int32, types.is_int16, types.is_int8, types.is_uint16, types.is_uint8, types.is_null)
_LISTS: Final = (types.is_list, types.is_large_list, types.is_fixed_size_list)


def text(column_type: pa.DataType) -> Fit:
    """Reads as a string."""
    return _always(is_text(column_type))


def raw(column_type: pa.DataType) -> Fit:
    """Reads as bytes."""
    return _always(is_text(column_type) or types.is_fixed_size_binary(plain(column_type)))


def status(column_type: pa.DataType) -> Fit:
    """Reads as a 32-bit integer."""
    if _any_of(column_type, *_SMALL):
        return Fit.ALWAYS
    wide = _any_of(column_type, types.is_integer, types.is_floating, types.is_decimal)
    return Fit.BY_VALUE if wide else Fit.NEVER


def number(column_type: pa.DataType) -> Fit:
    """Reads as a double."""
    if _any_of(column_type, *_SMALL, types.is_uint32, types.is_floating):
        return Fit.ALWAYS
    if _any_of(column_type, types.is_decimal):
        return Fit.ALWAYS if plain(column_type).precision <= EXACT_DIGITS else Fit.BY_VALUE
    return Fit.BY_VALUE if _any_of(column_type, types.is_integer) else Fit.NEVER


def flag(column_type: pa.DataType) -> Fit:
    """Reads as a boolean."""
    return _always(_any_of(column_type, types.is_boolean))


def moment(column_type: pa.DataType) -> Fit:
    """Reads as a moment in time, unshifted."""
    # without a zone nobody can tell which clock it was read from
    if not types.is_timestamp(column_type) or column_type.tz is None:
        return Fit.NEVER
    return Fit.BY_VALUE if column_type.unit == "ns" else Fit.ALWAYS


def headers(column_type: pa.DataType) -> Fit:
    """Reads as a list of names and values: such a list, a map, a map of lists, or a struct whose fields are names."""
    if _is_list_of_nothing(column_type):
        return Fit.BY_VALUE
    several = types.is_map(column_type) and is_list(column_type.item_type)
    if several and is_text(column_type.key_type) and is_text(column_type.item_type.value_type):
        return Fit.ALWAYS
    return _always(_holds(column_type, ("name", "value")) or _is_mapping(column_type))


def attributes(column_type: pa.DataType) -> Fit:
    """Reads as a map from string to string: such a map, a list of its entries, or a struct whose fields are keys."""
    if _is_list_of_nothing(column_type):
        return Fit.BY_VALUE
    return _always(_holds(column_type, ("key", "value")) or _is_mapping(column_type))


def is_text(column_type: pa.DataType) -> bool:
    """Says whether it holds text, or bytes of any length that may be text."""
    kinds = (types.is_string, types.is_large_string, types.is_string_view, is_uuid)
    return _any_of(column_type, *kinds, types.is_binary, types.is_large_binary, types.is_binary_view)


def is_list(column_type: pa.DataType) -> bool:
    """Says whether it is a list of any kind, of any length."""
    return any(kind(column_type) for kind in _LISTS)


def is_uuid(column_type: pa.DataType) -> bool:
    """Says whether it is Parquet's own type for UUIDs."""
    return isinstance(column_type, pa.UuidType)


def plain(column_type: pa.DataType) -> pa.DataType:
    """The type of a dictionary's values, or of what an extension that says nothing more is stored as."""
    if types.is_dictionary(column_type):
        return plain(column_type.value_type)
    return column_type.storage_type if isinstance(column_type, pa.JsonType) else column_type


def _is_list_of_nothing(column_type: pa.DataType) -> bool:
    """Whether it is the type that a tool infers where every list is empty."""
    return is_list(column_type) and types.is_null(column_type.value_type)


def _holds(column_type: pa.DataType, names: tuple[str, str]) -> bool:
    """Whether it is a list of structs with two fields of text."""
    if not is_list(column_type) or not types.is_struct(column_type.value_type):
        return False
    element = column_type.value_type
    return all(element.get_field_index(name) >= 0 and is_text(element.field(name).type) for name in names)


def _is_mapping(column_type: pa.DataType) -> bool:
    if types.is_struct(column_type):
        fields = [column_type.field(number) for number in range(column_type.num_fields)]
        # pandas writes dictionaries so; a field that no row has may be of no type
        return bool(fields) and all(is_text(each.type) or types.is_null(each.type) for each in fields)
    return types.is_map(column_type) and is_text(column_type.key_type) and is_text(column_type.item_type)


def _any_of(column_type: pa.DataType, *kinds: Callable[[pa.DataType], bool]) -> bool:
    stored = plain(column_type)
    return any(kind(stored) for kind in kinds)


def _always(fits: bool) -> Fit:  # noqa: FBT001 - its one argument
    return Fit.ALWAYS if fits else Fit.NEVER
