"""GoReplay files: which request an answer belongs to, in both generations of ids and latencies."""

import datetime as dt

import pytest

from darklaunch.capture.arm import Arm
from darklaunch.capture.importers.gor import pending as gor_pending
from tests.capture.importers.gor_exchanges import MS, exchange, read
from tests.capture.importers.recordings import (
    AT,
    AT_NS,
    NEW_ID,
    OLD_ID,
    gor,
    headers_of,
    request,
    response,
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
