"""Equality of JSON values: exact in numbers, strict in booleans, in C where that can be trusted."""

import json
import re
from decimal import Decimal
from typing import Any, Final

import orjson

from darklaunch.diff.values.json_text import Constant

_NUMBERS: Final = frozenset({int, float, Decimal, Constant})
_CONTAINERS: Final = frozenset({dict, list})
_LOOSE_NUMBER: Final = re.compile(rb"\d\.0(?!\d)|\d[eE][+-]?\d")
_SMALLEST, _LARGEST = -(2**63), 2**64


def json_type(value: object) -> type:
    """The JSON type; every way to hold a number is one type, and a boolean is not a number."""
    found = type(value)
    return Decimal if found in _NUMBERS else found


def same(one: Any, another: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Says whether two JSON values are equal; numbers by value, booleans only to booleans."""
    kind = type(one)
    if kind in _CONTAINERS:
        return kind is type(another) and same_tree(one, another)
    return bool(one == another) and (kind is type(another) or (kind is bool) is (type(another) is bool))


def same_tree(one: Any, another: Any) -> bool:  # noqa: ANN401 - two objects or two arrays
    """Says whether two objects, or two arrays, are equal in the sense of ``same``."""
    try:
        # equal trees are nearly always spelt alike, and their text tells true from 1
        if orjson.dumps(one) == orjson.dumps(another):
            return True
    except TypeError:  # exact numbers, and trees deeper than orjson writes
        pass
    try:
        return bool(one == another) and _same_types(one, another)
    except RecursionError:
        return _same_types(one, another)


def _same_types(one: Any, another: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Compares two trees step by step, because Python takes True for 1; without recursion, for they may be deep."""
    todo = [(one, another)]
    while todo:
        value, counterpart = todo.pop()
        if json_type(value) is not json_type(counterpart):
            return False
        if isinstance(value, dict):
            if value.keys() != counterpart.keys():
                return False
            todo.extend((below, counterpart[name]) for name, below in value.items())
        elif isinstance(value, list):
            if len(value) != len(counterpart):
                return False
            todo.extend(zip(value, counterpart, strict=True))
        elif value != counterpart:
            return False
    return True


def bag(elements: list[Any]) -> list[bytes]:
    """The elements of an array in an order that does not depend on theirs."""
    return sorted(map(canonical, elements))


def canonical(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Bytes that two values share exactly where they are the ``same``."""
    try:
        text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # exact numbers, lone surrogates, trees deeper than orjson writes
        return _spelt(_plain(value))
    return _spelt(_plain(value)) if _LOOSE_NUMBER.search(text) else text


def _spelt(plain: Any) -> bytes:  # noqa: ANN401 - any JSON value
    try:
        return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return json.dumps(plain, sort_keys=True).encode()


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The value with every number in one spelling."""
    match value:
        case dict():
            # with map a level costs one frame, with a comprehension two
            return dict(zip(value, map(_plain, value.values()), strict=True))
        case list():
            return list(map(_plain, value))
        case bool():
            return value
        case int() | float() | Decimal():
            return _number(value if isinstance(value, Decimal) else Decimal(repr(value)))
        case Constant():
            return {"": value.name}
        case _:
            return value


def _number(number: Decimal) -> Any:  # noqa: ANN401 - a number, or what stands for one
    if number == number.to_integral_value():
        return int(number) if _SMALLEST <= number < _LARGEST else _digits(number)
    double = float(number)
    return double if number == Decimal(repr(double)) else _digits(number)


def _digits(number: Decimal) -> dict[str, str]:
    sign, digits, exponent = number.as_tuple()
    text = "".join(map(str, digits))
    kept = text.rstrip("0")
    return {"": f"{'-' * sign}{kept or 0}e{int(exponent) + len(text) - len(kept) if kept else 0}"}
