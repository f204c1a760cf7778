"""The messages of Envoy's HTTP tap, as ``envoy/data/tap/v3`` has them in JSON."""

import base64
import binascii
import re
from datetime import datetime, timezone
from typing import Final

import msgspec

from darklaunch.capture.importers.http_message import text_of
from darklaunch.capture.importers.options import UnreadableRecordError
from darklaunch.capture.writing.exchange import Headers

_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)")
_MICROSECOND_DIGITS: Final = 6


class TapHeader(msgspec.Struct, frozen=True):
    """A header; newer versions may give its value as bytes in Base64."""

    key: str
    value: str = ""
    raw_value: str = ""


class TapBody(msgspec.Struct, frozen=True):
    """A body, or a piece of one, as bytes in Base64 or as text."""

    truncated: bool = False
    as_bytes: str | None = None
    as_string: str | None = None


class TapMessage(msgspec.Struct, frozen=True):
    """A request or a response."""

    headers: list[TapHeader]
    body: TapBody | None = None
    trailers: list[TapHeader] | None = None
    headers_received_time: str | None = None


class BufferedTrace(msgspec.Struct, frozen=True):
    """A whole exchange."""

    request: TapMessage | None = None
    response: TapMessage | None = None


class TapHeaders(msgspec.Struct, frozen=True):
    """Headers or trailers of a stream."""

    headers: list[TapHeader]
    headers_received_time: str | None = None


class StreamedSegment(msgspec.Struct, frozen=True):
    """One event of a stream; exactly one of its parts is there."""

    trace_id: str | int
    request_headers: TapHeaders | None = None
    request_body_chunk: TapBody | None = None
    request_trailers: TapHeaders | None = None
    response_headers: TapHeaders | None = None
    response_body_chunk: TapBody | None = None
    response_trailers: TapHeaders | None = None


class TraceWrapper(msgspec.Struct, frozen=True):
    """One object of a tap's output."""

    http_buffered_trace: BufferedTrace | None = None
    http_streamed_trace_segment: StreamedSegment | None = None


_DECODER: Final = msgspec.json.Decoder(TraceWrapper)


def read_wrapper(raw: bytes) -> TraceWrapper:
    """Reads one object.

    Raises:
        UnreadableRecordError: it is none of a tap's.
    """
    try:
        return _DECODER.decode(raw)
    except (ValueError, RecursionError) as error:
        what = "of another shape" if isinstance(error, msgspec.ValidationError) else "broken"
        raise UnreadableRecordError(f"its JSON is {what}") from error


def headers_of(headers: list[TapHeader]) -> Headers:
    """Names and values in their order."""
    return tuple((each.key, text_of(_decoded(each.raw_value)) if each.raw_value else each.value) for each in headers)


def body_of(body: TapBody | None) -> tuple[bytes, bool]:
    """The bytes of a body, none where there was none, and whether some of them are lost.

    Raises:
        UnreadableRecordError: its Base64 is broken.
    """
    if body is None:
        return b"", False
    if body.as_string is not None:
        # bytes that are no UTF-8 can't be told from each other any more
        return body.as_string.encode("utf-8", "surrogatepass"), body.truncated or "\ufffd" in body.as_string
    return _decoded(body.as_bytes or ""), body.truncated


def microseconds_of(time: str) -> int:
    """A moment of ISO 8601 with its offset, in microseconds since 1970.

    Raises:
        UnreadableRecordError: it is no time.
    """
    found = _TIME.fullmatch(time)
    try:
        moment = datetime.fromisoformat(f"{found[1]}{found[3].replace('Z', '+00:00')}") if found else None
    except ValueError:
        moment = None
    if found is None or moment is None:
        raise UnreadableRecordError("its time is none")
    fraction = (found[2] or "").ljust(_MICROSECOND_DIGITS, "0")[:_MICROSECOND_DIGITS]
    return int(moment.astimezone(timezone.utc).timestamp()) * 1_000_000 + int(fraction)


def received_us_of(time: str | None) -> int | None:
    """The moment at which headers came, in microseconds since 1970; None where the tap did not record it."""
    return None if time is None else microseconds_of(time)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnreadableRecordError("its Base64 is broken") from error
