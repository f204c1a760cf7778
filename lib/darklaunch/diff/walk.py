"""The walk through two JSON trees, along the branches that differ."""

from typing import Any, Final, TypeAlias

from darklaunch.diff.arrays import arrange
from darklaunch.diff.collector import ABSENT, Findings, one_sided, type_changed, value_changed
from darklaunch.diff.difference import Kind
from darklaunch.diff.rule_index import PathNode
from darklaunch.diff.values.equality import canonical_multiset, json_equal
from darklaunch.diff.values.json_path import ANY_INDEX
from darklaunch.diff.values.json_types import json_type

_VALUE_CHANGED: Final = Kind.VALUE_CHANGED
_Branch: TypeAlias = tuple[PathNode, Any, Any]


def walk(node: PathNode, production: Any, other: Any, found: Findings) -> None:  # noqa: ANN401 - any JSON value
    """Descends the branches that differ, without recursion: a hostile body may be deep.

    Args:
        node: where the two values stand.
        production: a JSON value.
        other: another one; of two scalars, one that differs.
        found: takes the differences.
    """
    todo = [(node, production, other)]
    while todo:
        here, one, another = todo.pop()
        kind = type(one)
        if kind is not type(another) and json_type(one) is not json_type(another):
            type_changed(here, one, another, found)
        elif here.ignores:
            found.ignore(here, _VALUE_CHANGED)
        elif kind is dict:
            _members(here, one, another, found, todo)
        elif kind is list:
            if not (here.arranges and _arranged(here, one, another, found, todo)):
                _elements(here, one, another, found, todo)
        else:
            value_changed(here, one, another, found)


def _members(
    node: PathNode, one: dict[str, Any], another: dict[str, Any], found: Findings, todo: list[_Branch]
) -> None:
    for name, value in one.items():
        counterpart = another.get(name, ABSENT)
        # the most frequent case first: the same object, as small numbers, short texts and null often are
        if value is counterpart:
            continue
        kind = type(value)
        if counterpart is ABSENT:
            one_sided(node.child(name), value, ABSENT, found)
        elif kind is not type(counterpart) or kind is dict or kind is list:
            if not json_equal(value, counterpart):
                todo.append((node.child(name), value, counterpart))
        elif value != counterpart:
            child = node.children.get(name) or node.child(name)
            if child.ignores:
                found.ignore(child, _VALUE_CHANGED)
            else:
                value_changed(child, value, counterpart, found)
    if len(one) != len(another) or one.keys() != another.keys():
        _extra_members(node, one, another, found)


def _extra_members(node: PathNode, one: dict[str, Any], another: dict[str, Any], found: Findings) -> None:
    for name, value in another.items():
        if name not in one:
            one_sided(node.child(name), ABSENT, value, found)


def _elements(node: PathNode, one: list[Any], another: list[Any], found: Findings, todo: list[_Branch]) -> None:
    pairs = [pair for pair in zip(one, another, strict=False) if not json_equal(*pair)]
    if (
        len(one) == len(another)
        and len(pairs) > 1
        and canonical_multiset([p[0] for p in pairs]) == canonical_multiset([p[1] for p in pairs])
    ):
        found.add(node, Kind.REORDERED, one, another)
        return
    child = node.child(ANY_INDEX)
    todo.extend((child, value, counterpart) for value, counterpart in pairs)
    for value in one[len(another) :]:
        one_sided(child, value, ABSENT, found)
    for value in another[len(one) :]:
        one_sided(child, ABSENT, value, found)


def _arranged(node: PathNode, one: list[Any], another: list[Any], found: Findings, todo: list[_Branch]) -> bool:
    """Compares two arrays as a rule says which elements belong together; False: it can't say."""
    arrangement = arrange(node, one, another)
    if arrangement is None:
        return False
    if arrangement.moved:
        found.add(node, Kind.REORDERED, one, another, settled=True)
    child = node.child(ANY_INDEX)
    for value, counterpart in arrangement.pairs:
        if not json_equal(value, counterpart):
            todo.append((child, value, counterpart))
    for value in arrangement.missing:
        one_sided(child, value, ABSENT, found)
    for value in arrangement.extra:
        one_sided(child, ABSENT, value, found)
    return True
