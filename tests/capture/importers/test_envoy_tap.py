"""Envoy's tap, field by field: buffered, streamed, concatenated, cut, and of mirrored requests."""

import datetime as dt
import json

import pytest

from darklaunch.capture.arm import Arm
from darklaunch.capture.importers import json_objects
from darklaunch.capture.importers.envoy import streams
from darklaunch.capture.importers.run import Format
from tests.capture.importers.recordings import (
    AT,
    base64_of,
    buffered,
    headers_of,
    imported,
    segments,
    tap_headers,
    tap_request,
)

LAYOUTS = {
    "lines": lambda objects: "\n".join(json.dumps(each) for each in objects),
    "nothing between": lambda objects: "".join(json.dumps(each) for each in objects),
    "pretty": lambda objects: "".join(json.dumps(each, indent=1) for each in objects),
}


def read(tmp_path, *objects, layout="lines", **options):
    return imported(tmp_path, Format.ENVOY_TAP, {"tap.json": LAYOUTS[layout](objects).encode()}, **options)


def test_a_buffered_trace_field_by_field(tmp_path):
    sent = tap_request(authorization="Bearer t0p", x_user="ann")
    answer = tap_headers(_status="201", content_type="text/plain", x_a="1") + tap_headers(x_a="2")
    trace = buffered(
        sent,
        answer,
        request__body={"as_string": "é", "truncated": False},
        response__body={"as_bytes": base64_of(b"\0\xff"), "truncated": False},
        response__trailers=tap_headers(grpc_status="0"),
    )
    found = read(tmp_path, trace, release="1.0", unit_header="x-user", sample_rate=0.5)
    (row,) = found.rows["production"]
    wanted = {
        "request_id": "r1",
        "captured_at": AT,
        "method": "GET",
        "path": "/items/1",
        "query": "q=1",
        "request_body": "é".encode(),
        "status": 201,
        "body": b"\0\xff",
        "body_truncated": False,
        "latency_ms": 12.5,
        "error": None,
        "sample_rate": 0.5,
        "release": "1.0",
    }
    assert row.items() >= wanted.items()
    assert headers_of(row) == [("content-type", "text/plain"), ("x-a", "1"), ("x-a", "2"), ("grpc-status", "0")]
    assert headers_of(row, "request_headers")[:1] == [("host", "shop:8080")]
    assert ("authorization", "(redacted)") in headers_of(row, "request_headers")
    assert row["unit_id"] not in (None, "ann")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_objects_follow_each_other_delimited_or_not(tmp_path, layout):
    inner = json.dumps(buffered()).encode()
    traces = [
        buffered(tap_request(x_request_id=f"r{n}"), body=inner, response__body={"as_string": inner.decode()})
        for n in range(9)
    ]
    found = read(tmp_path, *traces, *segments(request=tap_request(x_request_id="s")), layout=layout)
    assert len(found.rows["production"]) == 10
    assert sum(row["body"] == inner for row in found.rows["production"]) == 9
    assert not found.reasons


def test_segments_of_streams_are_put_together(tmp_path):
    one, two = (
        list(segments("1", tap_request(x_request_id="a"))),
        list(segments("2", tap_request(x_request_id="b"), chunks=())),
    )
    mixed = [one[0], two[0], one[1], one[2], two[1], one[3]]
    again = list(segments("1", tap_request(x_request_id="c"), chunks=(b"c",)))
    rows = {row["request_id"]: row for row in read(tmp_path, *mixed, *again).rows["production"]}
    assert {name: row["body"] for name, row in rows.items()} == {"a": b'{"n":1}', "b": b"", "c": b"c"}
    assert {row["latency_ms"] for row in rows.values()} == {500.0}
    assert not any(row["body_truncated"] for row in rows.values())


def test_a_stream_that_may_lack_a_piece_is_not_compared(tmp_path):
    sized = segments("2", tap_request(x_request_id="b"), tap_headers(_status="200", content_length="7"))
    broken = '{"http_streamed_trace_segment":{"trace_id":"1","response_body_chunk":'
    lines = [*map(json.dumps, segments("1")), *map(json.dumps, sized), broken]
    found = imported(tmp_path, Format.ENVOY_TAP, {"tap.json": "\n".join(lines).encode()})
    assert {row["request_id"]: row["body_truncated"] for row in found.rows["production"]} == {"r1": True, "b": False}
    assert found.reasons == {"its JSON is broken": 1}


def test_open_streams_take_bounded_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(streams, "_MOST_STREAMS", 10)
    begun = [segment for n in range(100) for segment in list(segments(str(n), tap_request(x_request_id=f"r{n}")))[:2]]
    found = read(tmp_path, *begun)
    assert sum(row["body_truncated"] for row in found.rows["production"]) == 90


@pytest.mark.parametrize("part", ["response", "request"])
def test_what_envoy_cut_is_not_taken_for_whole(tmp_path, part):
    found = read(tmp_path, buffered(**{f"{part}__body": {"as_bytes": base64_of(b"x"), "truncated": True}}))
    (row,) = found.rows["production"]
    assert row["body_truncated"] == (part == "response")
    assert (row["request_body"], found.report.flaws) == (
        (None, {"request_body": 1}) if part == "request" else (b"", {})
    )


def test_text_that_lost_its_bytes_is_not_compared(tmp_path):
    (row,) = read(tmp_path, buffered(response__body={"as_string": "\ufffd", "truncated": False})).rows["production"]
    assert row["body_truncated"]


@pytest.mark.parametrize(
    ("arm", "host", "suffix", "wanted", "kept"),
    [
        ("production", "shop-shadow:80", "-shadow", "shadow", "shop:80"),
        ("production", "shop-shadow", "-shadow", "shadow", "shop"),
        ("production", "shop:80", "-shadow", "production", "shop:80"),
        ("production", "shop-shadow", "", "production", "shop-shadow"),
        ("production", "shop-dark", "-dark", "shadow", "shop"),
        ("shadow", "shop-shadow", "-shadow", "shadow", "shop"),
        ("baseline", "shop-shadow", "-shadow", "baseline", "shop"),
    ],
)
def test_mirrored_requests_are_known_by_their_host(tmp_path, arm, host, suffix, wanted, kept):
    found = read(tmp_path, buffered(tap_request(host=host)), arm=Arm(arm), own={"shadow_suffix": suffix})
    ((name, (row,)),) = found.rows.items()
    assert (name, headers_of(row, "request_headers")[0]) == (wanted, ("host", kept))


def test_both_arms_join_by_the_request_id(tmp_path):
    found = read(tmp_path, buffered(), buffered(tap_request(host="shop-shadow")))
    assert {arm: [row["request_id"] for row in rows] for arm, rows in found.rows.items()} == {
        "production": ["r1"],
        "shadow": ["r1"],
    }


def test_values_may_be_bytes(tmp_path):
    sent = [each for each in tap_request() if each["key"] != ":path"] + [
        {"key": ":path", "raw_value": base64_of(b"/\xc3\xa9")}
    ]
    assert read(tmp_path, buffered(sent)).rows["production"][0]["path"] == "/é"


def test_without_a_recorded_time_the_row_has_none_to_lie_at(tmp_path):
    timeless = buffered(at=None, response=tap_headers(_status="200", date="Mon, 02 Mar 2026 14:00:01 GMT"))
    assert "it has no time: set record_headers_received_time" in read(tmp_path, timeless).error
    (row,) = read(tmp_path, timeless, own={"time_header": "date"}).rows["production"]
    assert (row["captured_at"], row["latency_ms"]) == (AT + dt.timedelta(seconds=1), None)
    assert "no time in x-at" in read(tmp_path, timeless, own={"time_header": "x-at"}).error


UNREADABLE = {
    "the request has no x-request-id header": buffered(
        [each for each in tap_request() if each["key"] != "x-request-id"]
    ),
    "a request without a response": {"http_buffered_trace": {"request": {"headers": tap_request()}}},
    "a response without a request": {"http_buffered_trace": {"response": {"headers": []}}},
    "it has no :method, :path or :status": buffered(response=tap_headers(_status="abc")),
    "its Base64 is broken": buffered(response__body={"as_bytes": "*"}),
    "its JSON is of another shape": {"http_buffered_trace": {"request": 1}},
    "its time is none": buffered(at="yesterday"),
    "its time lies before 2000 or in the future": buffered(at="1999-01-01T00:00:00Z"),
    "it is no trace of HTTP": {"socket_buffered_trace": {"trace_id": "1"}},
    "a segment of a stream whose begin is not there": list(segments("9"))[1],
    "it is no object of the format": {"other": "JSON"},
}


@pytest.mark.parametrize("reason", UNREADABLE)
def test_what_cannot_be_read_is_counted_with_its_place_and_the_rest_survives(tmp_path, reason):
    before, after = buffered(tap_request(x_request_id="a")), buffered(tap_request(x_request_id="b"))
    found = read(tmp_path, before, UNREADABLE[reason], after)
    assert [row["request_id"] for row in found.rows["production"]] == ["a", "b"]
    (passed,) = found.report.passed_over
    assert (passed.reason, passed.records) == (reason, 1)
    begin = len(json.dumps(before))
    assert int(passed.examples[0].removeprefix("tap.json:")) in (begin, begin + 1)


def test_an_object_that_is_too_long_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr(json_objects, "MOST_OBJECT_BYTES", 1 << 20)
    found = read(tmp_path, buffered(body=bytes(4 << 20)), buffered(tap_request(x_request_id="b")))
    assert [row["request_id"] for row in found.rows["production"]] == ["b"]
    assert found.reasons == {"the object is too long": 1}
