"""JSON text read into values: quickly where nothing is lost by it, else with every number as written."""

import json
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import orjson

from darklaunch.diff.values.number_precision import doubles_are_exact

MAXIMUM_DEPTH: Final = 500
"""Objects and arrays nested deeper than this are not compared."""

MAXIMUM_VALUES: Final = 4_000_000
"""A body of more values is not compared: each takes some fifty bytes once it is read."""

REPEATED: Final = "{} (given more than once)"
"""The member that holds all values of a name that one object gives more than once."""

_LARGE_BYTES: Final = 2 * MAXIMUM_VALUES
_JSON_BLANKS: Final = re.compile(r"[ \t\n\r\x1e]+")
_SEVERAL: Final = 2
_ESCAPED_COLONS: Final = (b"\\u003a", b"\\u003A")


class NeedsExactParserError(Exception):
    """The quick parser refused the text, or might hide something in it; the exact one has to read it."""


class BodyTooLargeError(Exception):
    """The text is nested too deeply or holds too much to be compared; the message says which."""


@dataclass(frozen=True, slots=True)
class Constant:
    """``NaN`` or ``Infinity`` where a producer emits one; equal to itself, unlike the float."""

    name: str

    def __str__(self) -> str:
        return self.name


def parse_quick_pair(production: bytes, other: bytes) -> tuple[object, object]:
    """Reads two JSON texts with the quick parser.

    That parser holds decimals as doubles and keeps the last of repeated members. Text that it would write
    exactly as it stands has lost nothing; other text is searched for what could have been lost.

    Raises:
        NeedsExactParserError: one of them may not be JSON, or something might be lost.
        BodyTooLargeError: one of them is too large.
    """
    if len(production) > _LARGE_BYTES or len(other) > _LARGE_BYTES:
        check_size(production)
        check_size(other)
    try:
        production_value, other_value = orjson.loads(production), orjson.loads(other)
        production_rewritten, other_rewritten = orjson.dumps(production_value), orjson.dumps(other_value)
    except (ValueError, TypeError) as error:
        raise NeedsExactParserError from error
    if _loses(production, production_rewritten) or _loses(other, other_rewritten):
        raise NeedsExactParserError
    return production_value, other_value


def parse_quick(raw: bytes) -> object:
    """Reads one JSON text of many, such as a line.

    Raises:
        NeedsExactParserError: something might be lost.
        ValueError: not JSON.
        BodyTooLargeError: too deep or too large.
    """
    try:
        value: object = orjson.loads(raw)
        rewritten = orjson.dumps(value)
    except (ValueError, TypeError):
        parse_exact(raw)
        raise NeedsExactParserError from None
    if _loses(raw, rewritten):
        raise NeedsExactParserError
    return value


def parse_exact(raw: bytes | str) -> object:
    """Reads one JSON text with decimals as written, ``NaN`` and duplicate keys.

    Args:
        raw: characters, or bytes of UTF-8, UTF-16 or UTF-32.

    Raises:
        ValueError: not JSON.
        BodyTooLargeError: too deep or too large.
    """
    check_size(raw)
    try:
        value = _parse(raw)
    except RecursionError:
        raise BodyTooLargeError("nested too deeply") from None
    except InvalidOperation:
        raise BodyTooLargeError("a number with an exponent beyond all bounds") from None
    if _count(raw, "[{") > MAXIMUM_DEPTH:
        _check_depth(value)
    return value


def parse_documents(text: str) -> list[object] | None:
    """Reads several JSON texts, one behind the other, with decimals as written.

    Returns:
        Their values; None where they are no such texts, or fewer than two. Other than objects and arrays, they have to
        be apart.

    Raises:
        BodyTooLargeError: too deep or too large.
    """
    check_size(text)
    decoder = json.JSONDecoder(parse_float=Decimal, parse_constant=Constant, object_pairs_hook=_members)
    documents: list[object] = []
    at = _after_blanks(text, 0)
    try:
        while at < len(text):
            value, end = decoder.raw_decode(text, at)
            documents.append(value)
            at = _after_blanks(text, end)
            if at == end < len(text) and not (isinstance(value, dict | list) and text[at] in "[{"):
                return None
    except RecursionError:
        raise BodyTooLargeError("nested too deeply") from None
    except InvalidOperation:
        raise BodyTooLargeError("a number with an exponent beyond all bounds") from None
    except ValueError:
        return None
    if len(documents) < _SEVERAL:
        return None
    if _count(text, "[{") > MAXIMUM_DEPTH:
        _check_depth(documents)
    return documents


def _after_blanks(text: str, start: int) -> int:
    blanks = _JSON_BLANKS.match(text, start)
    return blanks.end() if blanks is not None else start


def check_size(raw: bytes | str) -> None:
    """Refuses what would take too much memory once it is read.

    Raises:
        BodyTooLargeError: more than ``MAXIMUM_VALUES`` values.
    """
    if len(raw) > _LARGE_BYTES and _count(raw, ",[{") > MAXIMUM_VALUES:
        raise BodyTooLargeError(f"more than {MAXIMUM_VALUES} values")


def _count(raw: bytes | str, marks: str) -> int:
    if isinstance(raw, str):
        return sum(map(raw.count, marks))
    return sum(raw.count(mark.encode()) for mark in marks)


def _parse(raw: bytes | str) -> object:
    options: dict[str, Any] = {"parse_float": Decimal, "parse_constant": Constant, "object_pairs_hook": _members}
    value: object
    try:
        value = json.loads(raw, **options)
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise
    except ValueError:
        # Python refuses to make an int of more than 4,300 digits, as that takes quadratic time
        value = json.loads(raw, parse_int=Decimal, **options)
    return value


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        values_by_name: dict[str, list[object]] = {}
        for name, value in pairs:
            values_by_name.setdefault(name, []).append(value)
        members.update((REPEATED.format(name), values) for name, values in values_by_name.items() if len(values) > 1)
    return members


def _check_depth(value: object) -> None:
    level: list[Any] = [value]
    depth = 0
    while level := [node for node in level if type(node) is dict or type(node) is list]:
        depth += 1
        if depth > MAXIMUM_DEPTH:
            raise BodyTooLargeError("nested too deeply")
        level = [child for node in level for child in (node.values() if type(node) is dict else node)]


def _loses(raw: bytes, rewritten: bytes) -> bool:
    """Whether the quick parser lost something: a member that was dropped took its colon along."""
    if rewritten == raw:
        return False
    # a colon that was written as an escape would stand for the one of a member that was dropped
    return (
        raw.count(b":") != rewritten.count(b":")
        or (b"\\u003" in raw and any(colon in raw for colon in _ESCAPED_COLONS))
        or not doubles_are_exact(raw, rewritten)
    )
