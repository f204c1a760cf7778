"""Correspondence of the elements of two arrays whose order does not count."""

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby, pairwise, repeat
from typing import Final, Protocol, TypeAlias

from darklaunch.diff.rule_index import PathNode
from darklaunch.diff.rules.action import Action
from darklaunch.diff.rules.comparators import written_number
from darklaunch.diff.values.equality import canonical_bytes
from darklaunch.diff.values.json_path import ANY_INDEX
from darklaunch.diff.values.json_types import json_type
from darklaunch.diff.values.matching import grow_matching
from darklaunch.diff.values.timestamps import read_timestamp

_Match: TypeAlias = tuple[int, int]
"""A position in production's array, and that of its counterpart in the other."""

_Loose: TypeAlias = list[tuple[int, Decimal | str]]
_Mark: TypeAlias = tuple[bytes, _Loose, bytes]
"""An element as what rules below can't settle, then as what they can, then as a whole."""

_ANYTHING: Final = b"*"
"""Stands for what a rule may settle whatever its type."""


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


class TriedEnoughError(Exception):
    """No more elements of arrays may be tried against each other in this comparison."""


class Settlement(Protocol):
    """Says whether rules settle all that two elements differ in."""

    def settles(self, node: PathNode, production: object, other: object) -> bool:
        """Whether rules at and below a path settle all differences of two values.

        Raises:
            TriedEnoughError: it was asked too often.
        """


def arrange(
    node: PathNode, action: Action, production: list[object], other: list[object], settlement: Settlement
) -> Arrangement | None:
    """Matches the elements of two arrays as the action of their path says.

    Elements with the same key belong together. Where the action pairs the rest as well (a multiset), as many as there
    can be are matched that rules settle against each other, which is an assignment problem; then what is left, in the
    order of its text, so that it can be told how it differs. Above a size the assignment is cut short: what it did not
    come to is taken by that order, so that differences may be reported which another order would settle.

    Returns:
        None where no key tells the elements apart.
    """
    production_keys, other_keys = action.element_keys(production), action.element_keys(other)
    if production_keys is None or other_keys is None:
        return None
    matches = _in_common(enumerate(production_keys), enumerate(other_keys))
    if action.pairs_rest and len(matches) < min(len(production), len(other)):
        matches = _Assignment(node.child(ANY_INDEX), production, other, settlement).alike(matches)
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


@dataclass(slots=True)
class _Assignment:
    """The search for elements that rules settle against each other, as many as there can be."""

    node: PathNode
    production: list[object]
    other: list[object]
    settlement: Settlement
    _fitting: dict[_Match, bool] = field(default_factory=dict)

    def alike(self, matches: list[_Match]) -> list[_Match]:
        """Matches elements that rules settle, then what is left by how much of it they can't, then by order of text.

        Args:
            matches: of equal elements, which give up their counterpart where another one needs it.
        """
        matched = dict(matches)
        marks = [_marks(self.node, arm, rest) for arm, rest in self._left(matched)]
        if self.node.is_open and all(marks):
            with suppress(TriedEnoughError):
                for candidates, others in _groups(*marks):
                    pairs = zip(candidates, others, strict=False)
                    matched.update((position, other) for position, other in pairs if self._fits(position, other))
                self._augment(matched, marks)
        production_marks, other_marks = (
            [mark for mark in of_arm if mark[1] in rest]
            for of_arm, rest in zip(marks, (set(rest) for _, rest in self._left(matched)), strict=True)
        )
        matches = [*matched.items(), *_in_common(_fixed_parts(production_marks), _fixed_parts(other_marks))]
        matched_of = [{match[arm] for match in matches} for arm in (0, 1)]
        left = (
            [at for _, at in of_arm if at not in matched_of[arm]]
            for arm, of_arm in enumerate((production_marks, other_marks))
        )
        return matches + list(zip(*left, strict=False))

    def _left(self, matched: dict[int, int]) -> tuple[tuple[list[object], list[int]], tuple[list[object], list[int]]]:
        matches = list(matched.items())
        return (
            (self.production, _unmatched(self.production, matches, 0)),
            (self.other, _unmatched(self.other, matches, 1)),
        )

    def _augment(self, matched: dict[int, int], marks: list[list[tuple[_Mark, int]]]) -> None:
        used = set(matched.values())
        groups = [
            (left, others)
            for candidates, others in _groups(*marks)
            if (left := [position for position in candidates if position not in matched])
            and not used.issuperset(others)
        ]
        if not groups:
            return
        fixed = {at: mark[0] for mark, at in marks[1]}
        # what was equal and found its counterpart may have to give it up
        parts = {at: _fixed(self.node, self.other[at], []) for at in used if at not in fixed}
        for left, others in groups:
            part = fixed[others[0]]
            reachable = [*others, *(at for at, of_equal in parts.items() if of_equal == part)]
            grow_matching(matched, left, reachable, self._fits)

    def _fits(self, position: int, other: int) -> bool:
        """Whether rules settle two elements; raises TriedEnoughError where nothing more may be tried."""
        fits = self._fitting.get((position, other))
        if fits is None:
            fits = self.settlement.settles(self.node, self.production[position], self.other[other])
            self._fitting[position, other] = fits
        return fits


def _groups(
    production: list[tuple[_Mark, int]], other: list[tuple[_Mark, int]]
) -> Iterator[tuple[list[int], list[int]]]:
    """The positions of both whose elements are the same but for what rules may settle, in the order of their marks."""
    others: defaultdict[bytes, list[int]] = defaultdict(list)
    for (fixed, _, _), position in other:
        others[fixed].append(position)
    for fixed, group in groupby(production, key=lambda marked: marked[0][0]):
        if fixed in others:
            yield [position for _, position in group], others[fixed]


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
    if node.any_comparator is not None:
        return _ANYTHING
    if isinstance(value, dict) and not node.ignores:
        children = [child for name in sorted(value) if (child := node.child(name)).any_comparator is None]
        names = [child.path[-1] for child in children]
        # with map a level costs one frame, with a comprehension two
        below = map(_fixed, children, map(value.get, names), repeat(loose))
        return b"{%s}" % b",".join(map(b"%s:%s".__mod__, zip(map(canonical_bytes, names), below, strict=True)))
    if isinstance(value, list) and not node.ignores:
        child = node.child(ANY_INDEX)
        if child.any_comparator is not None:
            return b"[%s]" % _ANYTHING
        elements = map(_fixed, repeat(child), value, repeat(loose))
        return b"[%s]" % b",".join(sorted(elements) if node.arranging else elements)
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
    moment, number = read_timestamp(value), written_number(value)
    if moment is not None:
        return 0, moment.seconds
    return (1, number) if number is not None else (2, str(value))
