"""GoReplay files: what becomes of the HTTP messages in them, sound and broken ones."""

import gzip

import pytest

from tests.capture.importers.gor_exchanges import MS, exchange, read
from tests.capture.importers.recordings import (
    AT_NS,
    NEW_ID,
    SEPARATOR,
    chunked,
    gor,
    request,
    response,
)

BODIES = {
    "content-length": ((("Content-Length", "4"),), b"abcd", b"abcd", False),
    "cut": ((("Content-Length", "9"),), b"abcd", b"abcd", True),
    "chunked": ((("Transfer-Encoding", "chunked"),), chunked(b"ab", b"cd"), b"abcd", False),
    "chunked with trailers": (
        (("Transfer-Encoding", "chunked"),),
        b"4;x=y\r\nabcd\r\n0\r\nX-T: 1\r\n\r\n",
        b"abcd",
        False,
    ),
    "chunked and cut in a chunk": ((("Transfer-Encoding", "chunked"),), b"4\r\nab", b"ab", True),
    "chunked and cut after one": ((("Transfer-Encoding", "chunked"),), b"2\r\nab\r\n", b"ab", True),
    "until the end": ((), b"abcd", b"abcd", False),
    "compressed": (
        (("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")),
        chunked(gzip.compress(b"abcd", mtime=0)),
        gzip.compress(b"abcd", mtime=0),
        False,
    ),
}


@pytest.mark.parametrize("name", BODIES)
def test_bodies_are_taken_out_of_their_transfer_and_stay_encoded(tmp_path, name):
    headers, sent, body, truncated = BODIES[name]
    answer = gor(2, NEW_ID, AT_NS + 1, 0, response(sent, headers=headers))
    (row,) = read(tmp_path, exchange()[0], answer).rows["production"]
    assert (row["body"], row["body_truncated"]) == (body, truncated)


def test_a_body_that_may_have_been_cut_at_the_copy_buffer_is_not_compared(tmp_path):
    answer = gor(2, NEW_ID, AT_NS + 1, 0, response(bytes(5 << 20), headers=()))
    assert read(tmp_path, exchange()[0], answer).rows["production"][0]["body_truncated"]


@pytest.mark.parametrize(
    ("method", "status", "body"), [("HEAD", "200 OK", b""), ("GET", "204 No Content", b""), ("GET", "304 X", b"")]
)
def test_answers_without_a_body_are_whole(tmp_path, method, status, body):
    answer = response(body, status, (("Content-Length", "17"),))
    records = gor(1, NEW_ID, AT_NS, 0, request(method=method)), gor(2, NEW_ID, AT_NS + 1, 0, answer)
    (row,) = read(tmp_path, *records).rows["production"]
    assert (row["body"], row["body_truncated"]) == (b"", False)


def test_interim_responses_are_skipped(tmp_path):
    answer = b"HTTP/1.1 100 Continue\r\n\r\n" + response(b"1")
    (row,) = read(tmp_path, exchange()[0], gor(2, NEW_ID, AT_NS + 1, 0, answer)).rows["production"]
    assert (row["status"], row["body"]) == (200, b"1")


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("http://shop:80/a?b", "/a", "b"),
        ("/a?", "/a", ""),
        ("*", "*", None),
        ("/a#f", "/a", None),
        ("http://h", "/", None),
    ],
)
def test_targets_of_requests(tmp_path, target, path, query):
    record = gor(1, NEW_ID, AT_NS, 0, request(target))
    (row,) = read(tmp_path, record, exchange()[1]).rows["production"]
    assert (row["path"], row["query"]) == (path, query)


UNREADABLE = {
    "no meta": b"GET / HTTP/1.1\r\n\r\n" + SEPARATOR,
    "empty": SEPARATOR,
    "unknown type": gor(4, NEW_ID, AT_NS, 0, request()),
    "two fields": b"1 abc\nGET / HTTP/1.1\r\n\r\n" + SEPARATOR,
    "no HTTP": gor(1, "e" * 24, AT_NS, 0, b"\x16\x03\x01"),
    "no end of head": gor(1, "e" * 24, AT_NS, 0, b"GET / HTTP/1.1\r\nHost: x"),
    "bytes after the request": gor(1, "e" * 24, AT_NS, 0, request(body=b"GET /")),
    "a header that is none": gor(1, "e" * 24, AT_NS, 0, b"GET / HTTP/1.1\r\nHost\r\n\r\n"),
    "in the future": gor(1, "e" * 24, 9_000_000_000_000_000_000, 0, request()),
    "in the past": gor(1, "e" * 24, 1, 0, request()),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_counted_with_its_place_and_the_rest_survives(tmp_path, name):
    before, after = b"".join(exchange("a" * 24)), b"".join(exchange("b" * 24, AT_NS + 1000 * MS))
    found = read(tmp_path, before, UNREADABLE[name], after)
    assert [len(found.rows[arm]) for arm in ("production", "shadow")] == [2, 2]
    (passed,) = found.report.passed_over
    assert (passed.records, passed.examples) == (1, (f"a.gor:{len(before)}",))


@pytest.mark.parametrize(
    "message",
    [
        b"HTTP/1.1 099 X\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        response(b"abcd", headers=(("Content-Length", "2"),)),
        response(b"abcd", headers=(("Content-Length", "x"),)),
        response(b"zz\r\n", headers=(("Transfer-Encoding", "chunked"),)),
        response(b"a", "204 No Content"),
    ],
)
def test_a_response_that_cannot_be_read_gives_no_row(tmp_path, message):
    found = read(tmp_path, exchange()[0], gor(2, NEW_ID, AT_NS + 1, 0, message), exchange()[2])
    assert set(found.rows) == {"shadow"}
    assert sum(found.reasons.values()) == 1
