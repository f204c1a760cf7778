"""The walk through two JSON trees, along the branches that differ."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

from darklaunch.core.difference import MAXIMUM_PATHS, Compared, Difference, Kind
from darklaunch.core.equality import bag, json_type, same
from darklaunch.core.mask import Masking, show
from darklaunch.core.path import EVERY
from darklaunch.core.rules import Ignore, PathNode, Tolerance

ABSENT = object()
_Branch: TypeAlias = tuple[PathNode, Any, Any]


@dataclass(slots=True)
class Findings:
    """Collects differences, the first example of each path and kind."""

    masking: Masking
    mismatch: bool = False
    beyond: int = 0
    kept: dict[tuple[str, Kind, bool], Difference] = field(default_factory=dict)

    def add(self, node: PathNode, kind: Kind, production: object, other: object, *, settled: bool = False) -> None:
        """Adds one difference; ``settled`` by the rule of its path, or counting."""
        self.mismatch = self.mismatch or not settled
        key = (node.text, kind, settled)
        if key in self.kept:
            return
        if len(self.kept) >= MAXIMUM_PATHS:
            self.beyond += 1
            return
        self.kept[key] = self._difference(node, kind, production, other, settled)

    def _difference(self, node: PathNode, kind: Kind, production: object, other: object, settled: bool) -> Difference:  # noqa: FBT001
        rule = node.rule if settled else None
        if rule is not None and isinstance(rule.action, Ignore):
            # an ignored value is counted and not kept: it is volatile, and there is one in nearly every response
            return node.ignored(kind)
        here = None if production is ABSENT else show(production, self.masking, secret=node.secret)
        there = None if other is ABSENT else show(other, self.masking, secret=node.secret)
        return Difference(node.text, kind, here, there, rule.name if rule is not None else None)

    def compared(self) -> Compared:
        """What was found, in an order that does not depend on that of the bodies."""
        ordered = sorted(self.kept.values(), key=lambda d: (d.path, d.kind, d.rule or ""))
        return Compared(self.mismatch, tuple(ordered), self.beyond)


def one_sided(node: PathNode, production: object, other: object, found: Findings) -> None:
    """Adds what only one of the two has; the other is ``ABSENT``."""
    kind = Kind.EXTRA if production is ABSENT else Kind.MISSING
    found.add(node, kind, production, other, settled=_presence_ignored(node))


def type_changed(node: PathNode, production: object, other: object, found: Findings) -> None:
    """Adds two values of which neither can be taken for the other."""
    found.add(node, Kind.TYPE_CHANGED, production, other, settled=_presence_ignored(node))


def _presence_ignored(node: PathNode) -> bool:
    return node.rule is not None and isinstance(node.rule.action, Ignore) and not node.rule.action.presence


def walk(node: PathNode, production: Any, other: Any, found: Findings) -> None:  # noqa: ANN401
    """Descends the branches that differ, without recursion: a hostile body may be deep."""
    todo = [(node, production, other)]
    while todo:
        here, one, another = todo.pop()
        action = here.rule.action if here.rule is not None else None
        if json_type(one) is not json_type(another):
            type_changed(here, one, another, found)
        elif isinstance(action, Ignore):
            found.add(here, Kind.VALUE_CHANGED, one, another, settled=True)
        elif isinstance(one, dict):
            todo.extend(_members(here, one, another, found))
        elif isinstance(one, list):
            todo.extend(_elements(here, one, another, found))
        else:
            near = isinstance(action, Tolerance) and _near(action, one, another)
            found.add(here, Kind.VALUE_CHANGED, one, another, settled=near)


def _members(node: PathNode, one: dict[str, Any], another: dict[str, Any], found: Findings) -> Iterator[_Branch]:
    for name, value in one.items():
        counterpart = another.get(name, ABSENT)
        # the most frequent case first: the same object, as small numbers, short texts and null often are
        if value is counterpart:
            continue
        if counterpart is ABSENT:
            one_sided(node.child(name), value, ABSENT, found)
        elif not same(value, counterpart):
            yield node.child(name), value, counterpart
    if len(one) != len(another) or one.keys() != another.keys():
        for name, value in another.items():
            if name not in one:
                one_sided(node.child(name), ABSENT, value, found)


def _elements(node: PathNode, one: list[Any], another: list[Any], found: Findings) -> Iterator[_Branch]:
    if len(one) == len(another) > 1 and bag(one) == bag(another):
        found.add(node, Kind.REORDERED, one, another)
        return
    child = node.child(EVERY)
    for value, counterpart in zip(one, another, strict=False):
        if not same(value, counterpart):
            yield child, value, counterpart
    for value in one[len(another) :]:
        one_sided(child, value, ABSENT, found)
    for value in another[len(one) :]:
        one_sided(child, ABSENT, value, found)


def _near(tolerance: Tolerance, one: object, another: object) -> bool:
    production, other = _exact(one), _exact(another)
    if production is None or other is None:
        return False
    relative = _decimal(tolerance.relative) * max(abs(production), abs(other))
    return abs(production - other) <= max(_decimal(tolerance.absolute), relative)


def _exact(value: object) -> Decimal | None:
    match value:
        case bool():
            return None
        case int() | float() | Decimal():
            return _decimal(value)
        case _:
            return None


def _decimal(value: float | Decimal) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(repr(value))
