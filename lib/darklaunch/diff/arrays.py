"""Which elements of two arrays belong together where their order does not count."""

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, repeat
from typing import Any, TypeAlias

from darklaunch.diff.rule_index import PathNode
from darklaunch.diff.rules.actions import Key, NormalisedText
from darklaunch.diff.rules.comparators import exact, normal
from darklaunch.diff.values.equality import canonical_bytes
from darklaunch.diff.values.json_path import ANY_INDEX
from darklaunch.diff.values.json_types import json_type
from darklaunch.diff.values.timestamps import read_timestamp

_Match: TypeAlias = tuple[int, int]
_Loose: TypeAlias = list[tuple[int, Decimal | str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """Elements that belong together, and those that stand alone.

    Attributes:
        moved: some stand in another order than in production.
        pairs: those of both arrays, production's first; they may differ.
        missing: those of production alone.
        extra: those of the other arm alone.
    """

    moved: bool
    pairs: list[tuple[Any, Any]]
    missing: list[Any]
    extra: list[Any]


def arrange(node: PathNode, one: list[Any], another: list[Any]) -> Arrangement | None:
    """Matches the elements of two arrays as the rule of their path says.

    By ``Key``, elements with the same member belong together. As a multiset, equal elements do; then those that are
    equal but for what rules below may settle; then what is left, in the order of its text, so that it can be told how
    it differs.

    Returns:
        None where a key does not tell the elements apart.
    """
    if isinstance(node.action, Key):
        names = [_keys(node.action.member, elements) for elements in (one, another)]
        if None in names:
            return None
        return _arrangement(one, another, _in_common(*(enumerate(each or ()) for each in names)))
    matched = _in_common(*(enumerate(map(canonical_bytes, elements)) for elements in (one, another)))
    left = [_unmatched(elements, matched, side) for side, elements in enumerate((one, another))]
    if all(left):
        matched += _alike(node.child(ANY_INDEX), one, another, left)
    return _arrangement(one, another, matched)


def _arrangement(one: list[Any], another: list[Any], matched: list[_Match]) -> Arrangement:
    matched.sort()
    order = [other for _, other in matched]
    return Arrangement(
        moved=any(later < earlier for earlier, later in pairwise(order)),
        pairs=[(one[at], another[other]) for at, other in matched],
        missing=[one[at] for at in _unmatched(one, matched, 0)],
        extra=[another[at] for at in _unmatched(another, matched, 1)],
    )


def _unmatched(elements: list[Any], matched: list[_Match], side: int) -> list[int]:
    taken = {match[side] for match in matched}
    return [at for at in range(len(elements)) if at not in taken]


def _in_common(one: Iterable[tuple[int, Hashable]], another: Iterable[tuple[int, Hashable]]) -> list[_Match]:
    """Pairs of positions with the same mark, the first with the first."""
    places: defaultdict[Hashable, deque[int]] = defaultdict(deque)
    for at, mark in another:
        places[mark].append(at)
    return [(at, places[mark].popleft()) for at, mark in one if places.get(mark)]


def _keys(member: str, elements: list[Any]) -> list[Hashable] | None:
    """The key of each element; None where one has none or two have the same."""
    keys: list[Hashable] = []
    for element in elements:
        value = element.get(member) if isinstance(element, dict) else None
        if not isinstance(value, str | int | float | Decimal):
            return None
        keys.append((json_type(value), value))
    return keys if len(set(keys)) == len(keys) else None


def _alike(node: PathNode, one: list[Any], another: list[Any], left: list[list[int]]) -> list[_Match]:
    """Pairs what no element equals: first those that differ only in what rules may settle, then by order of text."""
    if len(left[0]) == len(left[1]) == 1:
        return [(left[0][0], left[1][0])]
    marks = [_marks(node, elements, places) for elements, places in zip((one, another), left, strict=True)]
    matched = _in_common(*(((at, mark[0]) for mark, at in each) for each in marks))
    rest = [[at for _, at in each if at not in {match[side] for match in matched}] for side, each in enumerate(marks)]
    return matched + list(zip(*rest, strict=False))


def _marks(node: PathNode, elements: list[Any], places: list[int]) -> list[tuple[tuple[bytes, _Loose, bytes], int]]:
    """Positions in the order of what rules below can't settle, then of what they can, then of all."""
    marks = []
    for at in places:
        loose: _Loose = []
        fixed = _fixed(node, elements[at], loose)
        marks.append(((fixed, loose, canonical_bytes(elements[at])), at))
    return sorted(marks)


def _fixed(node: PathNode, value: Any, loose: _Loose) -> bytes:  # noqa: ANN401 - any JSON value
    """The text of what no rule at or below a value's path settles; the scalars that one may go to ``loose``.

    It grows from the leaves: to read an array's elements again for their order would take cubic time in a deep tree.
    """
    if not node.is_open:
        return canonical_bytes(value)
    if isinstance(value, dict) and not node.ignores:
        children = [child for name in sorted(value) if not (child := node.child(name)).blind]
        names = [child.path[-1] for child in children]
        # with map a level costs one frame, with a comprehension two
        below = map(_fixed, children, map(value.get, names), repeat(loose))
        return b"{%s}" % b",".join(map(b"%s:%s".__mod__, zip(map(canonical_bytes, names), below, strict=True)))
    if isinstance(value, list) and not node.ignores:
        elements = map(_fixed, repeat(node.child(ANY_INDEX)), value, repeat(loose))
        return b"[%s]" % b",".join(sorted(elements) if node.arranges else elements)
    return _fixed_scalar(node, value, loose)


def _fixed_scalar(node: PathNode, value: Any, loose: _Loose) -> bytes:  # noqa: ANN401 - a scalar, or what is ignored
    if isinstance(node.action, NormalisedText) and isinstance(value, str):
        return canonical_bytes({"": normal(node.action, value)})
    if node.settles is None and node.expected is None and not node.ignores:
        return canonical_bytes(value)
    if not node.ignores:
        loose.append(_place(value))
    return canonical_bytes({"": json_type(value).value})


def _place(value: object) -> tuple[int, Decimal | str]:
    """Where a scalar stands among others: moments and numbers by size, the rest by text."""
    moment, number = read_timestamp(value), exact(value)
    if moment is not None:
        return 0, moment.seconds
    return (1, number) if number is not None else (2, str(value))
