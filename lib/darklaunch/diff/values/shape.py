"""Shape of a volatile path: type, length, character classes and range of the values that were seen there."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from enum import IntFlag
from typing import Any, Final, TypeVar

from darklaunch.diff.values.character_class import (
    MAXIMUM_INSPECTED,
    CharacterClass,
    character_classes,
    describe_classes,
)
from darklaunch.diff.values.json_text import Constant
from darklaunch.diff.values.json_types import LARGEST_DOUBLE, ShapeType, is_integer, saturated_double, shape_type
from darklaunch.diff.values.timestamps import TimestampFormat, infer_timestamp

_Number = TypeVar("_Number", int, float)

YEAR_DAYS: Final = 366
NO_CHARACTERS: Final = CharacterClass(0)
NO_FORMATS: Final = TimestampFormat(0)
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Properties that all values at a path share; merging two shapes gives the narrowest one that accepts both.

    No single value can be read from it: ranges are rounded outwards to two digits, timestamps to days.
    Names of the attributes are keys of files on disk.

    Attributes:
        types: JSON types seen.
        uuid: every text was a UUID.
        moment: every value was a timestamp.
        characters: classes of characters of the texts, in their first ``MAXIMUM_INSPECTED`` characters.
        shortest: characters of the shortest text, at most ``MAXIMUM_INSPECTED``; None: no text.
        longest: of the longest text; ``MAXIMUM_INSPECTED`` means so long or longer.
        low: the least number seen, rounded outwards; None: no number.
        high: the greatest.
        whole: every number was an integer.
        forms: formats of the timestamps.
        first_day: days from 1970-01-01 to the earliest timestamp; None: no timestamp.
        last_day: to the latest.

    Raises:
        ValueError: no type, or a range that is half given or upside down.
    """

    types: ShapeType
    uuid: bool = False
    moment: bool = False
    characters: CharacterClass = NO_CHARACTERS
    shortest: int | None = None
    longest: int | None = None
    low: float | None = None
    high: float | None = None
    whole: bool = False
    forms: TimestampFormat = NO_FORMATS
    first_day: int | None = None
    last_day: int | None = None

    def __post_init__(self) -> None:
        if not self.types:
            raise ValueError("types is empty; a shape is that of at least one value")
        for low, high in ((self.shortest, self.longest), (self.low, self.high), (self.first_day, self.last_day)):
            if (low is None) is not (high is None) or (low is not None and high is not None and low > high):
                raise ValueError(f"a range from {low} to {high}; give both ends, the lower one first")

    @property
    def kind(self) -> str:
        """uuid, timestamp, number, token, text, boolean, null, structure or mixed."""
        if self.moment:
            return "timestamp"
        match self.types:
            case ShapeType.TEXT:
                token = "text" if self.characters & CharacterClass.OTHER else "token"
                return "uuid" if self.uuid else token
            case ShapeType.NULL | ShapeType.BOOLEAN | ShapeType.NUMBER | ShapeType.STRUCTURE as kind:
                return str(kind.name).lower()
            case _:
                return "mixed"

    def merged(self, other: "Shape") -> "Shape":
        """The narrowest shape that accepts what either accepts."""
        return Shape(
            types=self.types | other.types,
            uuid=_all_of_type(self, other, "uuid", ShapeType.TEXT),
            moment=self.moment and other.moment,
            characters=self.characters | other.characters,
            shortest=_least(self.shortest, other.shortest),
            longest=_greatest(self.longest, other.longest),
            low=_least(self.low, other.low),
            high=_greatest(self.high, other.high),
            whole=_all_of_type(self, other, "whole", ShapeType.NUMBER),
            forms=self.forms | other.forms,
            first_day=_least(self.first_day, other.first_day),
            last_day=_greatest(self.last_day, other.last_day),
        )

    def accepts(self, value: object) -> bool:
        """Whether a JSON value has this shape.

        Learning sees one stretch of time, so ranges are taken wider: a range of numbers or lengths by its own width on
        each side, integers up to ten times the greatest (they are often counters), timestamps by at least a year. Zero
        is not crossed and an empty text not accepted unless it was seen.
        """
        kind = shape_type(value)
        if not kind & self.types:
            return False
        if self.moment:
            return self._accepts_timestamp(value)
        match value:
            case str():
                return self._accepts_text(value)
            case int() | float() | Decimal() | Constant() if kind is ShapeType.NUMBER:
                return self._accepts_number(value)
            case _:
                return True

    def _accepts_timestamp(self, value: object) -> bool:
        timestamp = infer_timestamp(value)
        if timestamp is None or timestamp.format & ~self.forms or self.first_day is None or self.last_day is None:
            return False
        margin_days = max(YEAR_DAYS, self.last_day - self.first_day)
        return self.first_day - margin_days <= timestamp.day <= self.last_day + margin_days

    def _accepts_text(self, text: str) -> bool:
        if self.shortest is None or self.longest is None:
            return False
        if self.uuid and not is_uuid(text):
            return False
        margin = self.longest - self.shortest + (self.characters is CharacterClass.DIGITS)
        shortest = max(self.shortest - margin, min(self.shortest, 1))
        if not shortest <= min(len(text), MAXIMUM_INSPECTED) <= self.longest + margin:
            return False
        return bool(self.characters & CharacterClass.OTHER) or not character_classes(text) & ~self.characters

    def _accepts_number(self, value: float | Decimal | Constant) -> bool:
        limits = self.limits
        if limits is None or (self.whole and not is_integer(value)):
            return False
        if isinstance(value, Constant):
            return limits == (-LARGEST_DOUBLE, LARGEST_DOUBLE)
        return limits[0] <= saturated_double(value) <= limits[1]

    @property
    def limits(self) -> tuple[float, float] | None:
        """The widened range of numbers that have this shape; None: no number has."""
        if self.low is None or self.high is None:
            return None
        width = self.high - self.low
        low, high = self.low - width, self.high + width
        low = max(low, 0.0) if self.low >= 0 else low
        high = min(high, 0.0) if self.high <= 0 else max(high, 10 * self.high if self.whole else 0.0)
        return max(low, -LARGEST_DOUBLE), min(high, LARGEST_DOUBLE)

    def description(self) -> str:
        """The shape in a few words: ``a token of 0-9 a-f, 32 characters``."""
        match self.kind:
            case "timestamp":
                days = (date(1970, 1, 1) + timedelta(days=day) for day in (self.first_day or 0, self.last_day or 0))
                text = "a timestamp, " + " to ".join(dict.fromkeys(day.isoformat() for day in days))
            case "uuid":
                text = "a UUID"
            case "number":
                text = ("an integer" if self.whole else "a number") + self._range()
            case "token":
                text = f"a token of {describe_classes(self.characters)}, {self._length()}"
            case "text":
                text = f"a text, {self._length()}"
            case "structure":
                text = "an object or array"
            case "mixed":
                text = "one of " + ", ".join(_flag_names(self.types))
            case kind:
                text = kind
        return text

    def _range(self) -> str:
        # a file that people wrote may name a type and no more
        return "" if self.low is None or self.high is None else f" from {self.low:g} to {self.high:g}"

    def _length(self) -> str:
        if self.longest is None:
            return "of no known length"
        if self.longest == MAXIMUM_INSPECTED:
            return f"{self.shortest} characters or more"
        return " to ".join(dict.fromkeys((str(self.shortest), str(self.longest)))) + " characters"

    def as_dict(self) -> dict[str, Any]:
        """The shape as a JSON object, which ``from_dict`` reads."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {"kind": self.kind, "words": self.description()} | {
            name: _flag_names(value) if isinstance(value, IntFlag) else value
            for name, value in values.items()
            if value is not None and value is not False
        }

    @classmethod
    def from_dict(cls, written: Mapping[str, Any]) -> "Shape":
        """Reads what ``as_dict`` wrote.

        Raises:
            ValueError: it is no shape.
        """
        flags = {"types": ShapeType, "characters": CharacterClass, "forms": TimestampFormat}
        members = {name: value for name, value in written.items() if name not in {"kind", "words"}}
        try:
            for name, flag in flags.items():
                members[name] = flag(sum(flag[member.upper()] for member in written.get(name, ())))
            return cls(**members)
        except (KeyError, TypeError) as error:
            raise ValueError(f"found {written!r}, wanted a shape as written by darklaunch") from error


def is_uuid(text: str) -> bool:
    """Whether a text is a UUID in hexadecimal digits and hyphens (RFC 9562)."""
    return _UUID.fullmatch(text) is not None


def _flag_names(flags: IntFlag) -> list[str]:
    """The members of a flag, in lower case."""
    return [str(member.name).lower() for member in type(flags) if member & flags]


def _all_of_type(shape: Shape, other: Shape, name: str, kind: ShapeType) -> bool:
    """Whether a property holds in each of two shapes that has values of this type, and one has."""
    properties = [getattr(each, name) for each in (shape, other) if each.types & kind]
    return bool(properties) and all(properties)


def _least(number: _Number | None, other: _Number | None) -> _Number | None:
    return min((value for value in (number, other) if value is not None), default=None)


def _greatest(number: _Number | None, other: _Number | None) -> _Number | None:
    return max((value for value in (number, other) if value is not None), default=None)
