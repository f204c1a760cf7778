"""One entry of a HAR 1.2 file."""

import base64
import binascii
import re
from collections.abc import Callable
from typing import Final

import msgspec

from darklaunch.capture.importers.envoy.messages import microseconds_of
from darklaunch.capture.importers.http_message import split_target
from darklaunch.capture.importers.options import (
    ImportOptions,
    UnreadableRecordError,
    header_value,
    moment_of,
    redacted,
)
from darklaunch.capture.writing.exchange import Exchange, Headers

_CHARSET: Final = re.compile(r"charset\s*=\s*\"?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_DESCRIBES_ENCODED: Final = ("content-encoding", "content-length")
_CANCELLED: Final = re.compile(r"ABORTED|BLOCKED|CACHE_MISS|DISALLOWED|UNSAFE|cancel", re.IGNORECASE)
_TIMEOUT: Final = re.compile(r"TIMED?_?\s?OUT", re.IGNORECASE)
_BODILESS: Final = (204, 304)


class HarHeader(msgspec.Struct, frozen=True):
    """A header."""

    name: str
    value: str


class HarPostData(msgspec.Struct, frozen=True):
    """The body of a request."""

    text: str | None = None
    encoding: str | None = None


class HarRequest(msgspec.Struct, frozen=True, rename="camel"):
    """A request."""

    method: str
    url: str
    headers: list[HarHeader]
    post_data: HarPostData | None = None


class HarContent(msgspec.Struct, frozen=True, rename="camel"):
    """The body of a response, decoded and in UTF-8, or in Base64."""

    size: float = -1
    text: str | None = None
    encoding: str | None = None
    mime_type: str | None = None


class HarResponse(msgspec.Struct, frozen=True):
    """A response; recorders put the reason there why there is none."""

    status: int
    headers: list[HarHeader]
    content: HarContent
    error: str | None = msgspec.field(name="_error", default=None)
    failure: str | None = msgspec.field(name="_failureText", default=None)


class HarTimings(msgspec.Struct, frozen=True):
    """Milliseconds; -1 where they don't apply."""

    send: float | None = -1
    wait: float | None = -1
    receive: float | None = -1


class HarEntry(msgspec.Struct, frozen=True, rename="camel"):
    """An exchange as a client saw it."""

    started_date_time: str
    request: HarRequest
    response: HarResponse
    timings: HarTimings = HarTimings()
    from_cache: str | None = msgspec.field(name="_fromCache", default=None)


_DECODER: Final = msgspec.json.Decoder(HarEntry)


def read_entry(raw: bytes) -> HarEntry:
    """Reads an entry.

    Raises:
        UnreadableRecordError: it is none.
    """
    try:
        return _DECODER.decode(raw)
    except (ValueError, RecursionError) as error:
        what = "of another shape" if isinstance(error, msgspec.ValidationError) else "broken"
        raise UnreadableRecordError(f"its JSON is {what}") from error


def exchange_of(
    entry: HarEntry,
    options: ImportOptions,
    ordered_id: Callable[[str, str, bytes | None], str],
    keep_without: Callable[[str], None],
) -> Exchange:
    """The row of an entry.

    Args:
        entry: the entry.
        options: of the import.
        ordered_id: the correlation id of a request that has none, by method, target and body.
        keep_without: told what the row lacks.

    Raises:
        ValueError: it can't be imported; why.
    """
    if entry.from_cache is not None:
        raise UnreadableRecordError("it was answered from a browser's cache")
    request, response = entry.request, entry.response
    path, query = split_target(request.url)
    headers, request_body = _headers(request.headers), _request_body(request.post_data)
    error = _error(response) if response.status <= 0 else None
    body, truncated = (None, False) if error else _body(response, request.method)
    latency_ms = _latency_ms(entry.timings)
    if latency_ms is None:
        keep_without("latency_ms")
    if truncated:
        keep_without("body")
    target = path if query is None else f"{path}?{query}"
    return Exchange(
        request_id=options.named_id(headers) or ordered_id(request.method, target, request_body),
        captured_at=moment_of(microseconds_of(entry.started_date_time)),
        method=request.method,
        path=path,
        query=query,
        endpoint=options.routes.name_of(path),
        request_headers=redacted(headers),
        request_body=request_body,
        status=None if error else response.status,
        response_headers=None if error else redacted(_response_headers(response)),
        body=body,
        body_truncated=truncated,
        latency_ms=latency_ms,
        error=error,
        sample_rate=options.sample_rate,
        unit_id=options.unit_id(headers),
        release=options.release,
    )


def _error(response: HarResponse) -> str:
    why = response.error or response.failure or ""
    if not why:
        raise UnreadableRecordError("it has neither a status nor an error")
    if _CANCELLED.search(why):
        raise UnreadableRecordError("the client did not send it, or cancelled it")
    return "timeout" if _TIMEOUT.search(why) else "connection"


def _latency_ms(timings: HarTimings) -> float | None:
    """From the first byte sent to the last received; the client's waiting and connecting are not the arm's."""
    if timings.wait is None or timings.wait < 0:
        return None
    return timings.wait + sum(max(0.0, part or 0.0) for part in (timings.send, timings.receive))


def _headers(headers: list[HarHeader]) -> Headers:
    return tuple((each.name, each.value) for each in headers if not each.name.startswith(":"))


def _response_headers(response: HarResponse) -> Headers:
    headers = _headers(response.headers)
    if response.content.text is None or header_value(headers, "content-encoding") is None:
        return headers
    # the text was decoded, so these no longer describe it
    return tuple((name, value) for name, value in headers if name.lower() not in _DESCRIBES_ENCODED)


def _request_body(data: HarPostData | None) -> bytes | None:
    if data is None or data.text is None:
        return None
    return _from_base64(data.text) if data.encoding == "base64" else data.text.encode("utf-8", "surrogatepass")


def _body(response: HarResponse, method: str) -> tuple[bytes | None, bool]:
    """The body, and whether some of it is lost."""
    content, headers = response.content, _headers(response.headers)
    if method.upper() == "HEAD" or response.status in _BODILESS:
        return b"", False
    if content.text is None:
        nothing = content.size == 0 or header_value(headers, "content-length") == "0"
        return (b"", False) if nothing else (None, True)
    if content.encoding and content.encoding != "base64":
        raise UnreadableRecordError("its content has an encoding that is not base64")
    # some recorders tell the size of what was packed, others that of the text in UTF-8
    wanted = 0 if header_value(headers, "content-encoding") else content.size
    if content.encoding:
        body = _from_base64(content.text)
        return body, len(body) < wanted
    charset = _CHARSET.search(content.mime_type or header_value(headers, "content-type") or "")
    try:
        body = content.text.encode(charset[1] if charset else "utf-8")
    except (LookupError, UnicodeError):
        # nobody knows what its bytes were
        return content.text.encode("utf-8", "backslashreplace"), True
    return body, max(len(body), len(content.text.encode("utf-8", "backslashreplace"))) < wanted


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnreadableRecordError("its Base64 is broken") from error
