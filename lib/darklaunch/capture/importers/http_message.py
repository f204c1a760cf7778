"""An HTTP/1 message as it went over the wire."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from darklaunch.capture.importers.options import UnreadableRecordError, header_value
from darklaunch.capture.writing.exchange import Headers

_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
_REQUEST: Final = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,40}) (\S+) HTTP/[0-9](?:\.[0-9])?")
_STATUS: Final = re.compile(rb"HTTP/[0-9](?:\.[0-9])? ([1-5][0-9]{2})(?: .*)?")
_NAME: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
_CHUNK_SIZE: Final = re.compile(rb"\s*([0-9A-Fa-f]{1,15})\s*(?:;.*)?")
_SWITCHING: Final = 101
_FINAL: Final = 200
_BODILESS: Final = (204, 304)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestMessage:
    """A request.

    Attributes:
        method: as it was sent.
        path: raw, without scheme, host and query.
        query: raw, without ``?``; None: there is none.
        headers: in order.
        body: None where the recorder cut it.
    """

    method: str
    path: str
    query: str | None
    headers: Headers
    body: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseMessage:
    """A response.

    Attributes:
        status: 101, or 200 and above.
        headers: in order.
        body: as received, without the chunks of its transfer.
        truncated: the body ends before it should.
    """

    status: int
    headers: Headers
    body: bytes
    truncated: bool


def parse_request(message: bytes) -> RequestMessage:
    """Reads a request.

    Raises:
        UnreadableRecordError: it is none, or bytes follow it.
    """
    start, headers, rest = _head(message)
    line = _REQUEST.fullmatch(start)
    if line is None:
        raise UnreadableRecordError("its first line is no request's")
    path, query = split_target(text_of(line[2]))
    body, truncated = _body(headers, rest, sized=True)
    return RequestMessage(
        method=line[1].decode(), path=path, query=query, headers=headers, body=None if truncated else body
    )


def parse_response(message: bytes, method: str) -> ResponseMessage:
    """Reads a response, without the interim ones before it.

    Args:
        message: its bytes.
        method: of the request: an answer to HEAD has no body, whatever its headers announce.

    Raises:
        UnreadableRecordError: it is none, or an interim one, or bytes follow it.
    """
    while True:
        start, headers, rest = _head(message)
        line = _STATUS.fullmatch(start)
        if line is None:
            raise UnreadableRecordError("its first line is no response's")
        status = int(line[1])
        if status >= _FINAL or status == _SWITCHING:
            break
        if not rest:
            raise UnreadableRecordError("it is an interim response alone")
        message = rest
    if status == _SWITCHING:
        # what follows is another protocol
        return ResponseMessage(status=status, headers=headers, body=b"", truncated=False)
    if method == "HEAD" or status in _BODILESS:
        if rest:
            raise UnreadableRecordError("bytes follow a message that has no body")
        return ResponseMessage(status=status, headers=headers, body=b"", truncated=False)
    body, truncated = _body(headers, rest, sized=False)
    return ResponseMessage(status=status, headers=headers, body=body, truncated=truncated)


def split_target(target: str) -> tuple[str, str | None]:
    """The raw path and query of a request's target or of a URL; a fragment, which is never sent, is left out."""
    whole = _ABSOLUTE.sub("", target, count=1).partition("#")[0]
    path, separator, query = whole.partition("?")
    return path or "/", query if separator else None


def text_of(value: bytes) -> str:
    """The text of a header, which is UTF-8 or else Latin-1."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _head(message: bytes) -> tuple[bytes, Headers, bytes]:
    """The first line, the headers, and what follows them."""
    end = _HEAD_END.search(message)
    if end is None:
        raise UnreadableRecordError("its head has no end")
    start, *lines = message[: end.start()].replace(b"\r\n", b"\n").split(b"\n")
    headers: list[tuple[str, str]] = []
    for line in lines:
        if line.startswith((b" ", b"\t")) and headers:
            name, value = headers[-1]
            headers[-1] = (name, f"{value} {text_of(line.strip())}")
            continue
        headers.append(_header(line))
    return start, tuple(headers), message[end.end() :]


@lru_cache(maxsize=4_096)
def _header(line: bytes) -> tuple[str, str]:
    """One header; a service repeats most of its own."""
    key, separator, value = line.partition(b":")
    if not separator or _NAME.fullmatch(key) is None or b"\0" in value:
        raise UnreadableRecordError("a line of its head is no header")
    return key.decode(), text_of(value.strip())


def _body(headers: Headers, rest: bytes, *, sized: bool) -> tuple[bytes, bool]:
    """The body, and whether it ends before it should; ``sized``: without a length there is none."""
    if "chunked" in (header_value(headers, "transfer-encoding") or "").lower():
        return _unchunked(rest)
    announced = header_value(headers, "content-length")
    if announced is None:
        if rest and sized:
            raise UnreadableRecordError("bytes follow the message")
        return rest, False
    if not (announced.isascii() and announced.isdigit()):
        raise UnreadableRecordError("its content-length is no number")
    length = int(announced[:20])
    if len(rest) > length:
        raise UnreadableRecordError("bytes follow the message")
    return rest, len(rest) < length


def _unchunked(rest: bytes) -> tuple[bytes, bool]:
    chunks: list[bytes] = []
    position = 0
    while True:
        end = rest.find(b"\n", position)
        if end < 0:
            return b"".join(chunks), True
        size = _CHUNK_SIZE.fullmatch(rest[position:end])
        if size is None:
            raise UnreadableRecordError("a chunk of its body has no length")
        length = int(size[1], 16)
        if length == 0:
            return b"".join(chunks), not rest[end + 1 :].endswith(b"\n")
        chunk = rest[end + 1 : end + 1 + length]
        chunks.append(chunk)
        if len(chunk) < length:
            return b"".join(chunks), True
        position = end + 1 + length
        position += 2 if rest[position : position + 2] == b"\r\n" else 1
