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
    (text,) = header_texts(pa.chunked_array([pa.array([rows], HEADERS)])).to_pylist()
    assert headers_of(text) == expected


def test_a_separator_inside_a_header_makes_no_other_headers():
    texts = header_texts(
        pa.chunked_array([pa.array([[("a", "b\0c\0d")], [("a", "b"), ("c", "d")]], HEADERS)])
    ).to_pylist()
    assert texts[0] != texts[1]
