"""Content metadata of a response: content codings, format and charset, from its headers."""

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final

from darklaunch.pair.headers import Headers


class BodyFormat(Enum):
    """Formats in which bodies are read."""

    JSON = "json"
    LINES = "lines"
    EVENTS = "events"
    XML = "xml"
    HTML = "html"
    FORM = "form"
    MULTIPART = "multipart"
    TEXT = "text"
    BINARY = "binary"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ContentMetadata:
    """Content codings, format and charset of a body.

    Attributes:
        encodings: content codings in lower case, in the order in which they were applied.
        format: how the body is to be read.
        charset: the charset parameter in lower case; None without one.
        boundary: that of the parts of a body; None without one.
    """

    encodings: tuple[str, ...]
    format: BodyFormat
    charset: str | None
    boundary: str | None = None


_LINES: Final = re.compile(
    r"application/(x-)?(ndjson|jsonl|json-?lines|json-?seq|json-?stream|stream\+json)|.*\+json-seq"
)
_BINARY: Final = re.compile(
    r"(image|audio|video|font|model)/.*"
    r"|application/(x-)?(pdf|zip|gzip|tar|protobuf|msgpack|avro|cbor|wasm|bzip2?|7z-compressed|grpc.*|font.*)"
    r"|application/vnd\.google\.protobuf|.*\+(protobuf|cbor|zip|gzip|avro)"
)
_CHARSET: Final = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:+-]{1,40})")
_BOUNDARY: Final = re.compile(r";\s*boundary\s*=\s*(?:\"([^\"]{1,200})\"|([^\s;\"]{1,200}))", re.IGNORECASE)
_NAME_LENGTHS: Final = frozenset(map(len, ("content-type", "content-encoding")))


def content_metadata(headers: Headers) -> ContentMetadata:
    """Reads the headers that describe the body.

    Args:
        headers: of one response. Of several content types the first holds; content encodings add up.
    """
    content_type = encodings = ""
    for name, value in headers:
        # the length first: lowering every name of every response is dearer than all else here
        if len(name) in _NAME_LENGTHS:
            lowered = name.lower()
            if lowered == "content-type":
                content_type = content_type or value
            elif lowered == "content-encoding":
                encodings = f"{encodings},{value}" if encodings else value
    return _metadata_of(content_type, encodings)


@lru_cache(maxsize=4096)
def _metadata_of(content_type: str, encodings: str) -> ContentMetadata:
    lowered = content_type.lower()
    charset = _CHARSET.search(lowered)
    boundary = _BOUNDARY.search(content_type)
    codings = (encoding.strip() for encoding in encodings.lower().split(","))
    return ContentMetadata(
        encodings=tuple(encoding for encoding in codings if encoding not in {"", "identity"}),
        format=_format(lowered.partition(";")[0].strip()),
        charset=charset[1] if charset else None,
        boundary=(boundary[1] or boundary[2]) if boundary else None,
    )


def _format(media_type: str) -> BodyFormat:
    if media_type in {"", "application/octet-stream", "binary/octet-stream"}:
        return BodyFormat.UNKNOWN
    if media_type == "text/event-stream":
        return BodyFormat.EVENTS
    if _LINES.fullmatch(media_type):
        return BodyFormat.LINES
    if "json" in media_type:
        return BodyFormat.JSON
    if media_type in {"text/html", "application/xhtml+xml"}:
        return BodyFormat.HTML
    if media_type.endswith(("/xml", "+xml")):
        return BodyFormat.XML
    if media_type == "application/x-www-form-urlencoded":
        return BodyFormat.FORM
    if media_type.startswith("multipart/"):
        return BodyFormat.MULTIPART
    return BodyFormat.BINARY if _BINARY.fullmatch(media_type) else BodyFormat.TEXT
