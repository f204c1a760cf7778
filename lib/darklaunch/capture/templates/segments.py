"""Segments of paths that are values: ids, hashes, dates, numbers."""

import re
from typing import Final

_HEX: Final = re.compile(r"(?=[0-9a-fA-F]*[0-9])[0-9a-fA-F]{8,}")
_KINDS: Final = (
    ("uuid", re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")),
    ("date", re.compile(r"[12][0-9]{3}-[01][0-9](?:-[0-3][0-9](?:T[0-9:.Z+-]*)?)?")),
    ("id", re.compile(r"-?[0-9]+(?:\.[0-9]+)?")),
    # ULID
    ("id", re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")),
    ("hash", _HEX),
    ("email", re.compile(r"[^@/]+(?:@|%40)[^@/]+\.[A-Za-z]{2,}")),
    # a prefix as Stripe and others write ids: cus_Nffrt81K
    ("id", re.compile(r"[a-z]{2,8}_(?=[A-Za-z0-9]*[0-9])[A-Za-z0-9]{6,}")),
    # a word, a dash and at least three digits: order-10024
    ("id", re.compile(r"[A-Za-z]{1,12}[-_][0-9]{3,}")),
    # base64 of many bytes: mixed letters and digits
    ("token", re.compile(r"(?=[^/]*[0-9])(?=[^/]*[A-Z])(?=[^/]*[a-z])[A-Za-z0-9_=-]{16,}")),
)
_ENDING: Final = re.compile(r"(.+?)(\.[A-Za-z][A-Za-z0-9]{0,4})")
_WRITABLE: Final = re.compile(r"[^{}\s?#]+")


def kind_of(segment: str) -> str | None:
    """The kind of value that a segment is, such as ``uuid``; None: it reads as a word."""
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(segment)), None)


def split_ending(segment: str) -> tuple[str, str]:
    """A segment and the ending that it has as a file, such as ``.json``, or none."""
    found = _ENDING.fullmatch(segment)
    return (found[1], found[2]) if found else (segment, "")


def is_writable(segment: str) -> bool:
    """Whether a template can hold a segment as it is."""
    return segment.isprintable() and _WRITABLE.fullmatch(segment) is not None
