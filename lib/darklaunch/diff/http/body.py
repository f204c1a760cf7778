"""Lifting a response body into a value that can be compared, by its content type, then by looking."""

import re
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from darklaunch.diff.http.content_coding import MAXIMUM_BODY_BYTES, MAXIMUM_INFLATED_BYTES, read_text, undo_encodings
from darklaunch.diff.http.event_stream import lift_events, lift_lines
from darklaunch.diff.http.form import lift_form
from darklaunch.diff.http.markup import lift_html, lift_xml, look
from darklaunch.diff.http.markup_tree import keep_told_orders
from darklaunch.diff.http.media_type import Format, Media, media
from darklaunch.diff.http.parsed_body import Binary, Empty, Json, Lifted, Text, Undecodable, Unparsable
from darklaunch.diff.http.response import Response
from darklaunch.diff.values.json_text import Constant, NotQuick, TooMuch, exact, quick, quick_pair

__all__ = [
    "MAXIMUM_BODY_BYTES",
    "MAXIMUM_INFLATED_BYTES",
    "Binary",
    "Constant",
    "Empty",
    "Json",
    "Lifted",
    "Text",
    "Undecodable",
    "Unparsable",
    "graphql_failed",
    "lift_pair",
]

_Parse: TypeAlias = Callable[[bytes], Any]

_LOOKS_LIKE_JSON: Final = re.compile(rb"[ \t\r\n]*[\[{]")
_NEVER_JSON: Final = frozenset({Format.LINES, Format.EVENTS, Format.XML, Format.BINARY})


def lift_pair(production: Response, other: Response) -> tuple[Lifted, Lifted]:
    """Lifts two bodies with one parser, so that the same number never has two values.

    Args:
        production: the reference.
        other: the shadow, or the baseline.
    """
    here = media(production.headers)
    there = here if other.headers is production.headers else media(other.headers)
    one, another = undo_encodings(production.body, here.encodings), undo_encodings(other.body, there.encodings)
    parses: tuple[_Parse, ...] = (quick, exact)
    if (
        isinstance(one, bytes)
        and isinstance(another, bytes)
        and _may_be_json(one, here)
        and _may_be_json(another, there)
    ):
        try:
            first, second = quick_pair(one, another)
            return Json(first), Json(second)
        except (NotQuick, TooMuch):
            parses = (exact,)
    for parse in parses:
        try:
            lifted = _lift(one, here, parse), _lift(another, there, parse)
        except NotQuick:
            continue
        match lifted:
            case Json(one, markup=True), Json(another, markup=True):
                keep_told_orders(one, another)
        return lifted
    raise AssertionError("the exact parser never asks for another one")


def graphql_failed(lifted: Lifted) -> bool:
    """Says whether a GraphQL response tells of errors, whatever its status and with or without data."""
    if not isinstance(lifted, Json) or not isinstance(lifted.value, dict):
        return False
    errors = lifted.value.get("errors")
    return isinstance(errors, list) and len(errors) > 0


def _may_be_json(raw: bytes, said: Media) -> bool:
    if said.format is Format.JSON:
        return len(raw) > 0
    return said.format not in _NEVER_JSON and _LOOKS_LIKE_JSON.match(raw) is not None


def _lift(raw: bytes | Undecodable, said: Media, parse: _Parse) -> Lifted:
    if isinstance(raw, Undecodable):
        return raw
    if not raw:
        return Empty()
    try:
        found = _lift_json(raw, said, parse) if _may_be_json(raw, said) else None
        return _lift_as(look(raw, said.format), raw, said.charset, parse) if found is None else found
    except TooMuch as error:
        return Undecodable(str(error))


def _lift_json(raw: bytes, said: Media, parse: _Parse) -> Lifted | None:
    """JSON, or None where it only looked so."""
    try:
        return Json(_parse_json(raw, said, parse))
    except ValueError:
        return Unparsable(raw.decode("utf-8", "backslashreplace")) if said.format is Format.JSON else None


def _parse_json(raw: bytes, said: Media, parse: _Parse) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return parse(raw)
    except UnicodeDecodeError:
        text = read_text(raw, said.charset)
        if text is None:
            raise
        return parse(text.encode("utf-8", "surrogatepass"))


def _lift_as(form: Format, raw: bytes, charset: str | None, parse: _Parse) -> Lifted:  # noqa: PLR0911 - one line for each format
    match form:
        case Format.LINES:
            return lift_lines(raw, charset, parse)
        case Format.EVENTS:
            return lift_events(raw, parse)
        case Format.XML:
            return lift_xml(raw, charset)
        case Format.HTML:
            return lift_html(raw, charset)
        case Format.FORM:
            return lift_form(raw, charset)
        case Format.BINARY:
            return Binary(raw)
        case Format.JSON | Format.TEXT | Format.UNKNOWN:
            text = read_text(raw, charset)
            return Binary(raw) if text is None else Text(text)
