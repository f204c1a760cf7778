"""Kinds of faults, the places of a body where each fits, and the wrong values it puts there."""

import random
import string
from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from typing import Any, Final, TypeAlias

from darklaunch.diff.rules.severity import Severity
from darklaunch.diff.values.json_path import ANY_INDEX, JsonPath

_ALPHABETS: Final = (string.digits, string.ascii_lowercase, string.ascii_uppercase)


def other_type(value: Any) -> Any:
    """A value such as a careless serialiser makes of one: numbers as text, text as a number, one element alone."""
    match value:
        case dict():
            return [value]
        case list():
            return value[0] if value and not isinstance(value[0], list) else {}
        case str():
            return len(value)
        case None:
            return "null"
        case bool():
            return int(value)
        case _:
            return str(value)


def other_value(value: Any, rng: random.Random) -> Any:
    """Another value of the same type; a text of the same length and alphabet, a number near by or far away."""
    match value:
        case bool():
            return not value
        case Decimal():
            # of its many digits only those of a double are written again
            return value * 2 if value else Decimal(1)
        case int() | float():
            other = value + rng.choice((1, -1, 10, 1000))
            # so large a double that 1 more is the same one
            return other if other != value else value * 2
        case str():
            return _other_text(value, rng)
        case _:
            return "planted"


def _other_text(text: str, rng: random.Random) -> str:
    if not text:
        return "x"
    at = rng.randrange(len(text))
    old = text[at]
    alphabet = next((alphabet for alphabet in _ALPHABETS if old in alphabet), string.ascii_lowercase)
    return text[:at] + rng.choice(alphabet.replace(old, "")) + text[at + 1 :]


BodyPlace: TypeAlias = tuple[str | int, ...]
"""A place in one body: names of members and positions of elements."""

MAXIMUM_PLACES: Final = 5_000
"""So many places of a body are thought of; a body of a million elements has the same paths again and again."""

ADDED: Final = "planted_by_darklaunch"
"""The name of an added field, which no real one has."""


class Fault(str, Enum):
    """A kind of fault; each response gets every one that it has a place for."""

    DROPPED_FIELD = "dropped field"
    DROPPED_ELEMENT = "dropped element"
    EMPTIED_ARRAY = "emptied array"
    CHANGED_TYPE = "changed type"
    NULLED = "nulled"
    CHANGED_VALUE = "changed value"
    EMPTIED_TEXT = "emptied text"
    REORDERED_ARRAY = "reordered array"
    ADDED_FIELD = "added field"
    CUT_BODY = "cut body"
    DROPPED_HEADER = "dropped header"
    CHANGED_HEADER = "changed header"
    SERVER_ERROR = "server error"

    @property
    def severity(self) -> Severity:
        """That of the kind of difference it makes; an error instead of an answer is always a high one."""
        match self:
            case Fault.ADDED_FIELD:
                return Severity.LOW
            case Fault.CHANGED_VALUE | Fault.EMPTIED_TEXT | Fault.REORDERED_ARRAY | Fault.CHANGED_HEADER:
                return Severity.MEDIUM
            case _:
                return Severity.HIGH

    @property
    def presence_or_type(self) -> bool:
        """Whether it changes what is there or of which type, which an ignored value must not hide."""
        return self.severity is Severity.HIGH and self is not Fault.SERVER_ERROR


def fault_places(body: Any, fault: Fault) -> dict[JsonPath, list[BodyPlace]]:
    """The places where a fault fits into a body, by the path at which it would be detected."""
    places: dict[JsonPath, list[BodyPlace]] = {}
    for path, where, value in _nodes(body):
        at = _path_of(path, value, fault)
        if at is not None:
            places.setdefault(at, []).append(where)
    return places


def _nodes(body: Any) -> Iterator[tuple[JsonPath, BodyPlace, Any]]:
    todo: list[tuple[JsonPath, BodyPlace, Any]] = [(("body",), (), body)]
    # level by level, so that a long first array does not keep the later members out
    for met, (path, where, value) in enumerate(todo):
        if met >= MAXIMUM_PLACES:
            return
        yield path, where, value
        room = MAXIMUM_PLACES - len(todo)
        if isinstance(value, dict):
            todo.extend([((*path, name), (*where, name), child) for name, child in list(value.items())[:room]])
        elif isinstance(value, list):
            todo.extend([((*path, ANY_INDEX), (*where, at), child) for at, child in enumerate(value[:room])])


def _path_of(path: JsonPath, value: Any, fault: Fault) -> JsonPath | None:
    """The path at which the comparison detects the fault; None where it does not fit."""
    match fault, value:
        case Fault.DROPPED_FIELD, _:
            return path if isinstance(path[-1], str) and len(path) > 1 else None
        case (Fault.DROPPED_ELEMENT | Fault.EMPTIED_ARRAY, [_, *_]):
            return (*path, ANY_INDEX)
        case (Fault.CHANGED_TYPE, _) | (Fault.CHANGED_VALUE, bool() | int() | float() | Decimal() | str()):
            return path
        case Fault.NULLED, _:
            return path if value is not None else None
        case Fault.EMPTIED_TEXT, str():
            return path if value else None
        case Fault.REORDERED_ARRAY, [first, *others]:
            return path if any(other != first for other in others) else None
        case Fault.ADDED_FIELD, dict():
            return (*path, ADDED)
        case _:
            return None


def inject(body: Any, fault: Fault, where: BodyPlace, rng: random.Random) -> Any:
    """A body with one fault; the one given stays as it is.

    Args:
        body: a JSON value.
        fault: one that ``places`` has found a place for.
        where: that place.
        rng: what the new value depends on besides the old one.
    """
    if fault is Fault.DROPPED_FIELD:
        changed, parent = _copied(body, where[:-1])
        del parent[where[-1]]
        return changed
    if not where:
        return _changed(body, fault, rng)
    changed, parent = _copied(body, where[:-1])
    parent[where[-1]] = _changed(parent[where[-1]], fault, rng)
    return changed


def _copied(body: Any, where: BodyPlace) -> tuple[Any, Any]:
    """A body of which what lies on the way to a place is copied, and the container at that place."""
    changed = container = body.copy()
    for step in where:
        container[step] = container[step].copy()
        container = container[step]
    return changed, container


def _changed(value: Any, fault: Fault, rng: random.Random) -> Any:
    match fault:
        case Fault.DROPPED_ELEMENT:
            gone = rng.randrange(len(value))
            return value[:gone] + value[gone + 1 :]
        case Fault.EMPTIED_ARRAY:
            return []
        case Fault.CHANGED_TYPE:
            return other_type(value)
        case Fault.NULLED:
            return None
        case Fault.EMPTIED_TEXT:
            return ""
        case Fault.REORDERED_ARRAY:
            other = next(at for at, element in enumerate(value) if element != value[0])
            return [value[other], *value[1:other], value[0], *value[other + 1 :]]
        case Fault.ADDED_FIELD:
            return {**value, ADDED: rng.randrange(1000)}
        case _:
            return other_value(value, rng)
