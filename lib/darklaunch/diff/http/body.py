"""Parsing of response bodies into comparable values, by content type, else by what the bytes look like."""

import re
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import Final, TypeAlias

from darklaunch.diff.http.charset import decode_text, without_mark
from darklaunch.diff.http.content_coding import decode_content
from darklaunch.diff.http.event_stream import parse_events, parse_json_lines
from darklaunch.diff.http.form import parse_form
from darklaunch.diff.http.json_body import is_prefixed, parse_json_body
from darklaunch.diff.http.markup import parse_html, parse_xml, sniff_format
from darklaunch.diff.http.markup_tree import keep_order_changes
from darklaunch.diff.http.media_type import BodyFormat, ContentMetadata, content_metadata
from darklaunch.diff.http.multipart import parse_multipart
from darklaunch.diff.http.parsed_body import Binary, Empty, Json, ParsedBody, Text, Undecodable, Unparsable
from darklaunch.diff.http.response import Response
from darklaunch.diff.values.json_text import (
    BodyTooLargeError,
    NeedsExactParserError,
    parse_exact,
    parse_quick,
    parse_quick_pair,
)
from darklaunch.pair.headers import Headers

_Parser: TypeAlias = Callable[[bytes], object]
_Decoded: TypeAlias = tuple[bytes | Undecodable, ContentMetadata]

_LOOKS_LIKE_JSON: Final = re.compile(rb"[ \t\r\n]*[\[{]")
_NEVER_JSON: Final = frozenset(
    {BodyFormat.LINES, BodyFormat.EVENTS, BodyFormat.XML, BodyFormat.BINARY, BodyFormat.MULTIPART}
)
_ANY_BYTES: Final = frozenset({BodyFormat.XML, BodyFormat.BINARY, BodyFormat.MULTIPART})
"""Formats whose bytes are no characters, or say themselves which."""


def parse_pair(production: Response, other: Response) -> tuple[ParsedBody, ParsedBody]:
    """Parses two bodies with one parser, so that the same number never has two values.

    Args:
        production: the reference.
        other: the shadow, or the baseline.
    """
    metadata = content_metadata(production.headers)
    other_metadata = metadata if other.headers is production.headers else content_metadata(other.headers)
    raw = decode_content(production.body, metadata.encodings)
    other_raw = decode_content(other.body, other_metadata.encodings)
    parse_json: _Parser = parse_quick
    if (
        isinstance(raw, bytes)
        and isinstance(other_raw, bytes)
        and _may_be_json(raw, metadata)
        and _may_be_json(other_raw, other_metadata)
    ):
        try:
            value, other_value = parse_quick_pair(raw, other_raw)
            return Json(value), Json(other_value)
        except (NeedsExactParserError, BodyTooLargeError):
            parse_json = parse_exact
    with suppress(NeedsExactParserError):
        return _parse_both((raw, metadata), (other_raw, other_metadata), parse_json)
    return _parse_both((raw, metadata), (other_raw, other_metadata), parse_exact)


@lru_cache(maxsize=4096)
def is_plain_json(headers: Headers) -> bool:
    """Whether a body that looks like a JSON object is one under these headers: not encoded, and of no other format."""
    metadata = content_metadata(headers)
    return not metadata.encodings and _may_be_json(b"{", metadata)


def has_graphql_errors(body: ParsedBody) -> bool:
    """Whether a GraphQL response reports errors, whatever its status and with or without data."""
    if not isinstance(body, Json) or not isinstance(body.value, dict):
        return False
    errors = body.value.get("errors")
    return isinstance(errors, list) and len(errors) > 0


def _may_be_json(raw: bytes, metadata: ContentMetadata) -> bool:
    if metadata.format is BodyFormat.JSON:
        return len(raw) > 0
    return metadata.format not in _NEVER_JSON and (_LOOKS_LIKE_JSON.match(raw) is not None or is_prefixed(raw))


def _parse_both(production: _Decoded, other: _Decoded, parse_json: _Parser) -> tuple[ParsedBody, ParsedBody]:
    parsed = _parse_body(*production, parse_json), _parse_body(*other, parse_json)
    match parsed:
        case Json(tree, markup=True), Json(other_tree, markup=True):
            keep_order_changes(tree, other_tree)
    return parsed


def _parse_body(raw: bytes | Undecodable, metadata: ContentMetadata, parse_json: _Parser) -> ParsedBody:
    if isinstance(raw, Undecodable):
        return raw
    if not raw:
        return Empty()
    plain = raw if metadata.format in _ANY_BYTES else without_mark(raw)
    try:
        parsed = _parse_json(plain, metadata, parse_json) if _may_be_json(plain, metadata) else None
        if parsed is None:
            body_format = sniff_format(raw, metadata.format)
            if body_format is BodyFormat.MULTIPART:
                return parse_multipart(raw, metadata.boundary, _parse_part)
            parsed = _parse_as(body_format, raw, metadata.charset, parse_json)
    except BodyTooLargeError as error:
        return Undecodable(str(error))
    return parsed


def _parse_json(raw: bytes, metadata: ContentMetadata, parse_json: _Parser) -> ParsedBody | None:
    """JSON, or None where it only looked so."""
    try:
        return parse_json_body(raw, metadata.charset, parse_json)
    except ValueError:
        return Unparsable(raw.decode("utf-8", "backslashreplace")) if metadata.format is BodyFormat.JSON else None


def _parse_part(raw: bytes, headers: Headers) -> ParsedBody:
    """The body of a part; markup as text, and parts within parts as bytes."""
    metadata = content_metadata(headers)
    if metadata.format is BodyFormat.MULTIPART:
        return Binary(raw)
    decoded = decode_content(raw, metadata.encodings)
    parsed = _parse_body(decoded, metadata, parse_exact)
    if isinstance(parsed, Json) and parsed.markup and isinstance(decoded, bytes):
        text = decode_text(decoded, metadata.charset)
        return Binary(decoded) if text is None else Text(text)
    return parsed


def _parse_as(body_format: BodyFormat, raw: bytes, charset: str | None, parse_json: _Parser) -> ParsedBody:
    match body_format:
        case BodyFormat.LINES:
            return parse_json_lines(raw, charset, parse_json)
        case BodyFormat.EVENTS:
            return parse_events(raw, parse_json)
        case BodyFormat.XML:
            return parse_xml(raw, charset)
        case BodyFormat.HTML:
            return parse_html(raw, charset)
        case BodyFormat.FORM:
            return parse_form(raw, charset)
        case BodyFormat.BINARY | BodyFormat.MULTIPART:
            return Binary(raw)
        case _:  # characters, whatever they claim to be
            text = decode_text(raw, charset)
            return Binary(raw) if text is None else Text(text)
