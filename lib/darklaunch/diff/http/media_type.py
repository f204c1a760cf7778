"""What a response's headers say of its body: content codings, format, charset."""

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final

from darklaunch.pair.headers import Headers


class Format(Enum):
    """How a body is read, by its content type."""

    JSON = "json"
    LINES = "lines"
    EVENTS = "events"
    XML = "xml"
    HTML = "html"
    FORM = "form"
    TEXT = "text"
    BINARY = "binary"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Media:
    """What is said of a body.

    Attributes:
        encodings: content codings in lower case, in the order in which they were applied.
        format: how the body is to be read.
        charset: the charset parameter in lower case; None without one.
    """

    encodings: tuple[str, ...]
    format: Format
    charset: str | None


_LINES: Final = re.compile(
    r"application/(x-)?(ndjson|jsonl|json-?lines|json-?seq|json-?stream|stream\+json)|.*\+json-seq"
)
_BINARY: Final = re.compile(
    r"(image|audio|video|font|model|multipart)/.*"
    r"|application/(x-)?(pdf|zip|gzip|tar|protobuf|msgpack|avro|cbor|wasm|bzip2?|7z-compressed|grpc.*|font.*)"
    r"|application/vnd\.google\.protobuf|.*\+(protobuf|cbor|zip|gzip|avro)"
)
_CHARSET: Final = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:+-]{1,40})")
_NAMED: Final = frozenset(map(len, ("content-type", "content-encoding")))


def media(headers: Headers) -> Media:
    """Reads the headers that describe the body.

    Args:
        headers: of one response. Of several content types the first holds; content encodings add up.
    """
    content_type = encodings = ""
    for name, value in headers:
        # the length first: lowering every name of every response is dearer than all else here
        if len(name) in _NAMED:
            lowered = name.lower()
            if lowered == "content-type":
                content_type = content_type or value
            elif lowered == "content-encoding":
                encodings = f"{encodings},{value}" if encodings else value
    return _media(content_type, encodings)


@lru_cache(maxsize=4096)
def _media(content_type: str, encodings: str) -> Media:
    lowered = content_type.lower()
    charset = _CHARSET.search(lowered)
    listed = (encoding.strip() for encoding in encodings.lower().split(","))
    return Media(
        encodings=tuple(encoding for encoding in listed if encoding not in {"", "identity"}),
        format=_format(lowered.partition(";")[0].strip()),
        charset=charset[1] if charset else None,
    )


def _format(media_type: str) -> Format:  # noqa: PLR0911 - one line for each format
    if media_type in {"", "application/octet-stream", "binary/octet-stream"}:
        return Format.UNKNOWN
    if media_type == "text/event-stream":
        return Format.EVENTS
    if _LINES.fullmatch(media_type):
        return Format.LINES
    if "json" in media_type:
        return Format.JSON
    if media_type in {"text/html", "application/xhtml+xml"}:
        return Format.HTML
    if media_type.endswith(("/xml", "+xml")):
        return Format.XML
    if media_type == "application/x-www-form-urlencoded":
        return Format.FORM
    return Format.BINARY if _BINARY.fullmatch(media_type) else Format.TEXT
