"""Does the one text of a response's headers say all of them, however many there are?"""

import pyarrow as pa
import pytest

from darklaunch.capture.rows import HEADERS
from darklaunch.pair.headers import header_texts, headers_of

MANY = [(f"x-{n}", f"it's {n % 3}") for n in range(30)]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (None, ()),
        ([], ()),
        ([("Content-Type", "a/b"), ("x", "")], (("Content-Type", "a/b"), ("x", ""))),
        ([("X", None), ("Date", "today"), ("X", "2")], (("X", ""), ("Date", ""), ("X", "2"))),
        (MANY[:24], tuple(MANY[:24])),
        (MANY[:25], tuple(MANY[:25])),
        ([*MANY, ("AGE", "3")], (*MANY, ("AGE", ""))),
    ],
    ids=["null", "none", "two", "presence", "24", "25", "31"],
)
def test_headers_come_back_as_written(headers, expected):
    rows = None if headers is None else [dict(zip(("name", "value"), header, strict=True)) for header in headers]
    (text,) = texts_of([rows], [b"{}"])
    assert headers_of(text) == expected


def test_a_content_length_keeps_its_value_where_there_is_no_body():
    length = [("Content-Length", "12")]
    texts = texts_of([length, length, length], [b"{}", b"", None])
    assert list(map(headers_of, texts)) == [(("Content-Length", ""),), *[(("Content-Length", "12"),)] * 2]


def test_a_row_without_headers_takes_none_of_its_neighbours():
    texts = texts_of([None, [("a", "1"), ("b", "2")], None, [], [("c", "3")]], [b"{}"] * 5)
    assert list(map(headers_of, texts)) == [(), (("a", "1"), ("b", "2")), (), (), (("c", "3"),)]


def texts_of(headers, bodies):
    lists = pa.chunked_array([pa.array(headers, HEADERS)])
    return header_texts(lists, pa.chunked_array([pa.array(bodies, pa.large_binary())])).to_pylist()


def test_a_separator_inside_a_header_makes_no_other_headers():
    texts = texts_of([[("a", "b\0c\0d")], [("a", "b"), ("c", "d")]], [b"{}", b"{}"])
    assert texts[0] != texts[1]
