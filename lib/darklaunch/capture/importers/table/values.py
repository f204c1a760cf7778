"""Values of any table as those of the contract: each conversion says what it takes, and guesses nothing."""

import base64
import binascii
import json
import math
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Final, TypeAlias

from darklaunch.capture.importers.envoy.messages import microseconds_of
from darklaunch.capture.importers.options import UnreadableRecordError
from darklaunch.capture.writing.exchange import Headers

Cell: TypeAlias = object
"""A value as pyarrow, JSON or CSV gives it."""

UNITS_US: Final = {"s": Decimal(1_000_000), "ms": Decimal(1_000), "us": Decimal(1), "ns": Decimal("0.001")}
"""Microseconds of the units in which times and durations may be written."""

_MOST_DIGITS: Final = 30


def text(value: Cell, name: str) -> str | None:
    """A text; whole numbers are written out."""
    match value:
        case None | str():
            return value or None
        case bool() | float():
            raise _wrong(name, "a text")
        case int():
            return str(value)
        case bytes():
            return _decoded(value, name) or None
        case _:
            raise _wrong(name, "a text")


def raw(value: Cell, name: str, form: str | None) -> bytes | None:
    """Bytes: as they are, of a text in UTF-8, or of its Base64; a nested value becomes JSON."""
    match value:
        case None:
            return None
        case bytes() | str() if form == "base64":
            try:
                return base64.b64decode(value, validate=True)
            except (binascii.Error, ValueError) as error:
                raise UnreadableRecordError(f"{name} is no Base64") from error
        case bytes():
            return value
        case str():
            return value.encode("utf-8", "surrogatepass")
        case dict() | list():
            return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        case _:
            raise _wrong(name, "bytes or a text")


def moment_us(value: Cell, name: str, form: str | None) -> int:
    """Microseconds since 1970: of a time with a zone, of ISO 8601 with an offset, or of a number in a named unit."""
    if isinstance(value, bytes):
        value = _decoded(value, name)
    if isinstance(value, datetime):
        if value.tzinfo is None and form != "utc":
            raise UnreadableRecordError(f"{name} has no zone: map it as {name}=<column>:utc if it is UTC")
        aware = value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value
        return (aware - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(microseconds=1)
    if form in UNITS_US:
        return int(_number(value, name) * UNITS_US[form])
    if isinstance(value, str):
        zoned = value.strip().replace(" ", "T", 1) + ("Z" if form == "utc" else "")
        return microseconds_of(zoned)
    raise UnreadableRecordError(f"{name} is a number without a unit: map it as {name}=<column>:ms, or :s, :us, :ns")


def duration_ms(value: Cell, name: str, form: str | None) -> float | None:
    """Milliseconds, of a number in milliseconds or in a named unit."""
    if value is None or value in ("", b"", "-"):
        return None
    latency_ms = float(_number(value, name) * UNITS_US[form or "ms"] / UNITS_US["ms"])
    if not latency_ms >= 0:
        raise UnreadableRecordError(f"{name} is negative")
    return latency_ms


def whole(value: Cell, name: str) -> int | None:
    """A whole number."""
    if value is None or value in ("", b"", "-"):
        return None
    number = _number(value, name)
    if number != number.to_integral_value():
        raise _wrong(name, "a whole number")
    return int(number)


def number(value: Cell, name: str) -> float | None:
    """A number."""
    return None if value is None or value in ("", b"") else float(_number(value, name))


def flag(value: Cell, name: str) -> bool:
    """True or false."""
    match value.decode() if isinstance(value, bytes) and value.isascii() else value:
        case bool() as flag:
            return flag
        case None | "" | "false" | "False" | "0" | 0:
            return False
        case "true" | "True" | "1" | 1:
            return True
        case _:
            raise _wrong(name, "true or false")


def pairs(value: Cell, name: str) -> Headers | None:
    """Names and values: of a list of them, of an object, or of either as JSON."""
    if isinstance(value, bytes):
        value = _decoded(value, name)
    if value is None or value == "":
        return None
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise UnreadableRecordError(f"{name} is no JSON") from error
    if isinstance(value, Mapping):
        value = [(key, each) for key, own in value.items() for each in (own if isinstance(own, list) else [own])]
    if not isinstance(value, list):
        raise _wrong(name, "names with values")
    return tuple(_pair(each, name) for each in value)


def _pair(value: Cell, name: str) -> tuple[str, str]:
    match value:
        case {"name": key, "value": own} | (key, own):
            return text(key, name) or "", text(own, name) or ""
        case _:
            raise _wrong(name, "names with values")


def _number(value: Cell, name: str) -> Decimal:
    if isinstance(value, bytes):
        value = _decoded(value, name)
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        raise _wrong(name, "a number")
    if isinstance(value, float) and not math.isfinite(value):
        raise _wrong(name, "a number")
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise _wrong(name, "a number") from None
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
        raise _wrong(name, "a number")
    return number


def _decoded(value: bytes, name: str) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise UnreadableRecordError(f"{name} is no UTF-8") from None


def _wrong(name: str, wanted: str) -> UnreadableRecordError:
    return UnreadableRecordError(f"{name} is not {wanted}")
