"""Actions that settle values, one class each; those for the elements of arrays stand in ``array_actions``."""

import math
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Final, Literal, TypeAlias

from typing_extensions import override

from darklaunch.diff.rules.action import Action, quoted
from darklaunch.diff.rules.comparators import Comparator, exact_number, near, soon, written_number
from darklaunch.diff.values.json_types import json_type
from darklaunch.diff.values.regex import check_regex, pair_matcher
from darklaunch.diff.values.shape import Shape
from darklaunch.diff.values.timestamps import read_timestamp
from darklaunch.errors import UsageError

Scalar: TypeAlias = str | int | float | bool | None


class Anything(Enum):
    """Stands for a side of an expected change that does not matter."""

    ANYTHING = "anything"


ANYTHING: Final = Anything.ANYTHING
Side: TypeAlias = Scalar | Literal[Anything.ANYTHING]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore(Action):
    """The value at the path, with all below it, does not count.

    Attributes:
        presence: whether presence and type count all the same.
    """

    digest_name: ClassVar[str] = "Ignore"
    ignores_values: ClassVar[bool] = True
    settles_subtrees: ClassVar[bool] = True
    presence: bool = True

    @property
    @override
    def ignores_presence(self) -> bool:
        return not self.presence

    @override
    def words(self) -> str:
        return "ignore" if self.presence else "ignore, presence too,"

    @override
    def any_comparator(self) -> Comparator | None:
        return None if self.presence else lambda _production, _other: True


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance(Action):
    """Numbers are equal when |p - s| <= max(absolute, relative * max(|p|, |s|)), as in ``math.isclose``.

    Raises:
        UsageError: a bound is below 0 or no number.
    """

    digest_name: ClassVar[str] = "Tolerance"
    absolute: float = 0.0
    relative: float = 0.0

    def __post_init__(self) -> None:
        if not all(bound >= 0 and math.isfinite(bound) for bound in (self.absolute, self.relative)):
            raise UsageError(f"tolerance: found {self.absolute} and {self.relative}, wanted numbers of at least 0")

    @override
    def words(self) -> str:
        return f"tolerate {self.absolute:g} or {self.relative:.3%} at"

    @override
    def scalar_comparator(self) -> Comparator:
        return near(self.absolute, self.relative)

    @override
    def is_unreadable(self, value: object) -> bool:
        return written_number(value) is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Within(Action):
    """Timestamps of one JSON type, however each is spelt, are equal when at most this far apart.

    Raises:
        UsageError: not a number of seconds above 0.
    """

    digest_name: ClassVar[str] = "Within"
    seconds: float

    def __post_init__(self) -> None:
        if not (self.seconds > 0 and math.isfinite(self.seconds)):
            raise UsageError(f"within: found {self.seconds} seconds, wanted a number above 0")

    @override
    def words(self) -> str:
        return f"within {self.seconds:g} s at"

    @override
    def scalar_comparator(self) -> Comparator:
        return soon(self.seconds)

    @override
    def is_unreadable(self, value: object) -> bool:
        return read_timestamp(value) is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches(Action):
    """Texts, and numbers as JSON text, are equal when all of each matches this regular expression (RE2 syntax).

    Raises:
        UsageError: this is no regular expression.
    """

    digest_name: ClassVar[str] = "Matches"
    regex: str

    def __post_init__(self) -> None:
        check_regex(self.regex)

    @override
    def words(self) -> str:
        return f"pattern {quoted(self.regex)} at"

    @override
    def scalar_comparator(self) -> Comparator:
        return pair_matcher(self.regex)


@dataclass(frozen=True, slots=True, kw_only=True)
class NormalisedText(Action):
    """Texts are equal when they are so without regard to case, or to whitespace, or both.

    Attributes:
        case: upper and lower case are one.
        whitespace: so are the amount and the place of whitespace between words, and at the ends.
        trim: whitespace at the ends does not count.

    Raises:
        UsageError: neither is asked for.
    """

    digest_name: ClassVar[str] = "NormalisedText"
    case: bool = False
    whitespace: bool = False
    trim: bool = False

    def __post_init__(self) -> None:
        if not (self.case or self.whitespace or self.trim):
            raise UsageError("text: found neither case nor whitespace, wanted at least one of them")

    @override
    def words(self) -> str:
        words = {"case": self.case, "whitespace": self.whitespace, "outer whitespace": self.trim}
        ignored = [word for word, is_ignored in words.items() if is_ignored]
        return f"text without {' and '.join(ignored)} at"

    @override
    def digest_fields(self) -> dict[str, object]:
        fields: dict[str, object] = {"case": self.case, "whitespace": self.whitespace}
        return {**fields, "trim": True} if self.trim else fields

    @override
    def normalised(self, text: str) -> str:
        spaced = " ".join(text.split()) if self.whitespace else text.strip() if self.trim else text
        return spaced.casefold() if self.case else spaced

    @override
    def scalar_comparator(self) -> Comparator:
        def equal(production: object, other: object) -> bool:
            both = isinstance(production, str) and isinstance(other, str)
            return both and self.normalised(str(production)) == self.normalised(str(other))

        return equal


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected(Action):
    """A wanted change from one scalar to another, whatever their types; numbers are taken by value.

    ``ANYTHING`` is any value, an object, an array and none at all included.

    Raises:
        UsageError: neither side is given.
    """

    digest_name: ClassVar[str] = "Expected"
    settles_subtrees: ClassVar[bool] = True
    production: Side = ANYTHING
    shadow: Side = ANYTHING

    def __post_init__(self) -> None:
        if self.production is ANYTHING and self.shadow is ANYTHING:
            raise UsageError("expected: found neither from nor to, wanted at least one of them")

    @override
    def words(self) -> str:
        production, shadow = (
            "anything" if side is ANYTHING else quoted(side) for side in (self.production, self.shadow)
        )
        return f"expect {production} -> {shadow} at"

    @override
    def digest_fields(self) -> dict[str, object]:
        sides = {"production": self.production, "shadow": self.shadow}
        return {name: "<Anything.ANYTHING: 'anything'>" if side is ANYTHING else side for name, side in sides.items()}

    @override
    def scalar_comparator(self) -> Comparator:
        return self.any_comparator()

    @override
    def any_comparator(self) -> Comparator:
        return lambda production, other: _is(production, self.production) and _is(other, self.shadow)


def _is(value: object, side: Side) -> bool:
    if side is ANYTHING:
        return True
    number = exact_number(side)
    if number is not None:
        return exact_number(value) == number
    return value == side and json_type(value) is json_type(side)


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned(Action):
    """Values are equal when both have the shape that the baseline arm taught; presence and type still count."""

    digest_name: ClassVar[str] = "Learned"
    shape: Shape

    @override
    def words(self) -> str:
        return f"learned {self.shape.description()} at"

    @override
    def scalar_comparator(self) -> Comparator:
        return lambda production, other: self.shape.accepts(production) and self.shape.accepts(other)
