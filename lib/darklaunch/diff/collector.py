"""Collects the differences of one comparison: the first example of each path and kind, and what settled it."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from hashlib import blake2b
from math import isfinite, nan
from typing import Final

from darklaunch.diff.difference import MAXIMUM_PATHS, SEVERITIES, Compared, Difference, Kind, VolatileValue
from darklaunch.diff.privacy.masking import Masking, masked_value
from darklaunch.diff.rule_index import PathNode
from darklaunch.diff.rules.remark import Remark, RemarkKind
from darklaunch.diff.rules.severity import Severity

_NUMBERS: Final = (int, float, Decimal)

MAXIMUM_TRIES: Final = 20_000
"""Elements of arrays that are tried against each other in one comparison, large ones more than once each: some 140 by
140 that differ in what rules may settle. Takes some tenths of a second; chosen by hand."""

ABSENT: Final = object()
"""Stands where one of two arms has no value, which is not null."""


@dataclass(slots=True)
class DifferenceCollector:
    """Collects differences, at most ``MAXIMUM_PATHS`` of them.

    Attributes:
        masking: what must not be shown in the clear.
        mismatch: some difference is settled by no rule.
        beyond: how many more were met than are kept.
        undecodable: the other's body could not be decoded.
        kept: by masked path, kind and whether a rule settled it.
        volatile: by masked path, differences that a learned rule settled: how many of them are of numbers, how many
            more of these are greater in the other arm than less, hashes of the two first values, and the sum of the
            other arm's numbers less production's.
        remarks: what else there is to say.
        tries_left: how often elements of arrays may still be tried against each other.
    """

    masking: Masking
    mismatch: bool = False
    beyond: int = 0
    undecodable: bool = False
    kept: dict[tuple[str, Kind, bool], Difference] = field(default_factory=dict)
    volatile: dict[str, tuple[int, int, int, int, float]] = field(default_factory=dict)
    remarks: set[Remark] = field(default_factory=set)
    tries_left: int = MAXIMUM_TRIES

    def add(self, node: PathNode, kind: Kind, production: object, other: object, *, settled: bool = False) -> None:
        """Adds one difference; ``settled`` by the rule of its path, or counting."""
        self.undecodable |= kind is Kind.UNDECODABLE
        if not settled:
            self.mismatch = True
            if node.rule is not None:
                self._doubt(node, kind, production, other)
        elif node.ignores:
            self.ignore(node, kind)
            return
        elif node.learned:
            self._watch(node, production, other)
        key = (node.seen(self.masking).text, kind, settled)
        kept = self.kept
        if key in kept:
            return
        if len(kept) >= MAXIMUM_PATHS:
            self.beyond += 1
        else:
            kept[key] = self._difference(node, kind, production, other, settled=settled)

    def _doubt(self, node: PathNode, kind: Kind, production: object, other: object) -> None:
        """Remarks why the rule of a path did not settle a difference."""
        if node.rule is None or node.rule.action is None or kind is Kind.REORDERED:
            return
        remark = RemarkKind.OTHER_KIND
        if kind is Kind.VALUE_CHANGED:
            unreadable = any(map(node.rule.action.is_unreadable, (production, other)))
            remark = RemarkKind.UNREADABLE if unreadable else RemarkKind.BEYOND
        self.remarks.add(Remark(node.rule.name, remark))

    def ignore(self, node: PathNode, kind: Kind) -> None:
        """Adds a difference that an ignore rule settles, without its values: they are volatile, and there are many."""
        key, difference = node.ignored(kind, self.masking)
        if len(self.kept) < MAXIMUM_PATHS:
            self.kept.setdefault(key, difference)
        elif key not in self.kept:
            self.beyond += 1

    def _watch(self, node: PathNode, production: object, other: object) -> None:
        path = node.seen(self.masking).text
        first = _hash(production), _hash(other)
        numbers, greater, *hashes, total = self.volatile.get(path, (0, 0, *first, 0.0))
        if isinstance(production, _NUMBERS) and isinstance(other, _NUMBERS):
            numbers, greater = numbers + 1, greater + (other > production) - (other < production)
            total += _difference_of(production, other)
        self.volatile[path] = (numbers, greater, hashes[0], hashes[1], total)

    def _difference(
        self, node: PathNode, kind: Kind, production: object, other: object, *, settled: bool
    ) -> Difference:
        path = node.seen(self.masking)
        production_text = None if production is ABSENT else masked_value(production, self.masking, secret=path.secret)
        other_text = None if other is ABSENT else masked_value(other, self.masking, secret=path.secret)
        rule = node.rule.name if settled and node.rule is not None else None
        return Difference(path.text, kind, production_text, other_text, rule, node.severity or SEVERITIES[kind])

    def raise_severity(self, node: PathNode, kind: Kind) -> None:
        """Raises an unsettled difference to HIGH, unless a rule says how bad it is."""
        key = (node.seen(self.masking).text, kind, False)
        if node.severity is None and key in self.kept:
            self.kept[key] = replace(self.kept[key], severity=Severity.HIGH)

    def compared(self) -> Compared:
        """The differences, in an order that does not depend on that of the bodies."""
        kept = self.kept
        ordered = [kept[key] for key in sorted(kept)] if len(kept) > 1 else kept.values()
        volatile = tuple(_volatile(path, *counts) for path, counts in sorted(self.volatile.items()))
        remarks = tuple(sorted(self.remarks)) if self.remarks else ()
        return Compared(self.mismatch, tuple(ordered), self.beyond, self.undecodable, volatile, remarks)


def _volatile(path: str, numbers: int, greater: int, production: int, other: int, total: float) -> VolatileValue:
    difference = total / numbers if numbers and isfinite(total) else None
    return VolatileValue(path, numbers, greater, production, other, difference)


def _difference_of(production: float | Decimal, other: float | Decimal) -> float:
    """The other number less production's; no number where doubles don't hold them."""
    try:
        return float(other) - float(production)
    except OverflowError:
        return nan


def _hash(value: object) -> int:
    """The same in every process, so that counts of different values add up."""
    return int.from_bytes(blake2b(str(value).encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def one_sided(node: PathNode, production: object, other: object, collector: DifferenceCollector) -> None:
    """Adds what only one of the two has; the other is ``ABSENT``."""
    kind = Kind.EXTRA if production is ABSENT else Kind.MISSING
    collector.add(node, kind, production, other, settled=_any_settled(node, production, other))


def type_changed(node: PathNode, production: object, other: object, collector: DifferenceCollector) -> None:
    """Adds two values of different JSON types."""
    collector.add(node, Kind.TYPE_CHANGED, production, other, settled=_any_settled(node, production, other))


def value_changed(node: PathNode, production: object, other: object, collector: DifferenceCollector) -> None:
    """Adds two differing scalars of one JSON type."""
    collector.add(node, Kind.VALUE_CHANGED, production, other, settled=scalars_settled(node, production, other))


def scalars_settled(node: PathNode, production: object, other: object) -> bool:
    """Whether the rule of a path settles two differing scalars of one JSON type."""
    return node.scalar_comparator(production, other) if node.scalar_comparator is not None else node.ignores


def _any_settled(node: PathNode, production: object, other: object) -> bool:
    return node.any_comparator is not None and node.any_comparator(production, other)
