"""The members of a JSON object as text: two that are spelt alike are equal, and need not be read."""

import re
from collections.abc import Mapping
from typing import Final, TypeAlias

import msgspec

from darklaunch.diff.values.json_text import MAXIMUM_DEPTH, MAXIMUM_VALUES, NeedsExactParserError, parse_quick

MemberTexts: TypeAlias = Mapping[str, msgspec.Raw]
"""Text of values by name, in the order of the object."""

LARGEST_BYTES: Final = 2 * MAXIMUM_VALUES
"""A body that is no longer than this can't hold more values than are compared."""

# it skips a value as strictly as a parser reads it, but for bytes that are not UTF-8
_split: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_read: Final = msgspec.json.Decoder().decode
_DISTINCT_SCALARS: Final = frozenset({str, int, float, bool})
_SHALLOW: Final = 16
_UNKNOWN: Final = -1
_ALL_BUT_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_ALL_BUT_COLONS: Final = bytes(set(range(256)) - set(b":"))
_DIGITS: Final = bytes(
    ord("0") if chr(c) in "0123456789" else {69: 101, 101: 101, 43: 45, 45: 45}.get(c, 32) for c in range(256)
)
"""A table for ``bytes.translate``: digits become 0, E becomes e, plus becomes minus, the rest is blank."""
_FRACTION: Final = re.compile(rb"\.(?:\d+0(?!\d)|0000)")
"""A fraction that ends on a zero, or is so small that a double is written with an exponent."""

_MANY_DIGITS: Final = b"0" * 4_300
"""As many as Python reads as an integer; where one has more, the exact parser reads all integers as decimals."""


def split_both(production: bytes, other: bytes) -> tuple[MemberTexts, MemberTexts, list[str]] | None:
    """Splits the texts of two JSON objects into their members.

    Args:
        production: as the parsers of whole bodies get it.
        other: the other arm's.

    Returns:
        The members of both, and the names of production's that the other spells otherwise or has not. None where one of
        them is anything else than an object, or has to be read as a whole: not JSON to every parser, too large,
        possibly too deep, or with a name given more than once.
    """
    texts, other_texts = _members(production), _members(other)
    if texts is None or other_texts is None:
        return None
    other_text_of = other_texts.get
    changed = [name for name, text in texts.items() if text != other_text_of(name)]
    length = sum(map(len, texts)) + sum(map(len, texts.values()))
    other_length = _length(texts, other_texts, changed, length)
    if _names_are_distinct(production, texts, length) and _names_are_distinct(other, other_texts, other_length):
        return texts, other_texts, changed
    return None


def _members(body: bytes) -> MemberTexts | None:
    """The members of an object, the last of those with the same name; None: it has to be read as a whole."""
    if not body.startswith(b"{") or len(body) > LARGEST_BYTES:
        return None
    try:
        members = _split(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return members if (body.isascii() or _is_utf8(body)) and not _may_be_deep(body) else None


def _length(texts: MemberTexts, other_texts: MemberTexts, changed: list[str], length: int) -> int:
    """The length of the other's names and values, given that of production's; -1 where their names are not the same."""
    if len(texts) != len(other_texts):
        return _UNKNOWN
    for name in changed:
        text = other_texts.get(name)
        if text is None:
            return _UNKNOWN
        length += len(text) - len(texts[name])
    return length


def may_have_huge_integer(body: bytes) -> bool:
    """Whether a body may hold an integer that makes the exact parser read all integers otherwise."""
    return len(body) > len(_MANY_DIGITS) and _MANY_DIGITS in body.translate(_DIGITS)


def surely_differ(production: msgspec.Raw, other: msgspec.Raw) -> bool:
    """Whether two texts are scalars of one type, not equal; numbers that differ as doubles also differ exactly."""
    try:
        value, counterpart = _read(production), _read(other)
    except (msgspec.MsgspecError, RecursionError):
        return False
    kind = type(value)
    return kind is type(counterpart) and kind in _DISTINCT_SCALARS and value != counterpart


def read_member(text: msgspec.Raw) -> object:
    """Reads the value of one member with the quick parser.

    Raises:
        NeedsExactParserError: something might be lost, or would be written otherwise than by the exact parser, which
            reads the whole body where any part of it has to be read exactly.
        BodyTooLargeError: too deep or too large.
    """
    raw = bytes(text)
    value = parse_quick(raw)
    if not _written_alike(raw, value):
        raise NeedsExactParserError
    return value


def _written_alike(raw: bytes, value: object) -> bool:
    """Whether doubles are written as decimals are, ``1.50`` being 1.5 and 1.50; where in doubt, no."""
    match value:
        case float():
            return raw == repr(value).encode() and b"e" not in raw
        case dict() | list():
            digits = raw.translate(_DIGITS)
            has_exponent = b"0e0" in digits or b"0e-0" in digits
            # an escaped colon would hide that a repeated member was lost
            return not has_exponent and _FRACTION.search(raw) is None and b"\\u003" not in raw
        case _:
            return True


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _may_be_deep(body: bytes) -> bool:
    """Whether objects and arrays may be nested deeper than is compared."""
    if len(body) <= 2 * MAXIMUM_DEPTH:
        return False
    brackets = body.translate(None, _ALL_BUT_BRACKETS)
    if len(brackets) <= 2 * MAXIMUM_DEPTH:
        return False
    for _ in range(_SHALLOW):
        # the innermost level goes
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    return len(brackets) > 0


def _names_are_distinct(body: bytes, members: MemberTexts, length: int) -> bool:
    """Whether no name was given twice; where in doubt, no. ``length`` is that of all names and values, if known."""
    # any other spelling than the compact one, and any further member, takes more bytes
    if len(body) == length + 4 * len(members) + 1:
        return True
    # each member has one, and those in names only ever add to them
    return _colons(body) == len(members) + _colons(b"".join(members.values()))


def _colons(text: bytes) -> int:
    # where they are many, twice as fast as to count them
    return len(text.translate(None, _ALL_BUT_COLONS))
