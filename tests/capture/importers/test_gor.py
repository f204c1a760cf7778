"""GoReplay files, field by field: both generations of ids, both meanings of the latency, and what goes wrong."""

import datetime as dt
import gzip

import pyarrow as pa
import pytest

from darklaunch.capture.arm import Arm
from darklaunch.capture.importers.gor import pending as gor_pending
from darklaunch.capture.importers.gor import records as gor_records
from darklaunch.capture.importers.gor.importer import recording_of
from darklaunch.capture.importers.run import Format
from tests.capture.importers.recordings import (
    AT,
    AT_NS,
    NEW_ID,
    OLD_ID,
    SEPARATOR,
    chunked,
    gor,
    headers_of,
    imported,
    request,
    response,
)

MS = 1_000_000


def read(tmp_path, *records, files=None, **options):
    return imported(tmp_path, Format.GOR, files or {"a.gor": b"".join(records)}, **options)


def exchange(identity=NEW_ID, at_ns=AT_NS, n=1):
    """Request, original response and replayed response of a modern version."""
    return (
        gor(1, identity, at_ns, 2 * MS, request(f"/items/{n}")),
        gor(2, identity, at_ns + 5 * MS, 3 * MS, response(b'{"n":%d}' % n)),
        gor(3, identity, at_ns + 1 * MS, 9 * MS, response(b'{"n":%d}' % -n)),
    )


def test_a_modern_exchange_field_by_field(tmp_path):
    sent = (("Host", "shop"), ("X-Twice", "1"), ("x-twice", "2"), ("Cookie", "sid=s3cret"), ("X-User", "ann"))
    records = [
        gor(1, NEW_ID, AT_NS, 2 * MS, request("/items/1?q=a%20b", "POST", (*sent, ("Content-Length", "3")), b"abc")),
        gor(3, NEW_ID, AT_NS + 1 * MS, 9 * MS, response(b"[2]", "201 Created")),
        gor(2, NEW_ID, AT_NS + 5 * MS, 3 * MS, response(b"[1]", "200 OK")),
    ]
    found = read(
        tmp_path, *records, release="1.0", own={"replayed_release": "2.0"}, sample_rate=0.25, unit_header="X-User"
    )
    (production,), (shadow,) = found.rows["production"], found.rows["shadow"]
    common = {
        "request_id": f"{NEW_ID}.{AT_NS}",
        "method": "POST",
        "path": "/items/1",
        "query": "q=a%20b",
        "endpoint": None,
        "request_body": b"abc",
        "body_truncated": False,
        "error": None,
        "sample_rate": 0.25,
        "attributes": None,
    }
    assert production.items() >= (common | {"captured_at": AT, "status": 200, "body": b"[1]", "release": "1.0"}).items()
    # to the last byte of the response, from the first of the request
    assert production["latency_ms"] == 8.0
    at = AT + dt.timedelta(milliseconds=1)
    assert shadow.items() >= (common | {"captured_at": at, "status": 201, "body": b"[2]", "release": "2.0"}).items()
    assert shadow["latency_ms"] == 9.0
    assert headers_of(production) == [("Content-Type", "application/json"), ("Content-Length", "3")]
    assert headers_of(production, "request_headers")[:4] == [*sent[:3], ("Cookie", "(redacted)")]
    assert production["unit_id"] == shadow["unit_id"] != "ann"
    assert not found.report.passed_over


@pytest.mark.parametrize("request_latency", [-1, None])
def test_an_old_exchange_has_the_latency_of_its_server(tmp_path, request_latency):
    # the documentation's own example gives both messages the same time
    found = read(
        tmp_path,
        gor(1, OLD_ID, AT_NS, request_latency, request()),
        gor(2, OLD_ID, AT_NS, 2782013, response()),
    )
    assert found.rows["production"][0]["latency_ms"] == 2.782013


@pytest.mark.parametrize("latency", [None, -7])
def test_a_latency_that_nobody_wrote_is_unknown(tmp_path, latency):
    found = read(tmp_path, gor(1, OLD_ID, AT_NS, None, request()), gor(2, OLD_ID, AT_NS, latency, response()))
    assert found.rows["production"][0]["latency_ms"] is None
    assert found.report.flaws == {"latency_ms": 1}


def test_an_id_that_comes_again_belongs_to_the_last_request_before(tmp_path):
    records = [r for n in range(46) for r in exchange(OLD_ID, AT_NS + n * 1000 * MS, n)]
    found = read(tmp_path, *records)
    assert [row["body"] for row in found.rows["production"]] == [b'{"n":%d}' % n for n in range(46)]
    assert [row["body"] for row in found.rows["shadow"]] == [b'{"n":%d}' % -n for n in range(46)]
    assert [row["path"] for row in found.rows["shadow"]] == [f"/items/{n}" for n in range(46)]
    assert len({row["request_id"] for row in found.rows["shadow"]}) == 46


def test_which_of_two_open_requests_was_answered_is_not_guessed(tmp_path):
    first, second = (gor(1, OLD_ID, AT_NS + n * 10 * MS, 0, request(f"/items/{n}")) for n in range(2))
    late = gor(3, OLD_ID, AT_NS + 5_000 * MS, 1, response())
    near = gor(2, OLD_ID, AT_NS + 12 * MS, 1, response(b"2"))
    found = read(tmp_path, first, second, late, near)
    assert found.reasons == {
        "a replayed response whose id several open requests share": 1,
        "a request without an original response": 1,
    }
    assert [row["path"] for row in found.rows["production"]] == ["/items/1"]


def test_a_response_may_come_before_its_request_and_twice(tmp_path):
    first, original, replayed = exchange()
    found = read(tmp_path, original, replayed, first, replayed, original)
    assert [len(found.rows[arm]) for arm in ("production", "shadow")] == [1, 1]
    assert found.reasons == {
        "a response without an open request of its id": 1,
        "a replayed response without an open request of its id": 1,
    }


def test_a_request_that_was_recorded_twice_is_one(tmp_path):
    first, original, replayed = exchange()
    found = read(tmp_path, first, first, replayed, original)
    assert {arm: len(rows) for arm, rows in found.rows.items()} == {"production": 1, "shadow": 1}
    assert found.reasons == {"a request that was recorded twice": 1}


def test_a_response_that_cannot_be_read_does_not_stand_in_for_a_sound_copy(tmp_path):
    first, original, replayed = exchange()
    found = read(tmp_path, first, gor(3, NEW_ID, AT_NS + 1, 1, b"HTTP/1.1"), original, replayed)
    assert found.rows["shadow"][0]["body"] == b'{"n":-1}'
    assert found.reasons == {"its head has no end": 1}


def test_responses_without_requests_and_requests_without_responses_are_counted(tmp_path):
    lone, failed = exchange("a" * 24), exchange("b" * 24)
    found = read(tmp_path, lone[1], lone[2], failed[0], failed[1], exchange("c" * 24)[0])
    # a replay that failed leaves no record: production's row stays alone
    assert {arm: len(rows) for arm, rows in found.rows.items()} == {"production": 1}
    assert found.reasons == {
        "a response without a request": 1,
        "a replayed response without a request": 1,
        "a request without an original response": 1,
    }


def test_a_replay_that_was_recorded_by_itself_joins_the_original_recording(tmp_path):
    first, original, replayed = exchange()
    one = read(tmp_path / "one", first, original)
    two = read(tmp_path / "two", first, replayed)
    assert set(two.rows) == {"shadow"}
    assert one.rows["production"][0]["request_id"] == two.rows["shadow"][0]["request_id"]


def test_replayed_responses_may_be_those_of_the_baseline(tmp_path):
    assert set(read(tmp_path, *exchange(), own={"replayed_arm": Arm.BASELINE}).rows) == {"production", "baseline"}


def test_the_id_may_be_that_of_a_header(tmp_path):
    named = gor(1, NEW_ID, AT_NS, 1, request(headers=(("X-Request-ID", "r1"),)))
    found = read(tmp_path, named, *exchange()[1:], *exchange("d" * 24), id_header="x-request-id")
    assert [row["request_id"] for row in found.rows["production"]] == ["r1"]
    assert found.reasons == {"the request has no x-request-id header": 2}


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


def test_a_record_without_an_end_is_passed_over_as_goreplay_does(tmp_path):
    whole = b"".join(exchange())
    found = read(tmp_path, whole, exchange("f" * 24)[0][: -len(SEPARATOR)])
    assert found.reasons == {"the file ends within the record": 1}
    assert found.report.passed_over[0].examples == (f"a.gor:{len(whole)}",)


def test_a_record_that_is_too_long_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr(gor_records, "MOST_RECORD_BYTES", 1 << 20)
    found = read(tmp_path, *exchange(), bytes(3 << 20), SEPARATOR, *exchange("b" * 24, AT_NS + 1000 * MS))
    assert [len(found.rows[arm]) for arm in ("production", "shadow")] == [2, 2]
    assert found.reasons == {"the record is too long": 1}


def test_chunks_of_a_recording_are_read_in_their_order_and_share_their_requests(tmp_path):
    first, original, replayed = exchange()
    files = {f"x_{n}.gor": data for n, data in ((10, replayed), (2, original), (1, first))}
    assert set(read(tmp_path, files=files).rows) == {"production", "shadow"}
    assert read(tmp_path / "other", files={"a.gor": first, "b.gor": original}).rows == {}


def test_names_of_one_recording():
    assert {recording_of(name) for name in ("r_0.gor", "r_12.gor.gz", "r-2026030214.gor", "r_20260302_3.gor.zst")} == {
        "r"
    }
    assert recording_of("host1.gor") != recording_of("host2.gor")


@pytest.mark.parametrize("codec", ["gzip", "zstd", None])
def test_packed_files_are_known_by_their_first_bytes(tmp_path, codec):
    halves = [b"".join(exchange(identity * 24)) for identity in "ab"]
    packed = halves if codec is None else [pa.Codec(codec).compress(half, asbytes=True) for half in halves]
    assert len(read(tmp_path, files={"a.gor": b"".join(packed)}).rows["shadow"]) == 2


@pytest.mark.parametrize("codec", ["gzip", "zstd"])
def test_what_was_packed_before_the_break_survives(tmp_path, codec):
    data = b"".join(r for n in range(3000) for r in exchange(f"{n:024x}", AT_NS + n * MS, n))
    packed = pa.Codec(codec).compress(data, asbytes=True)
    found = read(tmp_path, files={"a.gor": packed[:-10], "b.gor": b"".join(exchange())})
    assert len(found.rows["shadow"]) >= 1
    assert any("rest of the file" in reason for reason in found.reasons)


def test_waiting_requests_take_bounded_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(gor_pending, "_WAITING_BYTES", 20_000)
    held = []
    let_go = gor_pending.PendingRequests._let_go

    def noting(self, waiting):
        held.append(self._bytes)
        return let_go(self, waiting)

    monkeypatch.setattr(gor_pending.PendingRequests, "_let_go", noting)
    records = [gor(1, f"{n:024x}", AT_NS + n, 0, request()) for n in range(500)]
    read(tmp_path, *records, *exchange())
    assert max(held) < 25_000


def test_requests_that_have_both_answers_wait_no_longer():
    from darklaunch.capture.importers.account import Account
    from darklaunch.capture.importers.gor.importer import GorImporter, GorOptions
    from darklaunch.capture.importers.options import ImportOptions
    from darklaunch.capture.importers.source import find_source

    importer = GorImporter(ImportOptions(arm=Arm.PRODUCTION), GorOptions(), Account())
    records = [exchange("e" * 24)[0]]
    for n in range(100):
        records += exchange(f"{n:024x}", AT_NS + n * MS)
    rows = list(importer.rows([b"".join(records)], find_source(__file__)))
    assert len(rows) == 200
    assert len(importer._pending._queue) == 1


def test_one_request_of_a_wild_time_does_not_end_the_waiting_of_others(tmp_path):
    first, original, replayed = exchange()
    wild = gor(1, "e" * 24, AT_NS + 10**16, 0, request())
    assert set(read(tmp_path, first, wild, original, replayed).rows) == {"production", "shadow"}


def test_the_same_import_again_replaces_what_it_wrote(tmp_path):
    for options in ({}, {"release": "2"}):
        found = read(tmp_path, *exchange(), **options)
        assert len(found.rows["production"]) == 1
    assert found.rows["production"][0]["release"] == "2"
    read(tmp_path, *exchange("b" * 24), files={"b.gor": b"".join(exchange("b" * 24))})
    found = read(tmp_path, *exchange(), own={"replayed_arm": Arm.BASELINE})
    assert {arm: len(rows) for arm, rows in found.rows.items()} == {"baseline": 1, "production": 2, "shadow": 1}


def test_a_file_without_any_exchange_is_told_in_one_line(tmp_path):
    found = read(tmp_path, b"nothing of the kind")
    assert found.error == (
        "import: found 1 records that can't be imported, wanted at least one exchange in the format gor; "
        "most of them: the file ends within the record, such as a.gor:0"
    )
    assert "found nothing in 1 files" in read(tmp_path / "empty", b"").error
