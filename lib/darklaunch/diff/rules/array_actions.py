"""Actions that say which elements of two arrays belong together, one class each."""

from collections.abc import Hashable
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Final

from typing_extensions import override

from darklaunch.diff.rules.action import Action, quoted
from darklaunch.diff.values.equality import canonical_bytes
from darklaunch.diff.values.json_types import json_type
from darklaunch.errors import UsageError

_TEXT: Final = "#text"
"""The member of an element of markup that is its text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unordered(Action):
    """An array is a multiset."""

    digest_name: ClassVar[str] = "Unordered"
    arranges: ClassVar[bool] = True
    pairs_rest: ClassVar[bool] = True

    @override
    def words(self) -> str:
        return "any order at"

    @override
    def element_keys(self, elements: list[object]) -> list[Hashable]:
        return [canonical_bytes(element) for element in elements]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key(Action):
    """Elements of an array are matched by this member, then compared.

    A name with dots is that of a member within members, unless an element has one of just this name; a child element
    of markup stands for its text. Where an element has no such member, or one that is no scalar, or two elements of one
    side share its value, the array is compared by position as if there were no rule.

    Raises:
        UsageError: the member has no name.
    """

    digest_name: ClassVar[str] = "Key"
    arranges: ClassVar[bool] = True
    member: str

    def __post_init__(self) -> None:
        if not self.member:
            raise UsageError("key: found an empty name, wanted that of the member that tells elements apart")

    @override
    def words(self) -> str:
        return f"match by {quoted(self.member)} at"

    @override
    def element_keys(self, elements: list[object]) -> list[Hashable] | None:
        keys: list[Hashable] = []
        for element in elements:
            value = _member(element, self.member)
            if not isinstance(value, str | int | float | Decimal):
                return None
            keys.append((json_type(value), value))
        return keys if len(set(keys)) == len(keys) else None


def _member(element: object, name: str) -> object:
    """The member of an element, or the one that the parts of its name lead to; None: there is none."""
    value: object = element
    if isinstance(value, dict) and name in value:
        value = value[name]
    else:
        for step in name.split("."):
            value = _child(value)
            value = value.get(step) if isinstance(value, dict) else None
    value = _child(value)
    return value.get(_TEXT) if isinstance(value, dict) else value


def _child(value: object) -> object:
    """The one child element of its name, which markup holds in an array; any other value as it is."""
    return value[0] if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict) else value
