"""Equality of JSON values: exact in numbers, strict in booleans, in C where that can be trusted."""

import json
from decimal import Decimal
from typing import Any

import orjson

from darklaunch.core.body import Constant

_NUMBERS = frozenset({int, float, Decimal, Constant})
_CONTAINERS = frozenset({dict, list})


def bag(elements: list[Any]) -> list[bytes]:
    """The elements of an array in an order that does not depend on theirs."""
    return sorted(_canonical(element) for element in elements)


def _canonical(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # exact numbers, which orjson can't write
        return json.dumps(value, sort_keys=True, default=repr).encode()


def json_type(value: object) -> type:
    """The JSON type; every way to hold a number is one type, and a boolean is not a number."""
    found = type(value)
    return Decimal if found in _NUMBERS else found


def same(one: Any, another: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Says whether two JSON values are equal; numbers by value, booleans only to booleans."""
    if one != another:
        return False
    kind = type(one)
    if kind in _CONTAINERS:
        return _same_text(one, another) or _same_types(one, another)
    return kind is type(another) or (kind is bool) is (type(another) is bool)


def _same_text(one: Any, another: Any) -> bool:  # noqa: ANN401 - any JSON value
    """A look that is quicker than the walk and settles nearly all equal trees."""
    try:
        return orjson.dumps(one) == orjson.dumps(another)
    except TypeError:
        return False


def _same_types(one: Any, another: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Looks through two trees that Python takes for equal, because it takes True for 1."""
    if isinstance(one, dict):
        return all(_same_types(value, another[name]) for name, value in one.items())
    if isinstance(one, list):
        return all(map(_same_types, one, another))
    return isinstance(one, bool) is isinstance(another, bool)
