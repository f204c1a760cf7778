"""Parser of bodies of JSON, with what real services put around it: a prefix against hijacking, several documents."""

import re
from collections.abc import Callable
from typing import Final

from darklaunch.diff.http.charset import decode_text
from darklaunch.diff.http.parsed_body import Json
from darklaunch.diff.values.json_text import parse_documents

_PREFIX: Final = re.compile(
    rb"\)\]\}'?,?[ \t]*\r?\n?|while ?\((?:1|true)\);[ \t\r\n]*|for ?\(;;\);[ \t\r\n]*|throw ?1;[ \t\r\n]*|\{\} ?&& ?"
)
_BLANKS: Final = b" \t\r\n\x1e"


def is_prefixed(raw: bytes) -> bool:
    """Whether a body begins with a prefix that keeps scripts of other sites from reading it."""
    return _PREFIX.match(raw) is not None


def parse_json_body(raw: bytes, charset: str | None, parse_json: Callable[[bytes], object]) -> Json:
    """Reads JSON.

    Args:
        raw: the body.
        charset: of the content type, where the bytes are not UTF-8.
        parse_json: reads one text.

    Returns:
        The value; of several texts, one behind the other, the array of their values. A prefix is kept apart.

    Raises:
        ValueError: not JSON.
        NeedsExactParserError: as ``parse_json`` does.
    """
    try:
        return Json(_value(raw, charset, parse_json))
    except ValueError:
        prefix = _PREFIX.match(raw)
        if prefix is not None and prefix.end() < len(raw):
            value = _value(raw[prefix.end() :], charset, parse_json)
            return Json(value, prefix=prefix[0].decode("ascii"))
        text = decode_text(raw, charset)
        if text is None or not _may_have_several(raw):
            raise
        documents = parse_documents(text)
        if documents is None:
            raise
        return Json(documents, several=True)


def _value(raw: bytes, charset: str | None, parse_json: Callable[[bytes], object]) -> object:
    try:
        return parse_json(raw)
    except UnicodeDecodeError:
        text = decode_text(raw, charset)
        if text is None:
            raise
        return parse_json(text.encode("utf-8", "surrogatepass"))


def _may_have_several(raw: bytes) -> bool:
    """Whether a text begins as an object, an array or a text does, which most that are no JSON don't."""
    return raw.lstrip(_BLANKS)[:1] in {b"{", b"[", b'"'}
