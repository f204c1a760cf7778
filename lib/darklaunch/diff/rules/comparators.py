"""Which differing scalars an action settles: one function for each rule, made once."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

from typing_extensions import assert_never

from darklaunch.diff.rules.actions import (
    ANYTHING,
    Action,
    Anything,
    Expected,
    Ignore,
    Key,
    Learned,
    Matches,
    NormalisedText,
    Scalar,
    Tolerance,
    Unordered,
    Within,
)
from darklaunch.diff.values.json_types import json_type
from darklaunch.diff.values.regex import pair_matcher
from darklaunch.diff.values.timestamps import read_timestamp

Settles: TypeAlias = Callable[[Any, Any], bool]


def settles(action: Action | None) -> Settles | None:
    """The function that says whether two differing scalars of one JSON type are settled; None: they never are."""
    match action:
        case Tolerance(absolute=absolute, relative=relative):
            return _near(Decimal(repr(absolute)), Decimal(repr(relative)))
        case Within(seconds=seconds):
            return _soon(Decimal(repr(seconds)))
        case Matches(regex=regex):
            return pair_matcher(regex)
        case NormalisedText():
            return lambda one, another: isinstance(one, str) and normal(action, one) == normal(action, another)
        case Learned(shape=shape):
            return lambda one, another: shape.accepts(one) and shape.accepts(another)
        case None | Ignore() | Unordered() | Key() | Expected():
            return None
        case _:
            assert_never(action)


def wanted(expected: Expected, production: object, other: object) -> bool:
    """Says whether two values, of which one may be absent, are the wanted change."""
    return _is(production, expected.production) and _is(other, expected.shadow)


def normal(action: NormalisedText, text: str) -> str:
    """The text without what the action leaves out."""
    spaced = " ".join(text.split()) if action.whitespace else text
    return spaced.casefold() if action.case else spaced


def exact(value: object) -> Decimal | None:
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


def _is(value: object, side: Scalar | Anything) -> bool:
    if side is ANYTHING:
        return True
    number = exact(side)
    if number is not None:
        return exact(value) == number
    return value == side and json_type(value) is json_type(side)


def _near(absolute: Decimal, relative: Decimal) -> Settles:
    def near(one: object, another: object) -> bool:
        production, other = exact(one), exact(another)
        if production is None or other is None:
            return False
        try:
            reach = max(absolute, relative * max(abs(production), abs(other)))
            return abs(production - other) <= reach
        except ArithmeticError:  # exponents that no double has
            return False

    return near


def _soon(reach_s: Decimal) -> Settles:
    def soon(one: object, another: object) -> bool:
        production, other = read_timestamp(one), read_timestamp(another)
        if production is None or other is None or production.zoned is not other.zoned:
            return False
        return abs(production.seconds - other.seconds) <= reach_s

    return soon
