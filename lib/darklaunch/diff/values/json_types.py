"""Scalars by type and size, as shapes take them: numbers as doubles that can't overflow."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from enum import IntFlag
from typing import Any, Final

from darklaunch.diff.values.json_text import Constant

LARGEST: Final = 1e308
"""Stands for all numbers beyond it, which no double holds."""

_DOWN, _UP = Context(prec=2, rounding=ROUND_FLOOR), Context(prec=2, rounding=ROUND_CEILING)


class Type(IntFlag):
    """JSON types that values of a shape have."""

    NULL = 1
    BOOLEAN = 2
    NUMBER = 4
    TEXT = 8
    STRUCTURE = 16


def type_of(value: object) -> Type:
    """The JSON type of a value."""
    match value:
        case None:
            return Type.NULL
        case bool():
            return Type.BOOLEAN
        case int() | float() | Decimal() | Constant():
            return Type.NUMBER
        case str():
            return Type.TEXT
        case _:
            return Type.STRUCTURE


def enclosing(value: float | Decimal) -> tuple[float, float]:
    """The nearest numbers of two digits below and above."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    return double(_DOWN.create_decimal(exact)), double(_UP.create_decimal(exact))


def double(value: float | Decimal) -> float:
    """A number as a double; what overflows is ``LARGEST``."""
    try:
        return min(max(float(value), -LARGEST), LARGEST)
    except OverflowError:
        return LARGEST if value > 0 else -LARGEST


def whole(value: float | Decimal | Constant) -> bool:
    """Says whether a number is an integer."""
    match value:
        case int():
            return True
        case float():
            return value.is_integer()
        case Decimal():
            return value == value.to_integral_value()
        case _:
            return False


def least(one: Any, other: Any) -> Any:  # noqa: ANN401 - numbers of one kind, or None
    """The lesser of those that are given."""
    return min((value for value in (one, other) if value is not None), default=None)


def most(one: Any, other: Any) -> Any:  # noqa: ANN401 - numbers of one kind, or None
    """The greater of those that are given."""
    return max((value for value in (one, other) if value is not None), default=None)
