"""The chunks of HTTP/1.1 (RFC 9112, section 7.1) that a recorder left around a body."""

import re
from dataclasses import replace
from typing import Final

from darklaunch.diff.http.header_values import TRANSFER_ENCODING
from darklaunch.diff.http.response import Response

_SIZE: Final = re.compile(rb"([0-9A-Fa-f]{1,8})(?:[ \t]*;[^\r\n]{0,1000})?\r\n")
_END: Final = b"\r\n"
_HEXADECIMAL: Final = frozenset(b"0123456789ABCDEFabcdef")


def without_chunks(response: Response) -> Response:
    """A response whose body is what its chunks hold.

    Args:
        response: as recorded.

    Returns:
        The same where no header says that the body was sent in chunks, or where it is not made of chunks to its end.
    """
    body = response.body
    if not body or body[0] not in _HEXADECIMAL or not _is_chunked(response):
        return response
    content = _content(body)
    return response if content is None else replace(response, body=content)


def _is_chunked(response: Response) -> bool:
    # the text of headers does not carry the value
    codings = (value for name, value in response.headers if name.lower() == TRANSFER_ENCODING)
    return any(not coding or "chunked" in coding.lower() for coding in codings)


def _content(body: bytes) -> bytes | None:
    chunks: list[bytes] = []
    start = 0
    while size := _SIZE.match(body, start):
        length, start = int(size[1], 16), size.end()
        if body[start + length : start + length + 2] != _END:
            return None
        if length == 0:
            return b"".join(chunks) if start + len(_END) == len(body) else None
        chunks.append(body[start : start + length])
        start += length + len(_END)
    return None
