"""Decoding of content codings, with limits on size."""

import re
import zlib
from typing import Final

from darklaunch.diff.http.parsed_body import Undecodable
from darklaunch.text.inflating import inflated

MAXIMUM_BODY_BYTES: Final = 64 * 2**20
"""A body that is longer than this as sent is not compared."""

MAXIMUM_INFLATED_BYTES: Final = 64 * 2**20
"""A body that inflates beyond this is not compared."""

MAXIMUM_ENCODINGS: Final = 4
"""Content codings of one body that are undone; nobody applies more in good faith."""

_ZLIB_WINDOWS: Final = {"gzip": 31, "x-gzip": 31, "deflate": 47}
_ARROW_CODECS: Final = {"br": "brotli", "zstd": "zstd"}
_TOO_LARGE: Final = Undecodable(f"larger than {MAXIMUM_BODY_BYTES} bytes")
_INFLATES_BEYOND: Final = Undecodable(f"inflates beyond {MAXIMUM_INFLATED_BYTES} bytes")
_ENDS_EARLY: Final = Undecodable("compressed body ends early")


def decode_content(raw: bytes | None, encodings: tuple[str, ...]) -> bytes | Undecodable:
    """Undoes content codings, the last applied first.

    Args:
        raw: the body as sent.
        encodings: content codings in the order of the header: gzip, deflate, br, zstd.

    Returns:
        The bytes that were encoded, or why there are none: an unknown coding, more bytes than the caps allow,
        bytes that are not of the coding, a stream that ends early or goes on behind its end.
    """
    body = raw or b""
    if len(body) > MAXIMUM_BODY_BYTES:
        return _TOO_LARGE
    if not encodings or not body:
        return body
    if len(encodings) > MAXIMUM_ENCODINGS:
        return Undecodable(f"more than {MAXIMUM_ENCODINGS} content encodings")
    for encoding in reversed(encodings):
        plain = _inflate(body, encoding)
        if isinstance(plain, Undecodable):
            return plain
        body = plain
    return body


def _inflate(raw: bytes, encoding: str) -> bytes | Undecodable:
    try:
        if encoding in _ZLIB_WINDOWS:
            return _inflate_zlib(raw, _ZLIB_WINDOWS[encoding])
        if encoding in _ARROW_CODECS:
            return _inflate_arrow(raw, _ARROW_CODECS[encoding])
    except (zlib.error, OSError) as error:
        return (
            _ENDS_EARLY
            if "Truncated" in str(error)
            else Undecodable(f"not {encoding}, though content-encoding says so")
        )
    readable = encoding if re.fullmatch(r"[\w.-]{1,40}", encoding, re.ASCII) else "that is no name"
    return Undecodable(f"content-encoding {readable}")


def _inflate_zlib(raw: bytes, window_bits: int) -> bytes | Undecodable:
    plain = bytearray()
    while raw:
        try:
            stream = zlib.decompressobj(window_bits)
            plain += stream.decompress(raw, MAXIMUM_INFLATED_BYTES - len(plain) + 1)
        except zlib.error:
            if window_bits != _ZLIB_WINDOWS["deflate"] or plain:
                raise
            # some servers send "deflate" without the zlib wrapper
            stream = zlib.decompressobj(-15)
            plain += stream.decompress(raw, MAXIMUM_INFLATED_BYTES + 1)
        if len(plain) > MAXIMUM_INFLATED_BYTES:
            return _INFLATES_BEYOND
        if not stream.eof:
            return _ENDS_EARLY
        # a gzip file may have several members, one behind the other
        raw = stream.unused_data
    return bytes(plain)


def _inflate_arrow(raw: bytes, codec: str) -> bytes | Undecodable:
    plain = inflated(raw, codec, MAXIMUM_INFLATED_BYTES)
    return plain if len(plain) <= MAXIMUM_INFLATED_BYTES else _INFLATES_BEYOND
