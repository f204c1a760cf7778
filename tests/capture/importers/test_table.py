"""Tables: Parquet, CSV and JSON lines, whatever their columns are called and however their values are written."""

import base64
import datetime as dt
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from darklaunch.capture.importers.run import Format
from darklaunch.capture.importers.table.mapping import read_mapping
from darklaunch.errors import UsageError
from tests.capture.importers.recordings import AT, headers_of, imported

MAP = ["request_id=trace.id,captured_at=ts:ms", "method='GET',path=url, status=code", "latency_ms=took:s,body=answer"]
ROW = {
    "trace": {"id": "r1"},
    "ts": 1_772_460_000_250,
    "url": "https://shop/a?b=1",
    "code": 200,
    "took": 0.5,
    "answer": "x",
}
OWN = {
    "request_id": "r1",
    "captured_at": "2026-03-02T14:00:00Z",
    "method": "GET",
    "path": "/a",
    "status": 200,
    "body": "x",
}


def read(tmp_path, *rows, mapping=MAP, name="a.ndjson", data=None, **options):
    data = "\n".join(json.dumps(row) for row in rows).encode() if data is None else data
    return imported(tmp_path, Format.TABLE, {name: data}, own={"mapping": mapping}, **options)


def parquet(rows, **options):
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), sink, **options)
    return sink.getvalue()


def one(found):
    assert not found.reasons, found.reasons
    ((_, (row,)),) = found.rows.items()
    return row


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


UNREADABLE = {
    "it has no request_id": {"request_id": None},
    "it has no captured_at": {"captured_at": None},
    "it has no method": {"method": ""},
    "it has no path": {"path": None},
    "captured_at is a number without a unit": {"captured_at": 1772460000},
    "its time is none": {"captured_at": "2 March 2026"},
    "its time lies before 2000 or in the future": {"captured_at": "1970-01-01T00:00:00Z"},
    "request_id is not a text": {"request_id": 1.5},
    "status is not a number": {"status": "OK"},
    "status is not a whole number": {"status": 200.5},
    "status: found 999, wanted 100 to 599": {"status": 999},
    "status: found None with error None": {"status": "-"},
    "latency_ms is negative": {"latency_ms": -1},
    "sample_rate: found 2.0": {"sample_rate": 2},
    "body_truncated is not true or false": {"body_truncated": "perhaps"},
    "response_headers is not names with values": {"response_headers": [1]},
    "response_headers is no JSON": {"response_headers": "a: b"},
    "body is not bytes or a text": {"body": 7},
}


@pytest.mark.parametrize("reason", UNREADABLE)
def test_a_row_that_cannot_be_read_is_counted_with_its_place_and_the_rest_survives(tmp_path, reason):
    rows = [OWN | {"request_id": "a"}, OWN | UNREADABLE[reason], OWN | {"request_id": "b"}]
    found = read(tmp_path, *rows, mapping=[])
    assert [row["request_id"] for row in found.rows["production"]] == ["a", "b"]
    (passed,) = found.report.passed_over
    assert passed.reason.startswith(reason)
    assert passed.examples == (f"a.ndjson:{len(json.dumps(rows[0])) + 1}",)


@pytest.mark.parametrize("line", [b"{", b"not JSON", b'{"a": "\xff"}', b"[1]", b"{" * 5000, b'{"a": NaN}'])
def test_a_line_that_is_no_json_is_counted_and_the_rest_survives(tmp_path, line):
    sound = [json.dumps(OWN | {"request_id": name}).encode() for name in "ab"]
    found = read(tmp_path, data=b"\n".join([sound[0], line, sound[1]]), mapping=[])
    assert [row["request_id"] for row in found.rows["production"]] == ["a", "b"]
    assert sum(found.reasons.values()) == 1


HEAD = b"request_id,captured_at,method,path,status,body\n"


def line(name, body=b"x"):
    return b"%s,2026-03-02T14:00:00Z,GET,/,200,%s\n" % (name, body)


@pytest.mark.parametrize(
    ("broken", "count"), [(b"x,y\n", 1), (line(b"c", b'"lone'), 1), (line(b"c", b"\xff"), 1), (line(b"c", b"1,2"), 1)]
)
def test_a_broken_line_of_csv_takes_no_other_with_it(tmp_path, broken, count):
    data = HEAD + line(b"a") + broken + line(b"b") + line(b"d", b'"two\nlines"') + line(b"e")
    found = read(tmp_path, data=data, name="a.csv", mapping=[])
    assert [row["request_id"] for row in found.rows["production"]] == ["a", "b", "d", "e"]
    assert {row["body"] for row in found.rows["production"]} == {b"x", b"two\nlines"}
    assert found.reasons == {"the line has other columns than the first, or is no CSV": count}


def test_row_groups_of_parquet_that_cannot_be_read_are_left_out(tmp_path):
    rows = [OWN | {"request_id": f"r{n}", "body": f"{n}" * 400} for n in range(300)]
    data = bytearray(parquet(rows, row_group_size=100, compression="gzip"))
    group = pq.read_metadata(io.BytesIO(data)).row_group(1)
    names = [group.column(n).path_in_schema for n in range(group.num_columns)]
    chunk = group.column(names.index("body"))
    begin = chunk.dictionary_page_offset or chunk.data_page_offset
    data[begin : begin + chunk.total_compressed_size] = b"\xaa" * chunk.total_compressed_size
    found = read(tmp_path, data=bytes(data), name="a.parquet", mapping=[])
    assert len(found.rows["production"]) == 200
    ((reason, count),) = found.reasons.items()
    assert "row group" in reason
    assert count == 1
    assert found.report.passed_over[0].examples == ("a.parquet:100",)


def test_a_broken_parquet_file_is_told(tmp_path):
    assert "it is not Parquet, or cut short" in read(tmp_path, data=parquet([OWN])[:-10], mapping=[]).error


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
