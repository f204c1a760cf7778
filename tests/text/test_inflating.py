"""Are compressed bytes inflated, and no more of them than is asked for?"""

import pyarrow as pa
import pytest

from darklaunch.text.inflating import inflated

PLAIN = b"0123456789" * 100_000


@pytest.mark.parametrize("codec", ["brotli", "zstd", "gzip"])
def test_a_stream_is_inflated_whole(codec):
    assert inflated(pa.compress(PLAIN, codec, asbytes=True), codec, len(PLAIN)) == PLAIN


def test_of_a_stream_that_is_too_long_a_little_more_than_the_limit_is_inflated():
    some = inflated(pa.compress(PLAIN, "zstd", asbytes=True), "zstd", 300_000)
    assert 300_000 < len(some) <= 300_000 + (256 << 10)
    assert PLAIN.startswith(some)


def test_a_limit_that_is_just_met_is_not_passed():
    assert len(inflated(pa.compress(PLAIN, "gzip", asbytes=True), "gzip", 256 << 10)) == 2 * (256 << 10)


def test_what_is_no_stream_is_refused():
    with pytest.raises(OSError):  # noqa: PT011
        inflated(b"plain", "brotli", 10)
