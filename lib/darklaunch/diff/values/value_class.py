"""What a single value looks like: the classes of its characters, and whether it is a moment in time."""

import re
from datetime import date
from decimal import Decimal
from enum import IntFlag
from typing import Final, NamedTuple

LOOK: Final = 190
"""Characters of a text that are looked at; longer texts are all the same to a shape."""

_DAY_S: Final = 86_400
_EPOCH: Final = date(1970, 1, 1).toordinal()
_NOW_S: Final = (1_262_304_000, 2_840_140_800)
"""2010 to 2059: a number outside is not taken for seconds since 1970."""

_ISO: Final = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:(?P<gap>[T ])[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_HTTP_DATE: Final = re.compile(
    r"[A-Z][a-z]{2}, (?P<day>[0-9]{2}) (?P<month>[A-Z][a-z]{2}) (?P<year>[0-9]{4}) [0-9]{2}:[0-9]{2}:[0-9]{2} GMT"
)
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_EPOCH_TEXT: Final = re.compile(r"[0-9]{10,19}(?:\.[0-9]{1,9})?")


class Characters(IntFlag):
    """Classes of the characters that a text is made of."""

    DIGITS = 1
    LOWER_HEX = 2
    LOWER = 4
    UPPER_HEX = 8
    UPPER = 16
    BASE64 = 32
    URL_SAFE = 64
    SIGNS = 128
    OTHER = 256


class Form(IntFlag):
    """Ways to write a moment."""

    DATE = 1
    ISO_LOCAL = 2
    ISO_UTC = 4
    ISO_OFFSET = 8
    ISO_SPACED = 16
    HTTP_DATE = 32
    EPOCH_S = 64
    EPOCH_MS = 128
    EPOCH_US = 256
    EPOCH_NS = 512


class Moment(NamedTuple):
    """A moment in time: how it was written, and the days from 1970-01-01 to it."""

    form: Form
    day: int


_MEMBERS: Final = {
    Characters.DIGITS: "0123456789",
    Characters.LOWER_HEX: "abcdef",
    Characters.LOWER: "ghijklmnopqrstuvwxyz",
    Characters.UPPER_HEX: "ABCDEF",
    Characters.UPPER: "GHIJKLMNOPQRSTUVWXYZ",
    Characters.BASE64: "+/=",
    Characters.URL_SAFE: "-_.~",
    Characters.SIGNS: "!#$%&()*,:;<>?@[]^`{|}'",
}
_CLASS_OF: Final = {character: found for found, members in _MEMBERS.items() for character in members}
_SHOWN: Final = dict(
    zip(Characters, ("0-9", "a-f", "g-z", "A-F", "G-Z", "+/=", "-_.~", "punctuation", "other"), strict=True)
)
_EPOCHS: Final = ((Form.EPOCH_S, 1), (Form.EPOCH_MS, 10**3), (Form.EPOCH_US, 10**6), (Form.EPOCH_NS, 10**9))


def characters(text: str) -> Characters:
    """The classes of a text's first ``LOOK`` characters; spaces, quotes and all but ASCII are ``OTHER``."""
    found = Characters(0)
    for character in set(text[:LOOK]):
        found |= _CLASS_OF.get(character, Characters.OTHER)
    return found


def alphabet(found: Characters) -> str:
    """Classes of characters in words: ``0-9 a-f``."""
    return " ".join(shown for one, shown in _SHOWN.items() if one & found)


def moment(value: object) -> Moment | None:
    """Reads a value as a moment: ISO 8601, the date of HTTP, or seconds to nanoseconds since 1970."""
    match value:
        case bool():
            return None
        case str():
            return _written(value)
        case int() | float() | Decimal():
            return _counted(value)
        case _:
            return None


def _counted(number: float | Decimal) -> Moment | None:
    for form, unit in _EPOCHS:
        if _NOW_S[0] * unit <= number < _NOW_S[1] * unit:
            return Moment(form, int(number // (_DAY_S * unit)))
    return None


def _written(text: str) -> Moment | None:
    if _EPOCH_TEXT.fullmatch(text):
        return _counted(Decimal(text))
    iso, http = _ISO.fullmatch(text), _HTTP_DATE.fullmatch(text)
    try:
        if iso is not None:
            return Moment(_iso_form(iso), date.fromisoformat(iso["day"]).toordinal() - _EPOCH)
        if http is not None:
            month = _MONTHS.index(http["month"]) + 1
            return Moment(Form.HTTP_DATE, date(int(http["year"]), month, int(http["day"])).toordinal() - _EPOCH)
    except ValueError:
        return None
    return None


def _iso_form(found: re.Match[str]) -> Form:
    if found["gap"] is None:
        return Form.DATE
    zone = {None: Form.ISO_LOCAL, "Z": Form.ISO_UTC}.get(found["zone"], Form.ISO_OFFSET)
    return zone | Form.ISO_SPACED if found["gap"] == " " else zone
