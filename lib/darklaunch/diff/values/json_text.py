"""Numbers in JSON text of which a double would lose something."""

import json
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import orjson

_DIGITS: Final = bytes(
    ord("0") if chr(c) in "0123456789." else {101: 101, 69: 101, 45: 45}.get(c, 32) for c in range(256)
)
_MANY_DIGITS: Final = b"0" * 16
_RUN: Final = re.compile(rb"0{16,}")
_SMALL_EXPONENT: Final = b"0e-000"
_MANY_ZEROS: Final = b"." + b"0" * 180
_BEFORE: Final = b"-:,[ \t\r\n"
_SAFE_DIGITS: Final = 15
_LONGEST_INTEGER: Final = 18


def kept(raw: bytes, written: bytes) -> bool:
    """Says whether doubles held every number of a JSON text.

    Those beyond the largest double are not sought: the quick parser refuses them.

    Args:
        raw: the text.
        written: what a parser that reads decimals as doubles writes for it, in the same order.
    """
    # a look at the text with all digits made equal: a regular expression takes twenty times as long
    digits = raw.translate(_DIGITS)
    many = _MANY_DIGITS in digits
    if (b"-" in raw and _SMALL_EXPONENT in digits) or (many and _MANY_ZEROS in raw):
        # so near to nothing, doubles have fewer digits or none
        return False
    return not many or _long_numbers(raw, digits) == _long_numbers(written, written.translate(_DIGITS))


def _long_numbers(raw: bytes, digits: bytes) -> tuple[bytes, ...]:
    found = []
    at = digits.find(_MANY_DIGITS)
    while run := _RUN.match(digits, at) if at >= 0 else None:
        end = run.end()
        number = raw[at:end]
        # what stands in a text, as the long numbers of most bodies do, begins behind a quote or a letter
        if raw[max(at - 1, 0) : at] in _BEFORE and _is_long(number, exponent=raw[end : end + 1] in {b"e", b"E"}):
            found.append(number)
        at = digits.find(_MANY_DIGITS, end)
    return tuple(found)


def _is_long(number: bytes, *, exponent: bool) -> bool:
    if not exponent and len(number) <= _LONGEST_INTEGER and b"." not in number:
        return False
    return len(number.replace(b".", b"").lstrip(b"0")) > _SAFE_DIGITS


MAXIMUM_DEPTH: Final = 500
"""Objects and arrays nested deeper than this are not compared."""

MAXIMUM_VALUES: Final = 4_000_000
"""A body of more values is not compared: each takes some fifty bytes once it is read."""

REPEATED: Final = "{} (given more than once)"
"""The member that holds all values of a name that one object gives more than once."""

_LARGE_BYTES: Final = 2 * MAXIMUM_VALUES


class NotQuick(Exception):  # noqa: N818 - a signal, not an error
    """The quick parser refused the text, or might hide something in it; the exact one has to read it."""


class TooMuch(Exception):  # noqa: N818 - a signal, not an error
    """The text is nested too deeply or holds too much to be compared; the message says which."""


def quick_pair(production: bytes, other: bytes) -> tuple[Any, Any]:
    """Reads two JSON texts with the quick parser.

    That parser holds decimals as doubles and keeps the last of repeated members. Text that it would write
    exactly as it stands has lost nothing; other text is searched for what could have been lost.

    Raises:
        NotQuick: one of them may not be JSON, or something might be lost.
        TooMuch: one of them is too large.
    """
    if len(production) > _LARGE_BYTES or len(other) > _LARGE_BYTES:
        refuse_large(production)
        refuse_large(other)
    try:
        first, second = orjson.loads(production), orjson.loads(other)
        written, rewritten = orjson.dumps(first), orjson.dumps(second)
    except (ValueError, TypeError) as error:
        raise NotQuick from error
    if _loses(production, written) or _loses(other, rewritten):
        raise NotQuick
    return first, second


def quick(raw: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Reads one JSON text of many, such as a line.

    Raises:
        NotQuick: something might be lost.
        ValueError: not JSON.
        TooMuch: too deep or too large.
    """
    try:
        value = orjson.loads(raw)
        written = orjson.dumps(value)
    except (ValueError, TypeError):
        exact(raw)
        raise NotQuick from None
    if _loses(raw, written):
        raise NotQuick
    return value


def exact(raw: bytes | str) -> Any:  # noqa: ANN401 - any JSON value
    """Reads one JSON text with decimals as written, ``NaN`` and duplicate keys.

    Args:
        raw: characters, or bytes of UTF-8, UTF-16 or UTF-32.

    Raises:
        ValueError: not JSON.
        TooMuch: too deep or too large.
    """
    refuse_large(raw)
    try:
        value = _parse(raw)
    except RecursionError:
        raise TooMuch("nested too deeply") from None
    except InvalidOperation:
        raise TooMuch("a number with an exponent beyond all bounds") from None
    if _count(raw, "[{") > MAXIMUM_DEPTH:
        _refuse_deep(value)
    return value


def refuse_large(raw: bytes | str) -> None:
    """Refuses what would take too much memory once it is read.

    Raises:
        TooMuch: more than ``MAXIMUM_VALUES`` values.
    """
    if len(raw) > _LARGE_BYTES and _count(raw, ",[{") > MAXIMUM_VALUES:
        raise TooMuch(f"more than {MAXIMUM_VALUES} values")


def _count(raw: bytes | str, marks: str) -> int:
    if isinstance(raw, str):
        return sum(map(raw.count, marks))
    return sum(raw.count(mark.encode()) for mark in marks)


def _parse(raw: bytes | str) -> Any:  # noqa: ANN401 - any JSON value
    options: dict[str, Any] = {"parse_float": Decimal, "parse_constant": Constant, "object_pairs_hook": _members}
    try:
        return json.loads(raw, **options)
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise
    except ValueError:
        # Python refuses to make an int of more than 4,300 digits, as that takes quadratic time
        return json.loads(raw, parse_int=Decimal, **options)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        given: dict[str, list[Any]] = {}
        for name, value in pairs:
            given.setdefault(name, []).append(value)
        members.update((REPEATED.format(name), values) for name, values in given.items() if len(values) > 1)
    return members


def _refuse_deep(value: Any) -> None:  # noqa: ANN401 - any JSON value
    level, depth = [value], 0
    while level := [inner for inner in level if type(inner) is dict or type(inner) is list]:
        depth += 1
        if depth > MAXIMUM_DEPTH:
            raise TooMuch("nested too deeply")
        level = [inner for outer in level for inner in (outer.values() if type(outer) is dict else outer)]


def _loses(raw: bytes, written: bytes) -> bool:
    """Says whether the quick parser lost something: a member that was dropped took its colon along."""
    return written != raw and (raw.count(b":") != written.count(b":") or not kept(raw, written))


@dataclass(frozen=True, slots=True)
class Constant:
    """``NaN`` or ``Infinity`` where a producer emits one; equal to itself, unlike the float."""

    name: str

    def __str__(self) -> str:
        return self.name
