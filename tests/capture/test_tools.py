"""Files as DuckDB, pandas, pyarrow, polars and fastparquet write them: no value changes, and no file is misread."""

import datetime as dt
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from darklaunch.capture.footers import check_files
from darklaunch.capture.inventory import list_log
from darklaunch.capture.rows import CAPTURE, read_file
from darklaunch.errors import ContractError

FILES = Path(__file__).parent / "tool_files"
HOUR = "date=2026-03-02/hour=8"
MOMENT = dt.datetime(2026, 3, 2, 8, 5, 0, 123456, tzinfo=dt.timezone.utc)
SQL = {
    "request_id": "'r1'",
    "captured_at": "TIMESTAMPTZ '2026-03-02 08:05:00.123456+00'",
    "method": "'GET'",
    "path": "'/a'",
    "status": "200",
    "response_headers": "[{'name': 'vary', 'value': 'a'}]",
    "body": "'{}'::BLOB",
    "body_truncated": "false",
    "sample_rate": "0.5::DOUBLE",
}
ROW = {
    "request_id": "r1",
    "captured_at": MOMENT,
    "method": "GET",
    "path": "/a",
    "status": 200,
    "response_headers": [{"name": "vary", "value": "a"}],
    "body": b"{}",
    "body_truncated": False,
    "sample_rate": 0.5,
    "latency_ms": 1.5,
}


def rows_of(folder):
    log = list_log(str(folder))
    assert not log.strays
    assert not check_files(log, log.files).corrupt
    return [row for file in log.files for row in read_file(log.store, file, CAPTURE.names).to_pylist()]


def written_by_duckdb(folder, columns, options="FORMAT parquet"):
    place = folder / HOUR / "arm=production"
    place.mkdir(parents=True)
    chosen = ", ".join(f'{value} AS "{name}"' for name, value in columns.items())
    duckdb.sql(f"COPY (SELECT {chosen}) TO '{place / 'data_0.parquet'}' ({options})")
    return folder


def written_by_pandas(folder, rows, **options):
    place = folder / HOUR / "arm=production"
    place.mkdir(parents=True)
    pd.DataFrame(rows).to_parquet(place / "x.parquet", **options)
    return folder


@pytest.mark.parametrize(
    ("column", "sql", "value"),
    [
        *(("status", f"200::{kind}", 200) for kind in ("UTINYINT", "SMALLINT", "UINTEGER", "BIGINT", "UBIGINT")),
        ("status", "200::HUGEINT", 200),
        ("status", "200.0", 200),
        ("status", "NULL", None),
        ("sample_rate", "0.1", 0.1),
        ("sample_rate", "0.3::DECIMAL(38, 20)", 0.3),
        ("sample_rate", "1::BIGINT", 1.0),
        ("latency_ms", "12.345::DECIMAL(9, 3)", 12.345),
        ("latency_ms", "0.1::FLOAT", float(np.float32(0.1))),
        ("response_headers", "MAP {'vary': 'a', 'etag': 'b'}", [("vary", "a"), ("etag", "b")]),
        ("response_headers", "MAP {'vary': ['a', 'b'], 'etag': ['c']}", [("vary", "a"), ("vary", "b"), ("etag", "c")]),
        ("response_headers", "{'vary': 'a', 'x-y': NULL, 'etag': 'b'}", [("vary", "a"), ("etag", "b")]),
        ("response_headers", "[{'value': 'a', 'name': 'vary'}]", [("vary", "a")]),
        ("attributes", "MAP {'region': 'eu'}", [("region", "eu")]),
        ("attributes", "{'region': 'eu', 'client': NULL}", [("region", "eu")]),
        ("request_id", "'6f0dE6c4-77a4-4b0c-9d3b-0242ac120002'::UUID", "6f0de6c4-77a4-4b0c-9d3b-0242ac120002"),
        ("method", "'POST'::ENUM('GET', 'POST')", "POST"),
        ("body", "'{\"a\":1}'::JSON", b'{"a":1}'),
        ("body", "'\u00e9'", "\u00e9".encode()),
        *((column, "NULL", None) for column in ("body", "error", "request_headers", "request_body", "attributes")),
    ],
)
def test_a_column_as_duckdb_writes_it_is_read_whole(tmp_path, column, sql, value):
    (row,) = rows_of(written_by_duckdb(tmp_path, SQL | {column: sql}))
    found = row[column]
    assert ([(each["name"], each["value"]) for each in found] if column.endswith("headers") and found else found) == (
        value
    )
    assert row["captured_at"] == MOMENT


@pytest.mark.parametrize("codec", ["uncompressed", "snappy", "gzip", "zstd", "lz4", "lz4_raw", "brotli"])
def test_every_codec_of_duckdb_is_read(tmp_path, codec):
    rows = rows_of(written_by_duckdb(tmp_path, SQL, f"FORMAT parquet, COMPRESSION {codec}, PARQUET_VERSION v2"))
    assert rows[0]["body"] == b"{}"


@pytest.mark.parametrize(
    ("column", "sql", "found"),
    [
        ("status", "4294967496::BIGINT", "int64 with 4294967496"),
        ("status", "200.5::DOUBLE", "double with 200.5"),
        ("captured_at", "TIMESTAMP '2026-03-02 08:05:00'", "timestamp[us]"),
        ("sample_rate", "0.12345678901234567891::DECIMAL(38, 20)", "decimal128(38, 20) with 0.12345678901234567891"),
        ("latency_ms", "9007199254740993::BIGINT", "int64 with 9007199254740993"),
        ("response_headers", "MAP {'content-length': 1}", "map<string, int32"),
        ("unit_id", "7::INTEGER", "int32"),
    ],
)
def test_a_column_whose_value_would_change_is_refused_by_name(tmp_path, column, sql, found):
    log = list_log(str(written_by_duckdb(tmp_path, SQL | {column: sql})))
    with pytest.raises(ContractError) as error:
        check_files(log)
    (line,) = str(error.value).splitlines()
    assert f"column {column}: found {found}" in line
    assert ", wanted " in line


def test_partitions_of_integers_as_duckdb_writes_them_are_hours(tmp_path):
    chosen = ", ".join(f'{value} AS "{name}"' for name, value in SQL.items())
    keys = "DATE '2026-03-02' AS date, 8 AS hour, unnest(['production', 'shadow']) AS arm"
    to = f"TO '{tmp_path / 'log'}' (FORMAT parquet, PARTITION_BY (date, hour, arm))"
    duckdb.sql(f"COPY (SELECT {chosen}, {keys}) {to}")
    log = list_log(str(tmp_path / "log"))
    assert {Path(file.place).parts[1] for file in log.files} == {"hour=8"}
    assert {(file.hour.hour, file.arm) for file in log.files} == {(8, "production"), (8, "shadow")}
    assert len(rows_of(tmp_path / "log")) == 2


def test_a_frame_of_pandas_is_read_whole(tmp_path):
    (row,) = rows_of(written_by_pandas(tmp_path, [ROW]))
    assert {name: row[name] for name in ROW} == ROW


@pytest.mark.parametrize("nothing", [None, float("nan"), pd.NA])
def test_optional_columns_of_pandas_that_hold_nothing_are_absent(tmp_path, nothing):
    names = ("query", "endpoint", "request_headers", "request_body", "latency_ms", "error", "unit_id", "release")
    rows = [ROW | dict.fromkeys((*names, "attributes"), nothing)] * 2
    for row in rows_of(written_by_pandas(tmp_path, rows)):
        assert {row[name] for name in (*names, "attributes")} == {None}


def test_statuses_that_pandas_made_doubles_of_are_whole_again(tmp_path):
    failed = ROW | {"status": None, "error": "timeout", "latency_ms": None}
    rows = rows_of(written_by_pandas(tmp_path, [ROW, failed]))
    assert [(row["status"], row["latency_ms"], row["error"]) for row in rows] == [
        (200, 1.5, None),
        (None, None, "timeout"),
    ]


def test_dictionaries_of_pandas_are_headers_and_attributes(tmp_path):
    rows = [
        ROW | {"response_headers": {"vary": "a"}, "attributes": {"region": "eu"}},
        ROW | {"response_headers": {"etag": "b", "vary": "c"}, "attributes": None},
    ]
    first, second = rows_of(written_by_pandas(tmp_path, rows))
    assert first["response_headers"] == [{"name": "vary", "value": "a"}]
    assert second["response_headers"] == [{"name": "vary", "value": "c"}, {"name": "etag", "value": "b"}]
    assert [first["attributes"], second["attributes"]] == [[("region", "eu")], None]


def test_empty_lists_of_pandas_are_no_headers(tmp_path):
    (row,) = rows_of(written_by_pandas(tmp_path, [ROW | {"response_headers": []}]))
    assert row["response_headers"] == []


def test_nanoseconds_of_pandas_are_refused_where_microseconds_would_lose_them(tmp_path):
    moment = pd.Timestamp("2026-03-02T08:05:00.123456789Z")
    log = list_log(str(written_by_pandas(tmp_path, [ROW | {"captured_at": moment}])))
    with pytest.raises(ContractError, match=r"captured_at: found timestamp\[ns, tz=UTC\] with .*\.123456789"):
        check_files(log)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_moments_of_every_unit_are_the_same(tmp_path, unit):
    whole = MOMENT.replace(microsecond=0)
    frame = pd.DataFrame([ROW | {"captured_at": whole}]).astype({"captured_at": f"datetime64[{unit}, UTC]"})
    (row,) = rows_of(written_by_pandas(tmp_path, frame))
    assert row["captured_at"] == whole


def test_an_empty_frame_of_pandas_holds_no_rows_of_any_type(tmp_path):
    assert rows_of(written_by_pandas(tmp_path, pd.DataFrame({name: [] for name in ROW}))) == []


def test_views_dictionaries_and_large_texts_of_pyarrow_are_texts(tmp_path):
    kinds = {
        "request_id": pa.string_view(),
        "method": pa.dictionary(pa.int8(), pa.string()),
        "path": pa.large_string(),
        "error": pa.dictionary(pa.int32(), pa.large_string()),
        "body": pa.binary_view(),
    }
    columns = {name: pa.array([ROW.get(name)], kinds.get(name)) for name in (*ROW, "error")}
    (tmp_path / HOUR / "arm=shadow").mkdir(parents=True)
    pq.write_table(pa.table(columns), tmp_path / HOUR / "arm=shadow/x.parquet", compression="brotli")
    (row,) = rows_of(tmp_path)
    assert {name: row[name] for name in ROW} == ROW


def test_a_log_of_polars_is_read_whole():
    rows = rows_of(FILES / "polars")
    assert len(rows) == 8
    assert [row["request_id"] for row in rows[:4]] == ["r0", "r1", "r2", "r3"]
    for row in rows:
        number = int(row["request_id"][1:])
        assert row["captured_at"] == MOMENT + dt.timedelta(seconds=number)
        assert (row["path"], row["body"]) == (f"/items/{number}", b'{"n":%d}' % number)
        assert (row["status"], row["method"]) == ((201, "POST") if number % 2 else (200, "GET"))
        twice = [{"name": "vary", "value": "a"}, {"name": "vary", "value": "b"}]
        assert row["response_headers"] == (None if number % 2 else twice)
        assert row["attributes"] == (None if number % 2 else [("region", "eu")])
        assert (row["sample_rate"], row["latency_ms"], row["error"]) == (0.1, 1.5, None)


def test_a_log_of_fastparquet_is_read_whole():
    rows = rows_of(FILES / "fastparquet")
    assert len(rows) == 8
    for row in rows:
        number = int(row["request_id"][1:])
        assert row["captured_at"] == MOMENT + dt.timedelta(seconds=number)
        assert (row["path"], row["body"]) == (f"/items/{number}", b'{"n":%d}' % number)
        assert (row["status"], row["latency_ms"], row["error"]) == (
            (None, None, "timeout") if number == 3 else (200, 1.5, None)
        )
        assert (row["response_headers"], row["unit_id"]) == (None, None)
