"""Remarks of a comparison beside its differences: why a rule did not settle one, and what was unwrapped."""

from enum import Enum
from typing import NamedTuple


class RemarkKind(str, Enum):
    """What there is to say of one comparison."""

    NO_KEY = "no_key"
    UNREADABLE = "unreadable"
    BEYOND = "beyond"
    OTHER_KIND = "other_kind"
    UNFRAMED = "unframed"


class Remark(NamedTuple):
    """A remark on a rule, by its name; empty: on the bodies."""

    rule: str
    kind: RemarkKind
