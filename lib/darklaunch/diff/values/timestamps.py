"""Moments in time as responses spell them, read exactly."""

import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Final, NamedTuple

_SECONDS: Final = (10**8, 10**10)
"""Seconds since 1970 lie here from 1973 to 2286; milliseconds lie above, so a number is never both."""

_MILLISECONDS: Final = (10**11, 10**13)
_LONGEST: Final = 64

_EPOCH_TEXT: Final = re.compile(r"[0-9]{9,13}(?:\.[0-9]{1,9})?")
_ISO: Final = re.compile(
    r"(?P<year>\d{4})(?P<dash>-?)(?P<month>\d{2})(?P=dash)(?P<day>\d{2})"
    r"(?:[Tt ](?P<hour>\d{2})(?P<colon>:?)(?P<minute>\d{2})"
    r"(?:(?P=colon)(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,18}))?)? ?(?P<zone>[Zz]|[+-]\d{2}(?::?\d{2})?)?)?",
    re.ASCII,
)
_RFC_1123: Final = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(?P<day>\d{1,2}) (?P<name>[A-Z][a-z]{2}) (?P<year>\d{4})"
    r" (?P<hour>\d{2}):(?P<minute>\d{2}):(?P<second>\d{2}) (?P<zone>GMT|UTC?|[+-]\d{4})",
    re.ASCII,
)
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNIX: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Moment(NamedTuple):
    """Seconds since 1970, in UTC where a zone was given, else on that place's own clock."""

    seconds: Decimal
    zoned: bool


def read_moment(value: object) -> Moment | None:
    """Reads ISO 8601, RFC 1123, or seconds or milliseconds since 1970 as number or text; None: none of them."""
    match value:
        case bool():
            return None
        case int() | float() | Decimal():
            return _counted(value)
        case str() if len(value) <= _LONGEST:
            return _counted(Decimal(value)) if _EPOCH_TEXT.fullmatch(value) else _written(value)
        case _:
            return None


def _counted(number: float | Decimal) -> Moment | None:
    for (low, high), unit in ((_SECONDS, 1), (_MILLISECONDS, 1000)):
        if low <= number < high:
            return Moment((number if isinstance(number, Decimal) else Decimal(repr(number))) / unit, zoned=True)
    return None


def _written(text: str) -> Moment | None:
    found = _ISO.fullmatch(text) or _RFC_1123.fullmatch(text)
    if found is None:
        return None
    parts = found.groupdict()
    name, zone = parts.get("name"), parts["zone"]
    try:
        month = _MONTHS.index(name) + 1 if name else int(parts["month"])
        hour, minute = (int(parts[unit] or 0) for unit in ("hour", "minute"))
        start = datetime(int(parts["year"]), month, int(parts["day"]), hour, minute, tzinfo=timezone.utc)
    except ValueError:
        return None
    # a leap second is the first of the next minute, which datetime would refuse
    second = int(parts["second"] or 0)
    if second > 60:  # noqa: PLR2004
        return None
    whole = (start - _UNIX) // timedelta(seconds=1) + second - _offset_s(zone)
    return Moment(whole + Decimal(f"0.{parts.get('fraction') or 0}"), zoned=zone is not None)


def _offset_s(zone: str | None) -> int:
    if zone is None or zone[0] not in "+-":
        return 0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return (1 if zone[0] == "+" else -1) * (int(digits[:2]) * 3600 + int(digits[2:]) * 60)
