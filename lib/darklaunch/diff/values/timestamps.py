"""Timestamps as responses spell them, read exactly: ISO 8601, the dates of HTTP, and time since 1970.

ISO 8601 may have the name of a zone behind its offset (RFC 9557); HTTP dates are RFC 1123's, RFC 850's and asctime's.
"""

import re
from datetime import date
from decimal import Decimal
from enum import IntFlag
from typing import Final, NamedTuple


class TimestampFormat(IntFlag):
    """Spellings of a timestamp; ``ISO_SPACED``, ``ISO_BASIC`` and ``ISO_NAMED`` come beside another of ISO 8601."""

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
    ISO_BASIC = 1024
    ISO_NAMED = 2048
    OLD_HTTP_DATE = 4096
    DOT_NET = 8192


_SECONDS: Final = (10**8, 10**10)
"""Seconds since 1970 lie here from 1973 to 2286; milliseconds lie above, and so on, so a number is never two."""

_LIKELY_S: Final = (1_262_304_000, 2_840_140_800)
"""2010 to 2059, in which a number is more likely a time than an identifier or a count."""

_EPOCHS: Final = tuple(
    (timestamp_format, unit, _SECONDS[0] * unit, _SECONDS[1] * unit)
    for timestamp_format, unit in (
        (TimestampFormat.EPOCH_S, 1),
        (TimestampFormat.EPOCH_MS, 10**3),
        (TimestampFormat.EPOCH_US, 10**6),
        (TimestampFormat.EPOCH_NS, 10**9),
    )
)
_EPOCH_FORMATS: Final = tuple(timestamp_format for timestamp_format, *_ in _EPOCHS)
_LONGEST: Final = 64
_EPOCH_TEXT: Final = re.compile(r"[0-9]{9,19}(?:\.[0-9]{1,9})?")
_ISO: Final = re.compile(
    r"(?P<year>\d{4})(?P<dash>-?)(?P<month>\d{2})(?P=dash)(?P<day>\d{2})"
    r"(?:(?P<gap>[Tt ])(?P<hour>\d{2})(?P<colon>:?)(?P<minute>\d{2})"
    r"(?:(?P=colon)(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,18}))?)? ?(?P<zone>[Zz]|[+-]\d{2}(?::?\d{2})?)?)?",
    re.ASCII,
)
_NAMED: Final = re.compile(r"(?P<iso>.*(?:[Zz]|[+-][\d:]{2,5}))(?:\[!?[\w+=/.-]{1,40}\]){1,3}", re.ASCII)
_WORD_ZONE: Final = re.compile(r"(?P<iso>.*\d) ?(?:UTC|GMT)", re.ASCII)
"""A zone of ISO 8601 as a word, which it has not."""
_RFC_1123: Final = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(?P<day>\d{1,2}) (?P<month>[A-Z][a-z]{2}) (?P<year>\d{4})"
    r" (?P<hour>\d{2}):(?P<minute>\d{2}):(?P<second>\d{2}) (?P<zone>GMT|UTC?|[+-]\d{4})",
    re.ASCII,
)
_RFC_850: Final = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?P<day>\d{2})-(?P<month>[A-Z][a-z]{2})-(?P<year>\d{2})"
    r" (?P<hour>\d{2}):(?P<minute>\d{2}):(?P<second>\d{2}) GMT",
    re.ASCII,
)
_ASCTIME: Final = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?P<month>[A-Z][a-z]{2}) (?P<day>[ \d]\d)"
    r" (?P<hour>\d{2}):(?P<minute>\d{2}):(?P<second>\d{2}) (?P<year>\d{4})",
    re.ASCII,
)
_DOT_NET: Final = re.compile(r"(?:\\?/)Date\((?P<ms>-?[0-9]{1,15})(?:[+-][0-9]{4})?\)(?:\\?/)")
_PIVOT_YEAR: Final = 70
"""A year of two digits from here on is of the last century."""
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# made once, because operators of flags take microseconds
_ISO_FORMATS: Final = {
    (dash, gap, zone): day_or_zone
    | (TimestampFormat(0) if dash else TimestampFormat.ISO_BASIC)
    | (TimestampFormat.ISO_SPACED if gap == " " else TimestampFormat(0))
    for dash in ("", "-")
    for gap, zone, day_or_zone in (
        (None, None, TimestampFormat.DATE),
        *((gap, None, TimestampFormat.ISO_LOCAL) for gap in "Tt "),
        *((gap, zone, TimestampFormat.ISO_UTC) for gap in "Tt " for zone in "Zz"),
        *((gap, "+", TimestampFormat.ISO_OFFSET) for gap in "Tt "),
    )
}
_UNIX_DAY: Final = date(1970, 1, 1).toordinal()
_DAY_S: Final = 86_400
_LAST_HOUR, _LAST_MINUTE, _LEAP_SECOND = 23, 59, 60
_END_OF_DAY: Final = (24, 0, 0)


class Timestamp(NamedTuple):
    """A moment in time and its spelling.

    Attributes:
        seconds: since 1970, in UTC where a zone was given, else on that place's own clock.
        zoned: a zone was given.
        format: how it was written.
        day: days from 1970-01-01 to the date as written.
    """

    seconds: Decimal
    zoned: bool
    format: TimestampFormat
    day: int


def read_timestamp(value: object) -> Timestamp | None:
    """Reads ISO 8601, dates of HTTP, or seconds to nanoseconds since 1970 as number or text; None: none of them."""
    match value:
        case bool():
            return None
        case int() | float() | Decimal():
            return _read_epoch(value)
        case str() if len(value) <= _LONGEST:
            return _read_epoch(Decimal(value)) if _EPOCH_TEXT.fullmatch(value) else _read_date(value)
        case _:
            return None


def infer_timestamp(value: object) -> Timestamp | None:
    """The same where nobody said that the value is a time: a bare number then has to lie in 2010 to 2059."""
    timestamp = read_timestamp(value)
    if timestamp is None or timestamp.format not in _EPOCH_FORMATS:
        return timestamp
    return timestamp if _LIKELY_S[0] <= timestamp.seconds < _LIKELY_S[1] else None


def _read_epoch(number: float | Decimal) -> Timestamp | None:
    for timestamp_format, unit, low, high in _EPOCHS:
        if low <= number < high:
            seconds = (number if isinstance(number, Decimal) else Decimal(repr(number))) / unit
            return Timestamp(seconds, True, timestamp_format, int(seconds // _DAY_S))  # noqa: FBT003 - the names take time
    return None


def _read_date(text: str) -> Timestamp | None:
    iso = _ISO.fullmatch(text)
    if iso is not None:
        year, dash, month, day, gap, hour, _, minute, second, fraction, zone = iso.groups()
        timestamp_format = _ISO_FORMATS[dash, gap, zone and (zone if zone in "Zz" else "+")]
        return _timestamp((year, month, day), (hour, minute, second), fraction, zone, timestamp_format)
    rfc_1123 = _RFC_1123.fullmatch(text)
    if rfc_1123 is None:
        return _read_rare(text)
    return _http_date(rfc_1123, rfc_1123["year"], rfc_1123["zone"], TimestampFormat.HTTP_DATE)


def _read_rare(text: str) -> Timestamp | None:
    """Reads spellings that few producers still use."""
    old = _RFC_850.fullmatch(text) or _ASCTIME.fullmatch(text)
    if old is not None:
        year = old["year"] if old.re is _ASCTIME else str(int(old["year"]) + _century(int(old["year"])))
        return _http_date(old, year, "GMT", TimestampFormat.OLD_HTTP_DATE)
    dot_net = _DOT_NET.fullmatch(text)
    if dot_net is not None:
        seconds = Decimal(dot_net["ms"]) / 1000
        return Timestamp(seconds, True, TimestampFormat.DOT_NET, int(seconds // _DAY_S))  # noqa: FBT003 - as above
    named = _NAMED.fullmatch(text) or _WORD_ZONE.fullmatch(text)
    if named is None:
        return None
    zoned = named["iso"] if named.re is _NAMED else f"{named['iso']}Z"
    timestamp = _read_date(zoned) if _ISO.fullmatch(zoned) is not None else None
    return timestamp._replace(format=timestamp.format | TimestampFormat.ISO_NAMED) if timestamp is not None else None


def _century(year: int) -> int:
    return 1900 if year >= _PIVOT_YEAR else 2000


def _http_date(found: re.Match[str], year: str, zone: str, timestamp_format: TimestampFormat) -> Timestamp | None:
    if found["month"] not in _MONTHS:
        return None
    day = (year, _MONTHS.index(found["month"]) + 1, found["day"])
    return _timestamp(day, (found["hour"], found["minute"], found["second"]), None, zone, timestamp_format)


def _timestamp(
    day: tuple[str, str | int, str],
    time: tuple[str | None, ...],
    fraction: str | None,
    zone: str | None,
    timestamp_format: TimestampFormat,
) -> Timestamp | None:
    """The timestamp of parts as written; None where no calendar or clock has them."""
    hour, minute, second = (int(part) if part else 0 for part in time)
    # a leap second is the first of the next minute, and the end of a day that of the next day
    end_of_day = (hour, minute, second) == _END_OF_DAY and not (fraction or "").strip("0")
    if (hour > _LAST_HOUR and not end_of_day) or minute > _LAST_MINUTE or second > _LEAP_SECOND:
        return None
    try:
        days = date(*map(int, day)).toordinal() - _UNIX_DAY
    except ValueError:
        return None
    whole_s = days * _DAY_S + hour * 3600 + minute * 60 + second - _offset_s(zone)
    seconds = whole_s + Decimal(f"0.{fraction}") if fraction else Decimal(whole_s)
    return Timestamp(seconds, zone is not None, timestamp_format, days)


def _offset_s(zone: str | None) -> int:
    if zone is None or zone[0] not in "+-":
        return 0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return (1 if zone[0] == "+" else -1) * (int(digits[:2]) * 3600 + int(digits[2:]) * 60)
