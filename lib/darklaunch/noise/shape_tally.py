"""The shape of many values of one path, collected value by value in plain numbers."""

from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from darklaunch.diff.values.character_class import MAXIMUM_INSPECTED, CharacterClass, character_classes
from darklaunch.diff.values.json_text import Constant
from darklaunch.diff.values.json_types import LARGEST_DOUBLE, ShapeType, enclosing_range, is_integer, shape_type
from darklaunch.diff.values.shape import Shape, is_uuid
from darklaunch.diff.values.timestamps import TimestampFormat, infer_timestamp
from darklaunch.noise.shown_value import value_of

_NOT_ASCII: Final = "é"
"""Stands for all characters but ASCII, which are of one class."""


class Reading(NamedTuple):
    """The properties of one value that a shape looks at.

    Attributes:
        types: a ``ShapeType``.
        format: a ``TimestampFormat``; 0: no timestamp.
        day: of the timestamp.
        text: the first ``MAXIMUM_INSPECTED`` characters of a text.
        uuid: the text is a UUID.
        span: of a number, rounded outwards.
        whole: the number is an integer.
    """

    types: int
    format: int = 0
    day: int | None = None
    text: str | None = None
    uuid: bool = False
    span: tuple[float, float] | None = None
    whole: bool = False


@lru_cache(maxsize=4096)
def read(shown: str) -> Reading:
    """Reads a value from what ``show`` wrote without masking."""
    value = value_of(shown)
    kind, timestamp = int(shape_type(value)), infer_timestamp(value)
    form, day = (int(timestamp.format), timestamp.day) if timestamp is not None else (0, None)
    match value:
        case str():
            text = value[:MAXIMUM_INSPECTED]
            if not text.isascii():
                text = "".join(character if character.isascii() else _NOT_ASCII for character in text)
            return Reading(kind, form, day, text=text, uuid=is_uuid(value))
        case Constant():
            return Reading(kind, form, day, span=(-LARGEST_DOUBLE, LARGEST_DOUBLE))
        case int() | float() | Decimal() if kind == ShapeType.NUMBER:
            return Reading(kind, form, day, span=enclosing_range(value), whole=is_integer(value))
        case _:
            return Reading(kind, form, day)


class ShapeTally:
    """The shape of the values added so far, by the laws of ``Shape.merged``.

    A value costs a few comparisons of plain numbers; ``infer_shape`` makes a shape of each and takes twenty times
    as long, of which flags are the most part.
    """

    __slots__ = ("_characters", "_days", "_formats", "_lengths", "_moment", "_spans", "_types", "_uuid", "_whole")

    def __init__(self) -> None:
        self._types = self._formats = 0
        self._moment = self._uuid = self._whole = True
        self._characters: set[str] = set()
        self._lengths: tuple[int, int] | None = None
        self._days: tuple[int, int] | None = None
        self._spans: tuple[float, float] | None = None

    def add(self, reading: Reading) -> None:
        """Adds a value; the order of values does not matter."""
        self._types |= reading.types
        day, text, span = reading.day, reading.text, reading.span
        if day is None:
            self._moment = False
        else:
            self._formats |= reading.format
            days = self._days
            self._days = (min(days[0], day), max(days[1], day)) if days is not None else (day, day)
        if text is not None:
            self._uuid = self._uuid and reading.uuid
            self._characters.update(text)
            length, lengths = len(text), self._lengths
            self._lengths = (min(lengths[0], length), max(lengths[1], length)) if lengths else (length, length)
        if span is not None:
            self._whole = self._whole and reading.whole
            spans = self._spans
            self._spans = (min(spans[0], span[0]), max(spans[1], span[1])) if spans is not None else span

    def shape(self) -> Shape | None:
        """The shape; None where no value was added."""
        if not self._types:
            return None
        shortest, longest = self._lengths or (None, None)
        first_day, last_day = self._days or (None, None)
        # + 0.0: of zero and minus zero it would depend on the order which is the least
        low, high = (self._spans[0] + 0.0, self._spans[1] + 0.0) if self._spans is not None else (None, None)
        return Shape(
            types=ShapeType(self._types),
            uuid=self._uuid and self._lengths is not None,
            moment=self._moment,
            characters=character_classes("".join(self._characters)) if self._characters else CharacterClass(0),
            shortest=shortest,
            longest=longest,
            low=low,
            high=high,
            whole=self._whole and self._spans is not None,
            forms=TimestampFormat(self._formats),
            first_day=first_day,
            last_day=last_day,
        )
