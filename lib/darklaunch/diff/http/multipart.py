"""Parser of bodies of several parts (RFC 2046, section 5.1)."""

import re
from collections.abc import Callable
from typing import Final

from darklaunch.diff.http.header_values import HeaderValue, canonical_media_type
from darklaunch.diff.http.parsed_body import Binary, Json, ParsedBody, Text, Undecodable, Unparsable
from darklaunch.pair.headers import Headers

MAXIMUM_PARTS: Final = 10_000
"""A body of more parts is compared as bytes."""

_BLANK_LINE: Final = re.compile(rb"\A(?=\r?\n)|\r?\n(?=\r?\n)")
_FIELD: Final = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*", re.DOTALL)
_FOLD: Final = re.compile(r"\r?\n[ \t]+")

PartParser = Callable[[bytes, Headers], ParsedBody]


def parse_multipart(raw: bytes, boundary: str | None, parse_part: PartParser) -> ParsedBody:
    """Reads the parts of a body.

    Args:
        raw: the body.
        boundary: of the content type.
        parse_part: reads the body of a part under its headers.

    Returns:
        An array of objects with ``headers``, by name in lower case, and ``body``, which is left out where it is empty;
        ``#unparsable`` for ``body`` where it claims a format and is not of it. Bytes are told by size and digest.
        The whole as bytes where it is not made of parts from its first byte to its last.
    """
    parts = _parts(raw, boundary.encode("utf-8", "replace")) if boundary else None
    if parts is None:
        return Binary(raw)
    read: list[object] = []
    for part in parts:
        split = _BLANK_LINE.search(part)
        headers = _headers(part[: split.start()]) if split is not None else None
        if split is None or headers is None:
            return Binary(raw)
        start = split.end() + (2 if part[split.end() : split.end() + 1] == b"\r" else 1)
        body = parse_part(part[start:], headers)
        if isinstance(body, Undecodable):
            return body
        read.append({"headers": _by_name(headers), **_body_members(body)})
    return Json(read)


def _parts(raw: bytes, boundary: bytes) -> list[bytes] | None:
    """What lies between the lines of the boundary; None where there is anything else."""
    pieces = re.split(
        rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(?=--|[ \t]*\r?\n)", raw, maxsplit=MAXIMUM_PARTS + 1
    )
    first, *parts, last = pieces if len(pieces) > 1 else (raw, b"", b"")
    if first or last.strip(b" \t\r\n") != b"--" or len(parts) > MAXIMUM_PARTS:
        return None
    return [part.partition(b"\n")[2] for part in parts] if not any(map(_closes, parts)) else None


def _closes(part: bytes) -> bool:
    return part.startswith(b"--")


def _headers(raw: bytes) -> Headers | None:
    text = _FOLD.sub(" ", raw.decode("utf-8", "backslashreplace"))
    fields = [_FIELD.fullmatch(line) for line in re.split(r"\r?\n", text) if line]
    return None if None in fields else tuple((field[1], field[2]) for field in fields if field is not None)


def _by_name(headers: Headers) -> dict[str, HeaderValue]:
    grouped: dict[str, list[str]] = {}
    for name, value in headers:
        lowered = name.lower()
        grouped.setdefault(lowered, []).append(canonical_media_type(value) if lowered == "content-type" else value)
    return {name: values[0] if len(values) == 1 else values for name, values in grouped.items()}


def _body_members(body: ParsedBody) -> dict[str, object]:
    match body:
        case Json(value, prefix="", several=False) | Text(value):
            return {"body": value}
        case Json(value, prefix=prefix, several=several):
            return {"body": value, "#prefix": prefix, "#several": several}
        case Binary():
            return {"body": body.digest}
        case Unparsable(text):
            return {"#unparsable": text}
        case _:  # empty
            return {}
