"""Columns: which types are read as the contract's."""

from datetime import datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from darklaunch.capture.columns import NEEDED
from darklaunch.capture.conversion.columns import READINGS
from darklaunch.capture.inventory import list_log
from darklaunch.capture.rows import CAPTURE, read_file
from darklaunch.errors import ContractError
from tests.benchmarks.generate import SCHEMA
from tests.capture.log_files import FOLDER, HEADERS, ROW, TABLE, TEXT, check, with_type, write


def header(name: pa.DataType = TEXT, value: pa.DataType = TEXT) -> pa.StructType:
    return pa.struct([("name", name), ("value", value)])


READABLE = [
    ("request_id", pa.large_string(), "r"),
    ("request_id", pa.string_view(), "r"),
    ("request_id", pa.dictionary(pa.int32(), TEXT), "r"),
    ("request_id", pa.binary(), b"r"),
    ("query", pa.json_(), "{}"),
    ("captured_at", pa.timestamp("ms", "UTC"), ROW["captured_at"]),
    ("captured_at", pa.timestamp("us", "Europe/Oslo"), ROW["captured_at"]),
    ("status", pa.int16(), 200),
    ("status", pa.uint16(), 200),
    ("status", pa.null(), None),
    ("status", pa.int64(), 200),
    ("status", pa.uint64(), 200),
    ("status", pa.float64(), 200.0),
    ("status", pa.decimal128(12, 2), Decimal("200.00")),
    ("captured_at", pa.timestamp("ns", "UTC"), ROW["captured_at"]),
    ("captured_at", pa.timestamp("s", "UTC"), ROW["captured_at"]),
    ("request_id", pa.dictionary(pa.int8(), pa.large_string()), "r"),
    ("error", pa.null(), None),
    ("unit_id", pa.float64(), None),
    ("query", pa.int32(), None),
    ("attributes", pa.null(), None),
    ("latency_ms", pa.int64(), 1),
    ("latency_ms", pa.decimal128(10, 3), Decimal("1.500")),
    ("latency_ms", pa.decimal128(38, 18), Decimal("0.1")),
    ("sample_rate", pa.decimal256(40, 20), Decimal("0.1")),
    ("response_headers", pa.map_(TEXT, TEXT), [("content-type", "text/html")]),
    ("response_headers", pa.map_(TEXT, pa.list_(TEXT)), [("content-type", ["text/html"])]),
    ("response_headers", pa.struct([("content-type", TEXT), ("vary", TEXT)]), {"content-type": "text/html"}),
    ("response_headers", pa.list_(pa.null()), []),
    ("attributes", pa.list_(pa.struct([("key", TEXT), ("value", TEXT)])), [("region", "eu")]),
    ("attributes", pa.struct([("region", TEXT), ("client", pa.null())]), {"region": "eu"}),
    ("latency_ms", pa.float32(), 1.5),
    ("latency_ms", pa.int32(), 1),
    ("latency_ms", pa.null(), None),
    ("sample_rate", pa.float32(), 0.5),
    ("body", pa.large_binary(), b"b"),
    ("body", TEXT, "b"),
    ("body", pa.binary(1), b"b"),
    ("body", pa.dictionary(pa.int32(), pa.binary()), b"b"),
    ("response_headers", pa.large_list(header()), HEADERS),
    ("response_headers", pa.list_(header(pa.dictionary(pa.int32(), TEXT), pa.large_string())), HEADERS),
    ("response_headers", pa.list_(pa.struct([("value", TEXT), ("name", TEXT), ("more", TEXT)])), HEADERS),
    ("attributes", pa.map_(pa.large_string(), pa.large_string()), [("region", "eu")]),
]


UNREADABLE = [
    ("request_id", pa.binary(4), b"abcd"),
    ("request_id", pa.null(), None),
    ("captured_at", pa.null(), None),
    ("captured_at", pa.int64(), 1),
    ("status", pa.int64(), 2**31),
    ("status", pa.uint64(), 2**40),
    ("status", pa.float64(), 200.5),
    ("status", pa.float64(), float("inf")),
    ("status", pa.decimal128(12, 2), Decimal("200.01")),
    ("status", TEXT, "200"),
    ("latency_ms", pa.int64(), 2**53 + 1),
    ("latency_ms", pa.decimal128(38, 18), Decimal("0.123456789012345678")),
    ("unit_id", pa.float64(), 7.0),
    ("unit_id", pa.int64(), 7),
    ("body_truncated", pa.int32(), 0),
    ("response_headers", pa.list_(pa.null()), [None]),
    ("response_headers", pa.map_(TEXT, pa.int32()), [("content-length", 1)]),
    ("response_headers", pa.struct([("content-length", pa.int32())]), {"content-length": 1}),
    ("attributes", pa.map_(TEXT, pa.int32()), [("region", 1)]),
]


# these can be read as something, but not as what was meant
MISLEADING = [
    ("captured_at", pa.timestamp("us"), datetime(2026, 3, 2, 14, 5)),  # noqa: DTZ001 - a time without a zone
    ("response_headers", pa.list_(pa.struct([("Name", TEXT), ("value", TEXT)])), [{"Name": "a", "value": "b"}]),
    ("response_headers", pa.list_(pa.struct([("name", TEXT)])), [{"name": "a"}]),
]


def test_the_contract_is_the_one_that_is_written(tmp_path):
    assert list(READINGS) == SCHEMA.names
    assert len(check(write(tmp_path, TABLE)).good) == 1


@pytest.mark.parametrize(("column", "kind", "value"), READABLE)
def test_a_type_that_is_read_as_the_contracts_is_fine(tmp_path, column, kind, value):
    assert len(check(write(tmp_path, with_type(column, kind, value))).good) == 1


@pytest.mark.parametrize(("column", "kind", "value"), UNREADABLE + MISLEADING)
def test_any_other_type_breaks_the_contract_in_one_line(tmp_path, column, kind, value):
    with pytest.raises(ContractError) as error:
        check(write(tmp_path, with_type(column, kind, value)))
    (line,) = str(error.value).splitlines()
    assert line.startswith(f"{FOLDER}/part-0.parquet: column {column}: found ")
    assert f"wanted {READINGS[column].wanted}; " in line


@pytest.mark.parametrize(("column", "kind", "value"), READABLE)
def test_what_is_fine_is_read_as_the_contracts(tmp_path, column, kind, value):
    log = list_log(str(write(tmp_path, with_type(column, kind, value))))
    rows = read_file(log.store, log.files[0], CAPTURE.names)
    assert rows.schema == CAPTURE
    rows.validate(full=True)
    plain = value.decode() if column == "request_id" and isinstance(value, bytes) else value
    wanted = plain.encode() if column == "body" and isinstance(plain, str) else plain
    if isinstance(value, Decimal):
        wanted = float(value)
    if column == "response_headers" and plain:
        wanted = HEADERS
    if column == "attributes" and plain:
        wanted = [("region", "eu")]
    assert rows[column].to_pylist() == [wanted]


def test_text_that_is_no_utf_8_is_read_all_the_same(tmp_path):
    log = list_log(str(write(tmp_path, with_type("path", pa.binary(), b"/\xff/\xc3"))))
    assert read_file(log.store, log.files[0], ["path"])["path"].to_pylist() == ["/\ufffd/\ufffd"]


def test_spark_writes_moments_in_its_own_old_type_which_are_read_as_utc(tmp_path):
    log = list_log(str(write(tmp_path, TABLE, use_deprecated_int96_timestamps=True)))
    assert read_file(log.store, log.files[0], ["captured_at"])["captured_at"].to_pylist() == [ROW["captured_at"]]


def test_moments_in_sparks_own_old_type_are_fine(tmp_path):
    assert len(check(write(tmp_path, TABLE, use_deprecated_int96_timestamps=True)).good) == 1


@pytest.mark.parametrize("column", sorted(NEEDED))
def test_a_column_without_which_nothing_can_be_compared_is_missed(tmp_path, column):
    with pytest.raises(ContractError, match=f"column {column}: found none, wanted .*; record it"):
        check(write(tmp_path, TABLE.drop_columns([column])))


def test_an_older_schema_may_lack_the_others_and_a_newer_may_have_more(tmp_path):
    table = TABLE.select(sorted(NEEDED)).append_column("colour", pa.array(["red"]))
    assert len(check(write(tmp_path, table)).good) == 1


def test_a_column_is_found_whatever_its_case_but_not_twice(tmp_path):
    shouted = TABLE.rename_columns([name.upper() for name in TABLE.column_names])
    assert len(check(write(tmp_path / "once", shouted)).good) == 1
    with pytest.raises(ContractError, match="column status: found 2 of that name, wanted one"):
        check(write(tmp_path / "twice", TABLE.append_column("Status", TABLE["status"])))
