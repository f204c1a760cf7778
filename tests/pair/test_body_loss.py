"""Which bodies did a recorder lose, though nothing says that they were cut?"""

import pyarrow as pa
import pytest

from darklaunch.capture.rows import CAPTURE
from darklaunch.pair.body_loss import COLUMNS, bodies_lost

SEVEN = [("content-length", "7")]


@pytest.mark.parametrize(
    ("changes", "lost"),
    [
        ({"body": b'{"a":1}'}, False),
        ({"body": b'{"a":1'}, True),
        ({"body": None}, True),
        ({"body": b""}, True),
        ({"body": None, "response_headers": [("content-length", "1")]}, True),
        ({"body": None, "response_headers": [("content-length", "0")]}, False),
        ({"body": b'{"a":1} '}, False),  # a recorder may decode and reindent; it lost nothing
        ({"body": None, "response_headers": []}, False),
        ({"body": None, "response_headers": None}, False),
        ({"body": None, "response_headers": [("Content-Length", " 7 ")]}, True),
        ({"body": b"x", "response_headers": [*SEVEN, ("content-encoding", "gzip")]}, False),
        ({"body": b"x", "response_headers": [*SEVEN, ("content-encoding", "identity")]}, True),
        ({"body": None, "response_headers": [("content-length", "seven")]}, False),
        ({"body": None, "response_headers": [("content-length", "9" * 40)]}, False),
        ({"body": b"xx", "response_headers": [*SEVEN, ("content-length", "2")]}, False),
        ({"body": None, "response_headers": [("content-length", None)]}, False),
        ({"body": None, "method": "HEAD"}, False),
        ({"body": None, "method": "head"}, False),
        ({"body": None, "status": 204}, False),
        ({"body": None, "status": 304}, False),
        ({"body": None, "status": 500}, True),
        ({"body": None, "status": None, "response_headers": []}, False),
    ],
)
def test_a_body_is_lost_where_it_is_shorter_than_its_own_length(changes, lost):
    usual = {"method": "GET", "status": 200, "response_headers": SEVEN, "body": b'{"a":1}'}
    schema = pa.schema([CAPTURE.field(name) for name in COLUMNS])
    # a neighbour without headers, so that a row is not told by its place
    rows = pa.Table.from_pylist([usual | {"response_headers": []}, usual | changes, usual], schema=schema)
    assert bodies_lost(rows).tolist() == [False, lost, False]


def test_no_rows_lose_no_bodies():
    empty = pa.schema([CAPTURE.field(name) for name in COLUMNS]).empty_table()
    assert bodies_lost(empty).tolist() == []
