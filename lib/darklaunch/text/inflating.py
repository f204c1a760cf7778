"""Compressed bytes, inflated up to a limit."""

from typing import Final

_CHUNK_BYTES: Final = 256 << 10


def inflated(raw: bytes, codec: str, most_bytes: int) -> bytes:
    """Inflates a stream of one of Arrow's codecs, or as much of it as makes more than a limit.

    Args:
        raw: the whole stream.
        codec: ``brotli``, ``zstd`` and others that Arrow knows.
        most_bytes: where the result is longer than this, the stream was longer still or ended there.

    Raises:
        OSError: it is no such stream, or one that was cut.
    """
    import pyarrow as pa

    plain = bytearray()
    # not read(): of a stream that ends in an error it never gives its memory back
    chunk = memoryview(bytearray(_CHUNK_BYTES))
    with pa.CompressedInputStream(pa.BufferReader(raw), codec) as stream:
        while len(plain) <= most_bytes and (size := int(stream.readinto(chunk))):
            plain += chunk[:size]
    return bytes(plain)
