"""Correspondence of the elements of two arrays whose order does not count."""

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, repeat
from typing import TypeAlias

from darklaunch.diff.rule_index import PathNode
from darklaunch.diff.rules.comparators import exact_number
from darklaunch.diff.values.equality import canonical_bytes
from darklaunch.diff.values.json_path import ANY_INDEX
from darklaunch.diff.values.json_types import json_type
from darklaunch.diff.values.timestamps import read_timestamp

_Match: TypeAlias = tuple[int, int]
"""A position in production's array, and that of its counterpart in the other."""

_Loose: TypeAlias = list[tuple[int, Decimal | str]]
_Mark: TypeAlias = tuple[bytes, _Loose, bytes]
"""An element as what rules below can't settle, then as what they can, then as a whole."""


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
    pairs: list[tuple[object, object]]
    missing: list[object]
    extra: list[object]


def arrange(node: PathNode, production: list[object], other: list[object]) -> Arrangement | None:
    """Matches the elements of two arrays as the action of their path says.

    Elements with the same key belong together. Where the action pairs the rest as well (a multiset), so do those that
    are equal but for what rules below may settle; then what is left, in the order of its text, so that it can be told
    how it differs.

    Returns:
        None where no key tells the elements apart.
    """
    if node.action is None:
        return None
    production_keys, other_keys = node.action.element_keys(production), node.action.element_keys(other)
    if production_keys is None or other_keys is None:
        return None
    matches = _in_common(enumerate(production_keys), enumerate(other_keys))
    if node.action.pairs_rest:
        rest = (_unmatched(production, matches, 0), _unmatched(other, matches, 1))
        if all(rest):
            matches += _alike(node.child(ANY_INDEX), production, other, *rest)
    return _arrangement(production, other, matches)


def _arrangement(production: list[object], other: list[object], matches: list[_Match]) -> Arrangement:
    matches.sort()
    order = [counterpart for _, counterpart in matches]
    return Arrangement(
        moved=any(later < earlier for earlier, later in pairwise(order)),
        pairs=[(production[position], other[counterpart]) for position, counterpart in matches],
        missing=[production[position] for position in _unmatched(production, matches, 0)],
        extra=[other[position] for position in _unmatched(other, matches, 1)],
    )


def _unmatched(elements: list[object], matches: list[_Match], arm: int) -> list[int]:
    matched = {match[arm] for match in matches}
    return [position for position in range(len(elements)) if position not in matched]


def _in_common(production: Iterable[tuple[int, Hashable]], other: Iterable[tuple[int, Hashable]]) -> list[_Match]:
    """Matches positions with the same key, the first with the first."""
    positions: defaultdict[Hashable, deque[int]] = defaultdict(deque)
    for position, key in other:
        positions[key].append(position)
    return [(position, positions[key].popleft()) for position, key in production if positions.get(key)]


def _alike(
    node: PathNode, production: list[object], other: list[object], production_rest: list[int], other_rest: list[int]
) -> list[_Match]:
    """Matches what no element equals: first those that differ only in what rules may settle, then by order of text."""
    if len(production_rest) == len(other_rest) == 1:
        return [(production_rest[0], other_rest[0])]
    production_marks, other_marks = _marks(node, production, production_rest), _marks(node, other, other_rest)
    matches = _in_common(_fixed_parts(production_marks), _fixed_parts(other_marks))
    matched, counterparts = {match[0] for match in matches}, {match[1] for match in matches}
    return matches + list(
        zip(
            [position for _, position in production_marks if position not in matched],
            [position for _, position in other_marks if position not in counterparts],
            strict=False,
        )
    )


def _fixed_parts(marks: Sequence[tuple[_Mark, int]]) -> Iterable[tuple[int, bytes]]:
    return ((position, fixed) for (fixed, _, _), position in marks)


def _marks(node: PathNode, elements: list[object], positions: list[int]) -> list[tuple[_Mark, int]]:
    """Positions in the order of their elements' marks."""
    marks = []
    for position in positions:
        loose: _Loose = []
        fixed = _fixed(node, elements[position], loose)
        marks.append(((fixed, loose, canonical_bytes(elements[position])), position))
    return sorted(marks)


def _fixed(node: PathNode, value: object, loose: _Loose) -> bytes:
    """The text of what no rule at or below a value's path settles; the scalars that one may go to ``loose``.

    It grows from the leaves: to read an array's elements again for their order would take cubic time in a deep tree.
    """
    if not node.is_open:
        return canonical_bytes(value)
    if isinstance(value, dict) and not node.ignores:
        children = [child for name in sorted(value) if not (child := node.child(name)).ignores_presence]
        names = [child.path[-1] for child in children]
        # with map a level costs one frame, with a comprehension two
        below = map(_fixed, children, map(value.get, names), repeat(loose))
        return b"{%s}" % b",".join(map(b"%s:%s".__mod__, zip(map(canonical_bytes, names), below, strict=True)))
    if isinstance(value, list) and not node.ignores:
        elements = map(_fixed, repeat(node.child(ANY_INDEX)), value, repeat(loose))
        return b"[%s]" % b",".join(sorted(elements) if node.arranges else elements)
    return _fixed_scalar(node, value, loose)


def _fixed_scalar(node: PathNode, value: object, loose: _Loose) -> bytes:
    if isinstance(value, str) and node.action is not None:
        text = node.action.normalised(value)
        if text is not None:
            return canonical_bytes({"": text})
    if node.scalar_comparator is None and not node.ignores:
        return canonical_bytes(value)
    if not node.ignores:
        loose.append(_rank(value))
    return canonical_bytes({"": json_type(value).value})


def _rank(value: object) -> tuple[int, Decimal | str]:
    """The place of a scalar among others: moments and numbers by size, the rest by text."""
    moment, number = read_timestamp(value), exact_number(value)
    if moment is not None:
        return 0, moment.seconds
    return (1, number) if number is not None else (2, str(value))
