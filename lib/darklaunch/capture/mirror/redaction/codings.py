"""Content codings of bodies, undone and applied again."""

import zlib
from typing import Final

import pyarrow as pa

from darklaunch.text.inflating import inflated

_MOST_BYTES: Final = 64 << 20
_MOST_CODINGS: Final = 4
_ZLIB_WINDOWS: Final = {"gzip": 31, "x-gzip": 31, "deflate": 15}
_ARROW_CODECS: Final = {"br": "brotli", "zstd": "zstd"}


class NotDecodableError(Exception):
    """The body is not of its coding, or too long without it, or the coding is not known."""


def codings_of(header: str | None) -> tuple[str, ...]:
    """The codings that a header ``content-encoding`` names, in the order in which they were applied."""
    words = (word.strip().lower() for word in (header or "").split(","))
    return tuple(word for word in words if word not in ("", "identity"))


def decoded(body: bytes, codings: tuple[str, ...]) -> bytes:
    """Undoes codings, the last one first.

    Raises:
        NotDecodableError: it can't be done.
    """
    if len(codings) > _MOST_CODINGS:
        raise NotDecodableError
    try:
        for coding in reversed(codings):
            body = _inflated(body, coding)
    except (zlib.error, OSError, KeyError) as error:
        raise NotDecodableError from error
    return body


def encoded(body: bytes, codings: tuple[str, ...]) -> bytes:
    """Applies codings that ``decoded`` has undone."""
    for coding in codings:
        if coding in _ZLIB_WINDOWS:
            deflate = zlib.compressobj(wbits=_ZLIB_WINDOWS[coding])
            body = deflate.compress(body) + deflate.flush()
        else:
            sink = pa.BufferOutputStream()
            with pa.CompressedOutputStream(sink, _ARROW_CODECS[coding]) as stream:
                stream.write(body)
            body = sink.getvalue().to_pybytes()
    return body


def _inflated(body: bytes, coding: str) -> bytes:
    if coding in _ZLIB_WINDOWS:
        inflate = zlib.decompressobj(_ZLIB_WINDOWS[coding])
        plain = inflate.decompress(body, _MOST_BYTES)
        # what follows the end would be kept without having been looked at
        whole = inflate.eof and not inflate.unused_data
    else:
        plain = inflated(body, _ARROW_CODECS[coding], _MOST_BYTES - 1)
        whole = len(plain) < _MOST_BYTES
    if not whole:
        raise NotDecodableError
    return plain
