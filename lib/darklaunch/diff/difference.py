"""Differences between two responses, and the outcomes of a comparison."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from darklaunch.diff.rules.remark import Remark
from darklaunch.diff.rules.severity import Severity


class Kind(str, Enum):
    """How the shadow differs from production at one path."""

    MISSING = "missing"
    EXTRA = "extra"
    TYPE_CHANGED = "type_changed"
    VALUE_CHANGED = "value_changed"
    REORDERED = "reordered"
    UNPARSABLE = "unparsable"
    UNDECODABLE = "undecodable"

    @property
    def severity(self) -> Severity:
        """The severity of this kind where no rule says otherwise."""
        return SEVERITIES[self]


SEVERITIES: Final[Mapping[Kind, Severity]] = {
    Kind.MISSING: Severity.HIGH,
    Kind.TYPE_CHANGED: Severity.HIGH,
    Kind.UNPARSABLE: Severity.HIGH,
    Kind.UNDECODABLE: Severity.HIGH,
    Kind.VALUE_CHANGED: Severity.MEDIUM,
    Kind.REORDERED: Severity.MEDIUM,
    Kind.EXTRA: Severity.LOW,
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One generalised path at which the other arm differs from production.

    Attributes:
        path: RFC 9535 text, array positions generalised, masked.
        kind: how it differs.
        production: the value there as JSON text, masked and cut; None where production has none.
        shadow: the same of the other arm.
        rule: the name of the rule that settled it; None means that it counts.
        severity: that of the kind, unless a rule says otherwise.
    """

    path: str
    kind: Kind
    production: str | None
    shadow: str | None
    rule: str | None
    severity: Severity


@dataclass(frozen=True, slots=True)
class VolatileValue:
    """A path at which a learned rule settled differences of one pair.

    Attributes:
        path: as of ``Difference``.
        numbers: how many of the differences are of two numbers.
        greater: how many more of these are greater in the other arm than less.
        production: a hash of production's value at the first of them.
        other: that of the other arm's.
        difference: the other arm's numbers less production's, their mean; None: there are none that doubles hold.
    """

    path: str
    numbers: int
    greater: int
    production: int = 0
    other: int = 0
    difference: float | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """Two responses that could be compared.

    Attributes:
        mismatch: some difference is settled by no rule.
        differences: one for each differing path and kind, sorted; at most ``MAXIMUM_PATHS`` of them.
        beyond: how many more paths differed than are listed.
        undecodable: production's body could be decoded and the other's could not.
        volatile: where learned rules settled something, by path.
        remarks: what else there is to say.
    """

    mismatch: bool
    differences: tuple[Difference, ...]
    beyond: int = 0
    undecodable: bool = False
    volatile: tuple[VolatileValue, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def counting(self) -> tuple[Difference, ...]:
        """The listed differences that no rule settles."""
        return tuple(difference for difference in self.differences if difference.rule is None)


@dataclass(frozen=True, slots=True)
class Incomparable:
    """Two responses of which neither, or not production's, can be read: neither a match nor a mismatch."""

    reason: str


Comparison: TypeAlias = Compared | Incomparable

MAXIMUM_PATHS: Final = 100
"""Differing paths of one pair that are listed; a body of 10,000 random keys must not fill the disk. Chosen by hand."""
