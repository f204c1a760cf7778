"""What a rule can do where it holds: a closed union."""

import math
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal, TypeAlias

from darklaunch.diff.values.regex import check_regex
from darklaunch.diff.values.shape import Shape
from darklaunch.errors import UsageError

Scalar: TypeAlias = str | int | float | bool | None


class Anything(Enum):
    """Stands for a side of an expected change that does not matter."""

    ANYTHING = "anything"


ANYTHING: Final = Anything.ANYTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore:
    """The value at the path, with all below it, does not count; presence and type still do unless told."""

    presence: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """Numbers are equal when |p - s| <= max(absolute, relative * max(|p|, |s|)), as in ``math.isclose``.

    Raises:
        UsageError: a bound is below 0 or no number.
    """

    absolute: float = 0.0
    relative: float = 0.0

    def __post_init__(self) -> None:
        if not all(bound >= 0 and math.isfinite(bound) for bound in (self.absolute, self.relative)):
            raise UsageError(f"tolerance: found {self.absolute} and {self.relative}, wanted numbers of at least 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """Timestamps of one JSON type, however each is spelt, are equal when at most this far apart.

    Raises:
        UsageError: not a number of seconds above 0.
    """

    seconds: float

    def __post_init__(self) -> None:
        if not (self.seconds > 0 and math.isfinite(self.seconds)):
            raise UsageError(f"within: found {self.seconds} seconds, wanted a number above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unordered:
    """An array is a multiset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """Elements of an array are matched by this member, then compared.

    Where an element has no such member, or one that is no scalar, or two elements of one side share its value,
    the array is compared by position as if there were no rule.

    Raises:
        UsageError: the member has no name.
    """

    member: str

    def __post_init__(self) -> None:
        if not self.member:
            raise UsageError("key: found an empty name, wanted that of the member that tells elements apart")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """Texts, and numbers as JSON text, are equal when all of each matches this regular expression (RE2 syntax).

    Raises:
        UsageError: this is no regular expression.
    """

    regex: str

    def __post_init__(self) -> None:
        check_regex(self.regex)


@dataclass(frozen=True, slots=True, kw_only=True)
class NormalisedText:
    """Texts are equal when they are so without regard to case, or to the amount and place of whitespace, or both.

    Raises:
        UsageError: neither is asked for.
    """

    case: bool = False
    whitespace: bool = False

    def __post_init__(self) -> None:
        if not (self.case or self.whitespace):
            raise UsageError("text: found neither case nor whitespace, wanted at least one of them")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A wanted change from one scalar to another, whatever their types; numbers are taken by value.

    ``ANYTHING`` is any value, an object, an array and none at all included.

    Raises:
        UsageError: neither side is given.
    """

    production: Scalar | Literal[Anything.ANYTHING] = ANYTHING
    shadow: Scalar | Literal[Anything.ANYTHING] = ANYTHING

    def __post_init__(self) -> None:
        if self.production is ANYTHING and self.shadow is ANYTHING:
            raise UsageError("expected: found neither from nor to, wanted at least one of them")


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """Values are equal when both have the shape that the baseline arm taught; presence and type still count."""

    shape: Shape


Action: TypeAlias = Ignore | Tolerance | Within | Unordered | Key | Matches | NormalisedText | Expected | Learned
