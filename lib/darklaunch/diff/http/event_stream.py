"""Parsers of JSON lines and of server-sent events, both to an array."""

import contextlib
import re
from collections.abc import Callable, Iterator
from typing import Final

from darklaunch.diff.http.charset import decode_text
from darklaunch.diff.http.parsed_body import Binary, Json, ParsedBody, Unparsable

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_RETRY: Final = re.compile(r"[0-9]{1,15}")
_UNDISPATCHED: Final = "#undispatched"
_FIELDS: Final = frozenset({"event", "data", "id", "retry"})


def parse_json_lines(raw: bytes, charset: str | None, parse_json: Callable[[bytes], object]) -> ParsedBody:
    """Reads one JSON value a line, or behind each record separator (RFC 7464).

    Args:
        raw: the body.
        charset: of the content type, if it has one.
        parse_json: reads one value; raises ValueError where it is none.

    Returns:
        The array of the values; ``Unparsable`` where one of them is not JSON.
    """
    text = decode_text(raw, charset)
    if text is None:
        return Unparsable(raw.decode("utf-8", "backslashreplace"))
    # a record of a sequence may stretch over lines
    records = text.split("\x1e") if text.startswith("\x1e") else text.split("\n")
    try:
        return Json([parse_json(record.encode("utf-8", "surrogatepass")) for record in records if record.strip()])
    except ValueError:
        return Unparsable(text)


def parse_events(raw: bytes, parse_json: Callable[[bytes], object]) -> ParsedBody:
    """Reads server-sent events as the HTML standard does.

    Args:
        raw: the body, UTF-8 by definition.
        parse_json: reads one JSON value; raises ValueError where it is none.

    Returns:
        An array of objects with those of ``event``, ``data``, ``id`` and ``retry`` that were sent; ``data`` is a
        JSON value where it is one, else text. What no blank line ends is never dispatched, and stands in an object of
        its own under ``#undispatched``. Comments and unknown fields are left out.
    """
    text = decode_text(raw, None)
    if text is None:
        return Binary(raw)
    events: list[object] = []
    for fields, is_dispatched in _blocks(text):
        event = _event(fields, parse_json)
        events.append(event if is_dispatched else {_UNDISPATCHED: event})
    return Json(events)


def _blocks(text: str) -> Iterator[tuple[dict[str, str], bool]]:
    """The fields of each event, and whether a blank line ends them."""
    fields: dict[str, str] = {}
    *lines, unfinished = _LINE_END.split(text)
    for line in (*lines, *([unfinished] if unfinished else ())):
        name, _, value = line.partition(":")
        if not line and fields:
            yield fields, True
            fields = {}
        elif name in _FIELDS:
            content = value[1:] if value.startswith(" ") else value
            fields[name] = f"{fields[name]}\n{content}" if name == "data" and name in fields else content
    if fields:
        yield fields, False


def _event(fields: dict[str, str], parse_json: Callable[[bytes], object]) -> dict[str, object]:
    event: dict[str, object] = dict(fields)
    if "data" in event:
        # most streams end with a word that is no JSON
        with contextlib.suppress(ValueError):
            event["data"] = parse_json(fields["data"].encode("utf-8", "surrogatepass"))
    if _RETRY.fullmatch(fields.get("retry", "")):
        event["retry"] = int(fields["retry"])
    return event
