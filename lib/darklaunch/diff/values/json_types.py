"""JSON types of values, and numbers as doubles saturated at 1e308."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from enum import Enum, IntFlag
from types import NoneType
from typing import Final

from darklaunch.diff.values.json_text import Constant

LARGEST_DOUBLE: Final = 1e308
"""Stands for all numbers beyond it, which no double holds."""

_DOWN, _UP = Context(prec=2, rounding=ROUND_FLOOR), Context(prec=2, rounding=ROUND_CEILING)


class JsonType(Enum):
    """The six types of JSON (RFC 8259, section 3)."""

    NULL = "null"
    BOOLEAN = "boolean"
    NUMBER = "number"
    TEXT = "text"
    OBJECT = "object"
    ARRAY = "array"

    # keys of arrays hold one each, and Enum's own hash is a call of Python's
    __hash__ = object.__hash__


_JSON_TYPES: Final[dict[type, JsonType]] = {
    NoneType: JsonType.NULL,
    bool: JsonType.BOOLEAN,
    int: JsonType.NUMBER,
    float: JsonType.NUMBER,
    Decimal: JsonType.NUMBER,
    Constant: JsonType.NUMBER,
    str: JsonType.TEXT,
    dict: JsonType.OBJECT,
    list: JsonType.ARRAY,
}


def json_type(value: object) -> JsonType:
    """The JSON type of a value; every way to hold a number is one type, and a boolean is not a number.

    Raises:
        TypeError: it is no JSON value.
    """
    return _JSON_TYPES.get(type(value)) or _json_type_of_subclass(value)


def _json_type_of_subclass(value: object) -> JsonType:
    for parent, json_type in _JSON_TYPES.items():
        if isinstance(value, parent):
            return json_type
    raise TypeError(f"found a {type(value).__name__}, wanted a JSON value")


class ShapeType(IntFlag):
    """JSON types that the values of a shape have; objects and arrays are one."""

    NULL = 1
    BOOLEAN = 2
    NUMBER = 4
    TEXT = 8
    STRUCTURE = 16


_SHAPE_TYPES: Final = {
    JsonType.NULL: ShapeType.NULL,
    JsonType.BOOLEAN: ShapeType.BOOLEAN,
    JsonType.NUMBER: ShapeType.NUMBER,
    JsonType.TEXT: ShapeType.TEXT,
    JsonType.OBJECT: ShapeType.STRUCTURE,
    JsonType.ARRAY: ShapeType.STRUCTURE,
}


def shape_type(value: object) -> ShapeType:
    """The type of a JSON value, as shapes tell types apart."""
    return _SHAPE_TYPES[json_type(value)]


def enclosing_range(number: float | Decimal) -> tuple[float, float]:
    """The nearest numbers of two digits below and above."""
    exact = number if isinstance(number, Decimal) else Decimal(repr(number))
    return saturated_double(_DOWN.create_decimal(exact)), saturated_double(_UP.create_decimal(exact))


def saturated_double(number: float | Decimal) -> float:
    """A number as a double; what overflows is ``LARGEST_DOUBLE``."""
    try:
        return min(max(float(number), -LARGEST_DOUBLE), LARGEST_DOUBLE)
    except OverflowError:
        return LARGEST_DOUBLE if number > 0 else -LARGEST_DOUBLE


def is_integer(number: float | Decimal | Constant) -> bool:
    """Whether a number is an integer."""
    match number:
        case int():
            return True
        case float():
            return number.is_integer()
        case Decimal():
            return number == number.to_integral_value()
        case _:
            return False
