"""Equality of JSON values: exact in numbers, strict in booleans, in C where that can be trusted."""

import json
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

import orjson

from darklaunch.diff.values.json_text import Constant
from darklaunch.diff.values.json_types import json_type

_CONTAINERS: Final = frozenset({dict, list})
_LOOSE_NUMBER: Final = re.compile(rb"\d\.0(?!\d)|\d[eE][+-]?\d")
"""Numbers that have another spelling of the same value."""

# a constant is a dataclass: written as an object, it would be the same as one that names it
_PLAIN: Final = orjson.OPT_PASSTHROUGH_DATACLASS
_SORTED: Final = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_SORT_KEYS

_SMALLEST, _LARGEST = -(2**63), 2**64
"""The integers that orjson writes."""


def json_equal(value: object, other: object) -> bool:
    """Whether two JSON values are equal; numbers by value, booleans only to booleans."""
    kind = type(value)
    if kind in _CONTAINERS:
        return kind is type(other) and _trees_equal(value, other)
    return bool(value == other) and (kind is type(other) or (kind is bool) is (type(other) is bool))


def _trees_equal(value: object, other: object) -> bool:
    """Whether two objects, or two arrays, are equal."""
    try:
        # equal trees are nearly always spelt alike, and their text tells true from 1
        if orjson.dumps(value, option=_PLAIN) == orjson.dumps(other, option=_PLAIN):
            return True
    except TypeError:  # exact numbers, constants, and trees deeper than orjson writes
        pass
    try:
        return bool(value == other) and _equal_by_step(value, other)
    except RecursionError:
        return _equal_by_step(value, other)


def _equal_by_step(value: object, other: object) -> bool:
    """Compares two trees step by step, because Python takes True for 1; without recursion, for they may be deep."""
    todo = [(value, other)]
    while todo:
        node, counterpart = todo.pop()
        if json_type(node) is not json_type(counterpart):
            return False
        if isinstance(node, dict) and isinstance(counterpart, dict):
            if node.keys() != counterpart.keys():
                return False
            todo.extend((child, counterpart[name]) for name, child in node.items())
        elif isinstance(node, list) and isinstance(counterpart, list):
            if len(node) != len(counterpart):
                return False
            todo.extend(zip(node, counterpart, strict=True))
        elif node != counterpart:
            return False
    return True


def canonical_multiset(elements: Iterable[object]) -> list[bytes]:
    """The elements of an array as bytes, in an order that does not depend on theirs."""
    return sorted(map(canonical_bytes, elements))


def canonical_bytes(value: object) -> bytes:
    """Bytes that two values share exactly where they are ``json_equal``."""
    try:
        text = orjson.dumps(value, option=_SORTED)
    except TypeError:  # exact numbers, constants, lone surrogates, trees deeper than orjson writes
        return _sorted_json(_normalised(value))
    return _sorted_json(_normalised(value)) if _LOOSE_NUMBER.search(text) else text


def _sorted_json(value: object) -> bytes:
    try:
        return orjson.dumps(value, option=_SORTED)
    except TypeError:
        return json.dumps(value, sort_keys=True).encode()


def _normalised(value: object) -> object:
    """The value with every number in one spelling."""
    match value:
        case dict():
            # with map a level costs one frame, with a comprehension two
            return dict(zip(value, map(_normalised, value.values()), strict=True))
        case list():
            return list(map(_normalised, value))
        case bool():
            return value
        case int() | float() | Decimal():
            return _normalised_number(value if isinstance(value, Decimal) else Decimal(repr(value)))
        case Constant():
            return {"": value.name}
        case _:
            return value


def _normalised_number(number: Decimal) -> int | float | dict[str, str]:
    """An integer or double of the same value; an object with its digits where there is none."""
    if number == number.to_integral_value():
        return int(number) if _SMALLEST <= number < _LARGEST else _scientific(number)
    double = float(number)
    return double if number == Decimal(repr(double)) else _scientific(number)


def _scientific(number: Decimal) -> dict[str, str]:
    sign, digits, exponent = number.as_tuple()
    text = "".join(map(str, digits))
    significant = text.rstrip("0")
    zeros = len(text) - len(significant)
    return {"": f"{'-' * sign}{significant or 0}e{int(exponent) + zeros if significant else 0}"}
