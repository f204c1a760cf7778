"""Bodies that can't be decoded leave no memory behind, however many of them come."""

from collections.abc import Callable

import psutil
import pyarrow as pa
import pytest

from darklaunch.capture.mirror.redaction.codings import NotDecodableError, decoded
from darklaunch.diff.http.content_coding import decode_content

BODY = bytes(range(256)) * 20
CODECS = {"br": "brotli", "zstd": "zstd", "gzip": "gzip"}
FEW, MANY = 50, 300


def redacted(body: bytes, coding: str) -> bool:
    try:
        decoded(body, (coding,))
    except NotDecodableError:
        return False
    return True


def compared(body: bytes, coding: str) -> bool:
    return isinstance(decode_content(body, (coding,)), bytes)


@pytest.mark.parametrize("coding", CODECS)
@pytest.mark.parametrize("decodes", [redacted, compared])
def test_broken_bodies_leave_no_memory_behind(decodes: Callable[[bytes, str], bool], coding: str):
    whole = pa.compress(BODY, codec=CODECS[coding], asbytes=True)
    assert decodes(whole, coding)
    cut = whole[: len(whole) // 2]
    for _ in range(FEW):
        assert not decodes(cut, coding)
    before = psutil.Process().memory_info().vms
    for _ in range(MANY):
        assert not decodes(cut, coding)
    assert psutil.Process().memory_info().vms - before < 64 << 20
