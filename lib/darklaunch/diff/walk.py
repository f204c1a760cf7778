"""The walk through two JSON trees, along the branches that differ."""

from typing import Any, Final, TypeAlias

from darklaunch.diff.arrays import TriedEnoughError, arrange
from darklaunch.diff.collector import ABSENT, DifferenceCollector, one_sided, type_changed, value_changed
from darklaunch.diff.difference import Kind
from darklaunch.diff.rule_index import PathNode
from darklaunch.diff.rules.action import Action
from darklaunch.diff.rules.remark import Remark, RemarkKind
from darklaunch.diff.values.equality import canonical_multiset, json_equal
from darklaunch.diff.values.json_path import ANY_INDEX
from darklaunch.diff.values.json_types import json_type

_VALUE_CHANGED: Final = Kind.VALUE_CHANGED
_SIZE_OF_A_TRY: Final = 20
"""Values of an element that are compared in one try, in order of magnitude."""

_Branch: TypeAlias = tuple[PathNode, Any, Any]
_Members: TypeAlias = dict[str, Any]
_Elements: TypeAlias = list[Any]


def walk(node: PathNode, production: object, other: object, collector: DifferenceCollector) -> None:
    """Descends the branches that differ, without recursion: a hostile body may be deep.

    Args:
        node: of the path of the two values.
        production: a JSON value.
        other: the other arm's; of two scalars, one that differs.
        collector: takes the differences.
    """
    branches: list[_Branch] = [(node, production, other)]
    while branches:
        at, value, counterpart = branches.pop()
        kind = type(value)
        if kind is not type(counterpart) and json_type(value) is not json_type(counterpart):
            type_changed(at, value, counterpart, collector)
        elif at.ignores:
            collector.ignore(at, _VALUE_CHANGED)
        elif kind is dict:
            _compare_members(at, value, counterpart, collector, branches)
        elif kind is list:
            if not (at.arranging and _compare_arranged(at, at.arranging, value, counterpart, collector, branches)):
                _compare_elements(at, value, counterpart, collector, branches)
        else:
            value_changed(at, value, counterpart, collector)


def _compare_members(
    node: PathNode, production: _Members, other: _Members, collector: DifferenceCollector, branches: list[_Branch]
) -> None:
    for name, value in production.items():
        counterpart = other.get(name, ABSENT)
        # the most frequent case first: the same object, as small numbers, short texts and null often are
        if value is counterpart:
            continue
        kind = type(value)
        if counterpart is ABSENT:
            one_sided(node.child(name), value, ABSENT, collector)
        elif kind is not type(counterpart) or kind is dict or kind is list:
            if not json_equal(value, counterpart):
                branches.append((node.child(name), value, counterpart))
        elif value != counterpart:
            child = node.children.get(name) or node.child(name)
            if child.ignores:
                collector.ignore(child, _VALUE_CHANGED)
            else:
                value_changed(child, value, counterpart, collector)
    if len(production) != len(other) or production.keys() != other.keys():
        _extra_members(node, production, other, collector)


def _extra_members(node: PathNode, production: _Members, other: _Members, collector: DifferenceCollector) -> None:
    for name, value in other.items():
        if name not in production:
            one_sided(node.child(name), ABSENT, value, collector)


def _compare_elements(
    node: PathNode, production: _Elements, other: _Elements, collector: DifferenceCollector, branches: list[_Branch]
) -> None:
    pairs = [pair for pair in zip(production, other, strict=False) if not json_equal(*pair)]
    if (
        len(production) == len(other)
        and len(pairs) > 1
        and canonical_multiset([p[0] for p in pairs]) == canonical_multiset([p[1] for p in pairs])
    ):
        collector.add(node, Kind.REORDERED, production, other)
        return
    child = node.child(ANY_INDEX)
    branches.extend((child, value, counterpart) for value, counterpart in pairs)
    for value in production[len(other) :]:
        one_sided(child, value, ABSENT, collector)
    for value in other[len(production) :]:
        one_sided(child, ABSENT, value, collector)


class _UnsettledError(Exception):
    """Some difference is settled by no rule."""


class _Probe(DifferenceCollector):
    """Collects nothing: the first difference that no rule settles ends the walk."""

    def __init__(self, collector: DifferenceCollector) -> None:
        super().__init__(collector.masking)
        self._collector = collector

    def settles(self, node: PathNode, production: object, other: object) -> bool:
        """Whether rules at and below a path settle all differences of two values."""
        counted = self._collector
        if counted.tries_left <= 0:
            raise TriedEnoughError
        counted.tries_left -= 1 + _size(production) // _SIZE_OF_A_TRY
        self.tries_left = counted.tries_left
        try:
            # two equal scalars differ in nothing that a rule could settle
            if type(production) is dict or not json_equal(production, other):
                walk(node, production, other, self)
        except _UnsettledError:
            return False
        finally:
            counted.tries_left = self.tries_left
        return True

    def add(self, node: PathNode, kind: Kind, production: object, other: object, *, settled: bool = False) -> None:
        """Ends the walk where a difference counts."""
        del node, kind, production, other
        if not settled:
            raise _UnsettledError

    def ignore(self, node: PathNode, kind: Kind) -> None:
        """Passes what an ignore rule settles."""


def _size(value: object) -> int:
    """About how many values one holds: those that it and its members hold at once."""
    match value:
        case dict():
            return len(value) + sum(len(child) for child in value.values() if isinstance(child, dict | list))
        case list():
            return len(value)
        case _:
            return 1


def _compare_arranged(
    node: PathNode,
    rule: tuple[str, Action],
    production: _Elements,
    other: _Elements,
    collector: DifferenceCollector,
    branches: list[_Branch],
) -> bool:
    """Compares the elements that belong together by the rule of the arrays; False: it can't tell which do."""
    name, action = rule
    arrangement = arrange(node, action, production, other, _Probe(collector))
    if arrangement is None:
        collector.remarks.add(Remark(name, RemarkKind.NO_KEY))
        return False
    if arrangement.moved:
        collector.add(node, Kind.REORDERED, production, other, settled=True)
    child = node.child(ANY_INDEX)
    for value, counterpart in arrangement.pairs:
        if not json_equal(value, counterpart):
            branches.append((child, value, counterpart))
    for value in arrangement.missing:
        one_sided(child, value, ABSENT, collector)
    for value in arrangement.extra:
        one_sided(child, ABSENT, value, collector)
    return True
