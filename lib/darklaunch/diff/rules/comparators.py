"""Comparisons of two scalars that differ, made once for a rule and called for every pair."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final, TypeAlias

from darklaunch.diff.values.timestamps import read_timestamp

Comparator: TypeAlias = Callable[[object, object], bool]
"""Whether production's value and the other arm's are as good as equal."""

_LONGEST_NUMBER: Final = 400
_NUMBER: Final = re.compile(r"\s*([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?)\s*", re.ASCII)


def near(absolute: float, relative: float) -> Comparator:
    """Compares numbers, written as text too: |p - s| <= max(absolute, relative * max(|p|, |s|)), in exact decimals."""
    least, share = Decimal(repr(absolute)), Decimal(repr(relative))

    def is_near(production: object, other: object) -> bool:
        expected, actual = written_number(production), written_number(other)
        if expected is None or actual is None:
            return False
        try:
            reach = max(least, share * max(abs(expected), abs(actual)))
            return abs(expected - actual) <= reach
        except ArithmeticError:  # exponents that no double has
            return False

    return is_near


def soon(seconds: float) -> Comparator:
    """Compares timestamps, however each is spelt: at most so many seconds apart, both with a zone or both without."""
    reach_s = Decimal(repr(seconds))

    def is_soon(production: object, other: object) -> bool:
        expected, actual = read_timestamp(production), read_timestamp(other)
        if expected is None or actual is None or expected.zoned is not actual.zoned:
            return False
        return abs(expected.seconds - actual.seconds) <= reach_s

    return is_soon


def written_number(value: object) -> Decimal | None:
    """The same, and of a text that is the decimal spelling of a number, with blanks around it or none."""
    if not isinstance(value, str):
        return exact_number(value)
    number = _NUMBER.fullmatch(value) if len(value) <= _LONGEST_NUMBER else None
    return Decimal(number[1]) if number is not None else None


def exact_number(value: object) -> Decimal | None:
    """A number as it was written; None: no number, or none with a value."""
    match value:
        case bool():
            return None
        case Decimal():
            return value
        case int() | float():
            return Decimal(repr(value))
        case _:
            return None
