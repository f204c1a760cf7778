"""Tables: a row or file that can't be read takes no other with it."""

import io
import json

import pyarrow.parquet as pq
import pytest

from tests.capture.importers.table_rows import OWN, parquet, read

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
