"""Tables: Parquet, CSV and JSON lines, whatever their columns are called and however their values are written."""

import base64
import datetime as dt
import json

import pytest

from darklaunch.capture.importers.table.mapping import read_mapping
from darklaunch.errors import UsageError
from tests.capture.importers.recordings import AT, headers_of
from tests.capture.importers.table_rows import OWN, ROW, one, parquet, read


def test_a_row_field_by_field(tmp_path):
    row = one(read(tmp_path, ROW, release="1.0", sample_rate=0.5))
    wanted = {
        "request_id": "r1",
        "captured_at": AT + dt.timedelta(milliseconds=250),
        "method": "GET",
        "path": "/a",
        "query": "b=1",
        "status": 200,
        "body": b"x",
        "body_truncated": False,
        "latency_ms": 500.0,
        "release": "1.0",
        "sample_rate": 0.5,
        "error": None,
        "unit_id": None,
    }
    assert row.items() >= wanted.items()


FILES = {
    "NDJSON": lambda row: json.dumps(row).encode(),
    "NDJSON with a mark and empty lines": lambda row: b"\xef\xbb\xbf" + json.dumps(row).encode() + b"\r\n\n",
    "Parquet": lambda row: parquet([row]),
    "CSV": lambda _: b'trace.id,ts,url,code,took,answer\r\nr1,1772460000250,"https://shop/a?b=1",200,0.5,x\r\n',
    "CSV with semicolons": lambda _: b"trace.id;ts;url;code;took;answer\nr1;1772460000250;/a?b=1;200;0.5;x",
}


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_file_gives_the_same_row(tmp_path, name):
    row = one(read(tmp_path, data=FILES[name](ROW)))
    assert (row["request_id"], row["path"], row["query"], row["body"]) == ("r1", "/a", "b=1", b"x")
    assert (row["captured_at"], row["latency_ms"]) == (AT + dt.timedelta(milliseconds=250), 500.0)


def test_columns_that_are_not_mapped_are_found_by_their_own_names(tmp_path):
    more = {
        "query": "q",
        "endpoint": "/{x}",
        "request_headers": {"Cookie": "s=1", "X-A": ["1", "2"]},
        "response_headers": [{"name": "X", "value": "y"}],
        "body_truncated": "true",
        "sample_rate": "0.25",
        "unit_id": "ann",
        "release": "7",
        "attributes": '{"region": "eu"}',
        "request_body": {"a": [1]},
        "latency_ms": "1.5",
    }
    row = one(read(tmp_path, OWN | more, mapping=[]))
    assert row.items() >= {"query": "q", "endpoint": "/{x}", "body_truncated": True, "sample_rate": 0.25}.items()
    assert row.items() >= {"release": "7", "request_body": b'{"a":[1]}', "latency_ms": 1.5}.items()
    assert headers_of(row, "request_headers") == [("Cookie", "(redacted)"), ("X-A", "1"), ("X-A", "2")]
    assert headers_of(row) == [("X", "y")]
    assert row["attributes"] == [("region", "eu")]
    assert row["unit_id"] not in (None, "ann")


def test_the_id_and_the_unit_may_be_headers(tmp_path):
    headers = {"X-Id": "h1", "X-User": "ann"}
    row = one(read(tmp_path, OWN | {"request_headers": headers}, mapping=[], id_header="x-id", unit_header="x-user"))
    assert row["request_id"] == "h1"
    assert row["unit_id"] is not None


@pytest.mark.parametrize(("body", "truncated"), [(None, True), ("", False), ("x", False)])
def test_a_body_that_nobody_saw_is_not_taken_for_an_empty_one(tmp_path, body, truncated):
    found = read(tmp_path, OWN | {"body": body}, mapping=[])
    assert one(found)["body_truncated"] is truncated
    assert found.report.flaws.get("body", 0) == truncated


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 304)])
def test_where_there_is_no_body_none_is_missed(tmp_path, method, status):
    assert not one(read(tmp_path, OWN | {"body": None, "method": method, "status": status}, mapping=[]))[
        "body_truncated"
    ]


def test_rows_without_an_answer(tmp_path):
    row = one(read(tmp_path, OWN | {"status": None, "error": "timeout", "body": None}, mapping=[]))
    assert (row["status"], row["error"], row["body_truncated"]) == (None, "timeout", False)


UTC = dt.timezone.utc


TIMES = [
    ("2026-03-02T14:00:00.5Z", "at", 500),
    ("2026-03-02 15:00:00.5+01:00", "at", 500),
    ("2026-03-02T14:00:00", "at:utc", 0),
    (1772460000, "at:s", 0),
    ("1772460000.25", "at:s", 250),
    (1772460000_001_000, "at:us", 1),
    (1772460000_001_000_999, "at:ns", 1),
    (dt.datetime(2026, 3, 2, 14, tzinfo=UTC), "at", 0),
    (dt.datetime(2026, 3, 2, 14), "at:utc", 0),  # noqa: DTZ001 - a time without a zone
    (dt.datetime(2026, 3, 2, 15, tzinfo=dt.timezone(dt.timedelta(hours=1))), "at", 0),
]


@pytest.mark.parametrize(("value", "source", "ms"), TIMES)
def test_times(tmp_path, value, source, ms):
    rows = [OWN | {"at": value}]
    data = parquet(rows) if isinstance(value, dt.datetime) else json.dumps(rows[0]).encode()
    row = one(read(tmp_path, data=data, mapping=[f"captured_at={source}"]))
    assert row["captured_at"] == AT + dt.timedelta(milliseconds=ms)


def test_bytes_of_parquet_and_base64_of_text(tmp_path):
    binary = parquet([OWN | {"body": b"\0\xff"}])
    assert one(read(tmp_path / "a", data=binary, mapping=[]))["body"] == b"\0\xff"
    text = OWN | {"body": base64.b64encode(b"\0\xff").decode()}
    assert one(read(tmp_path / "b", text, mapping=["body=body:base64"]))["body"] == b"\0\xff"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("request_id", "wanted column=name"),
        ("=x", "wanted column=name"),
        ("id=x", "found the column 'id', wanted one of request_id"),
        ("path=a,path=b", "found the column path twice"),
        ("captured_at=ts:hours", "wanted one of :ms, :ns, :s, :us, :utc"),
        ("method='GET", "wanted column=name"),
    ],
)
def test_a_mapping_that_cannot_be_read_is_refused(text, message):
    with pytest.raises(UsageError, match=message):
        read_mapping([text])


def test_literals_hold_anything():
    assert read_mapping(["method='it''s, =x'"]).value({}, "method") == ("it's, =x", None)
