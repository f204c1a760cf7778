"""Shapes of volatile values: what can still be asked of a value that is another one every time."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from enum import IntFlag
from functools import reduce
from typing import Any, Final

from darklaunch.diff.values.json_text import Constant
from darklaunch.diff.values.json_types import LARGEST, Type, double, enclosing, least, most, type_of, whole
from darklaunch.diff.values.timestamps import TimestampFormat, infer_timestamp
from darklaunch.diff.values.value_class import LOOK, Characters, alphabet, characters

YEAR_DAYS: Final = 366
NO_CHARACTERS: Final = Characters(0)
NO_FORM: Final = TimestampFormat(0)
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What all values at a path have in common; merging takes each member to what holds both.

    No single value can be read from it: ranges are rounded outwards to two digits, moments to days.

    Attributes:
        types: JSON types seen.
        uuid: every text was a UUID.
        moment: every value was a moment in time.
        characters: classes of characters of the texts, in their first ``LOOK`` characters.
        shortest: characters of the shortest text, at most ``LOOK``; None: no text.
        longest: of the longest text; ``LOOK`` means so long or longer.
        low: the least number seen, rounded outwards; None: no number.
        high: the greatest.
        whole: every number was an integer.
        forms: how moments were written.
        first_day: days from 1970-01-01 to the earliest moment; None: no moment.
        last_day: to the latest.

    Raises:
        ValueError: no type, or a range that is half given or upside down.
    """

    types: Type
    uuid: bool = False
    moment: bool = False
    characters: Characters = NO_CHARACTERS
    shortest: int | None = None
    longest: int | None = None
    low: float | None = None
    high: float | None = None
    whole: bool = False
    forms: TimestampFormat = NO_FORM
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
            case Type.TEXT:
                token = "text" if self.characters & Characters.OTHER else "token"
                return "uuid" if self.uuid else token
            case Type.NULL | Type.BOOLEAN | Type.NUMBER | Type.STRUCTURE as one:
                return str(one.name).lower()
            case _:
                return "mixed"

    def merged(self, other: "Shape") -> "Shape":
        """The narrowest shape that holds what either holds."""
        return Shape(
            types=self.types | other.types,
            uuid=_every(self, other, "uuid", Type.TEXT),
            moment=self.moment and other.moment,
            characters=self.characters | other.characters,
            shortest=least(self.shortest, other.shortest),
            longest=most(self.longest, other.longest),
            low=least(self.low, other.low),
            high=most(self.high, other.high),
            whole=_every(self, other, "whole", Type.NUMBER),
            forms=self.forms | other.forms,
            first_day=least(self.first_day, other.first_day),
            last_day=most(self.last_day, other.last_day),
        )

    def holds(self, value: object) -> bool:
        """Says whether a JSON value has this shape.

        Learning sees one stretch of time, so ranges are taken wider: a range of numbers or lengths by its own width on
        each side, integers up to ten times the greatest (they are often counters), moments by at least a year. Zero is
        not crossed and an empty text not admitted unless it was seen.
        """
        kind = type_of(value)
        if not kind & self.types:
            return False
        if self.moment:
            return self._holds_moment(value)
        match value:
            case str():
                return self._holds_text(value)
            case int() | float() | Decimal() | Constant() if kind is Type.NUMBER:
                return self._holds_number(value)
            case _:
                return True

    def _holds_moment(self, value: object) -> bool:
        found = infer_timestamp(value)
        if found is None or found.format & ~self.forms or self.first_day is None or self.last_day is None:
            return False
        reach = max(YEAR_DAYS, self.last_day - self.first_day)
        return self.first_day - reach <= found.day <= self.last_day + reach

    def _holds_text(self, text: str) -> bool:
        if self.shortest is None or self.longest is None:
            return False
        if self.uuid and _UUID.fullmatch(text) is None:
            return False
        reach = self.longest - self.shortest + (self.characters is Characters.DIGITS)
        if not max(self.shortest - reach, min(self.shortest, 1)) <= min(len(text), LOOK) <= self.longest + reach:
            return False
        return bool(self.characters & Characters.OTHER) or not characters(text) & ~self.characters

    def _holds_number(self, value: float | Decimal | Constant) -> bool:
        limits = self.limits
        if limits is None or (self.whole and not whole(value)):
            return False
        if isinstance(value, Constant):
            return limits == (-LARGEST, LARGEST)
        return limits[0] <= double(value) <= limits[1]

    @property
    def limits(self) -> tuple[float, float] | None:
        """The widened range of numbers that have this shape; None: no number has."""
        if self.low is None or self.high is None:
            return None
        width = self.high - self.low
        low, high = self.low - width, self.high + width
        low = max(low, 0.0) if self.low >= 0 else low
        high = min(high, 0.0) if self.high <= 0 else max(high, 10 * self.high if self.whole else 0.0)
        return max(low, -LARGEST), min(high, LARGEST)

    def words(self) -> str:
        """The shape in a few words: ``a token of 0-9 a-f, 32 characters``."""
        match self.kind:
            case "timestamp":
                days = (date(1970, 1, 1) + timedelta(days=day) for day in (self.first_day or 0, self.last_day or 0))
                said = "a timestamp, " + " to ".join(dict.fromkeys(day.isoformat() for day in days))
            case "uuid":
                said = "a UUID"
            case "number":
                said = f"{'an integer' if self.whole else 'a number'} from {self.low:g} to {self.high:g}"
            case "token":
                said = f"a token of {alphabet(self.characters)}, {self._length()}"
            case "text":
                said = f"a text, {self._length()}"
            case "structure":
                said = "an object or array"
            case "mixed":
                said = "one of " + ", ".join(names(self.types))
            case kind:
                said = kind
        return said

    def _length(self) -> str:
        if self.longest == LOOK:
            return f"{self.shortest} characters or more"
        return " to ".join(dict.fromkeys((str(self.shortest), str(self.longest)))) + " characters"

    def as_dict(self) -> dict[str, Any]:
        """The shape as a JSON object, which ``from_dict`` reads."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        said = {name: value for name, value in values.items() if value is not None and value is not False}
        return {"kind": self.kind, "words": self.words()} | {
            name: names(value) if isinstance(value, IntFlag) else value for name, value in said.items()
        }

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> "Shape":
        """Reads what ``as_dict`` wrote.

        Raises:
            ValueError: it is no shape.
        """
        flags = {"types": Type, "characters": Characters, "forms": TimestampFormat}
        values = {name: value for name, value in found.items() if name not in {"kind", "words"}}
        try:
            for name, flag in flags.items():
                values[name] = flag(sum(flag[one.upper()] for one in found.get(name, ())))
            return cls(**values)
        except (KeyError, TypeError) as error:
            raise ValueError(f"found {found!r}, wanted a shape as written by darklaunch") from error


def names(flags: IntFlag) -> list[str]:
    """The members of a flag, in lower case."""
    return [str(one.name).lower() for one in type(flags) if one & flags]


def shape_of(values: Iterable[object]) -> Shape:
    """The narrowest shape that holds all values.

    Raises:
        ValueError: there is no value.
    """
    shapes = [_single(value) for value in values]
    if not shapes:
        raise ValueError("no value; a shape is that of at least one")
    return reduce(Shape.merged, shapes)


def _single(value: object) -> Shape:
    kind, found = type_of(value), infer_timestamp(value)
    day = found.day if found is not None else None
    written: dict[str, Any] = {
        "types": kind,
        "moment": found is not None,
        "forms": found.format if found is not None else NO_FORM,
        "first_day": day,
        "last_day": day,
    }
    match value:
        case str():
            length = min(len(value), LOOK)
            uuid = _UUID.fullmatch(value) is not None
            return Shape(**written, uuid=uuid, characters=characters(value), shortest=length, longest=length)
        case Constant():
            return Shape(**written, low=-LARGEST, high=LARGEST)
        case int() | float() | Decimal() if kind is Type.NUMBER:
            low, high = enclosing(value)
            return Shape(**written, low=low, high=high, whole=whole(value))
        case _:
            return Shape(**written)


def _every(one: Shape, other: Shape, name: str, kind: Type) -> bool:
    """Whether both say yes of those that have values of this type."""
    having = [getattr(shape, name) for shape in (one, other) if shape.types & kind]
    return bool(having) and all(having)
