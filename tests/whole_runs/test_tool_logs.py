"""Logs as DuckDB, pandas, Hive, Spark and killed recorders leave them: read whole, or set apart, named and a hold."""

import json
import time
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.whole_runs.runs import newest
from tests.whole_runs.tool_logs import COUNT, OTHER, judged, rows_of
from tests.worlds import write_log

LOST = "Files of the capture log could not be read, and what they held was not seen: "


def frame_of(rows):
    """Rows as a recorder in pandas holds them: headers as a dictionary, and what is never there as nothing."""
    return pd.DataFrame(
        {
            **each,
            "response_headers": dict(each["response_headers"]),
            "request_headers": None,
            "attributes": None,
            "query": float("nan"),
            "date": each["captured_at"].date(),
            "hour": each["captured_at"].hour,
        }
        for each in rows
    )


def arrow_of(frame):
    return pa.Table.from_pandas(frame, preserve_index=False)


def by_duckdb(frame, folder):
    duckdb.register("recorded", arrow_of(frame))
    duckdb.sql(f"COPY recorded TO '{folder}' (FORMAT parquet, PARTITION_BY (date, hour, arm), COMPRESSION brotli)")


def by_pandas(frame, folder):
    frame.to_parquet(folder, partition_cols=["date", "hour", "arm"], index=False)


def by_hive(frame, folder):
    by_pandas(frame, folder)
    for number, file in enumerate(sorted(folder.rglob("*.parquet"))):
        file.rename(file.parent / f"00000{number}_0")
        (file.parent / f"_tmp.00000{number}_0").write_bytes(b"PAR1")
        (file.parent / ".hive-staging").mkdir()
        (file.parent / ".hive-staging" / "000000_0").write_bytes(b"PAR1 of nobody PAR1")


@pytest.mark.parametrize("write", [by_duckdb, by_pandas, by_hive])
def test_a_log_of_any_tool_comes_to_the_verdict_of_the_contracts(tmp_path, write):
    rows = rows_of({"body": {"n": -1}}, every=600)
    write(frame_of(rows), tmp_path / "log")
    names = {path.name for path in (tmp_path / "log").glob("date=*/*")}
    assert names == {"hour=7", "hour=8", "hour=9"}
    report = judged(tmp_path / "log", tmp_path / "out")
    ours = judged(write_log(tmp_path / "ours", rows), tmp_path / "ours_out")
    assert report["funnel"] == ours["funnel"]
    assert report["fleet"]["mismatches"] == ours["fleet"]["mismatches"] == COUNT // 600
    assert (report["verdict"], report["fleet"]["excess_high"]) == (ours["verdict"], ours["fleet"]["excess_high"])
    assert not report["contract"]["corrupt_files"]


def test_an_hour_that_both_recorders_were_killed_in_is_set_apart_and_holds(tmp_path):
    log = write_log(tmp_path / "log", rows_of())
    for arm in ("production", "shadow"):
        (file,) = log.glob(f"date=*/hour=08/arm={arm}/*.parquet")
        table = pq.ParquetFile(file).read()
        writer = pq.ParquetWriter(tmp_path / arm, table.schema)
        writer.write_table(table)
        # what is on the disk before the writer is closed
        file.write_bytes((tmp_path / arm).read_bytes())
        writer.close()
    report = judged(log, tmp_path / "out")
    assert report["verdict"] == "hold"
    assert [
        (Path(each["file"].strip("'")).parts[1], each["reason"]) for each in report["contract"]["corrupt_files"]
    ] == [("hour=08", "not Parquet, or cut short")] * 2
    assert any(reason.startswith(LOST) and "hour=08" in reason for reason in report["reasons"])
    assert report["funnel"]["paired"] == COUNT * 2 // 3
    assert "hour=08" in (newest(tmp_path / "out") / "report.html").read_text()


def damaged(file, kind):
    """One file of the log, as a disk, a writer or a careless copy leaves it."""
    table = pq.ParquetFile(file).read()
    match kind:
        case "page header":
            pq.write_table(table, file, compression="none")
            raw = bytearray(file.read_bytes())
            raw[4:24] = b"\xff" * 20
            file.write_bytes(raw)
        case "codec":
            # no tool of today writes LZO: its number stands where brotli's was, in every column of the footer
            pq.write_table(table, file, compression="brotli")
            raw = file.read_bytes()
            footer = len(raw) - 8 - int.from_bytes(raw[-8:-4], "little")
            file.write_bytes(raw[:footer] + raw[footer:].replace(b"\x15\x08\x16", b"\x15\x06\x16"))
        case "checksum":
            # one bit in a body, which decodes all the same
            pq.write_table(table, file, compression="none", use_dictionary=False, write_page_checksum=True)
            raw = file.read_bytes()
            at = raw.index(b'{"n": 2')
            file.write_bytes(raw[: at + 2] + b"m" + raw[at + 3 :])


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("page header", "its pages can't be decoded"),
        ("codec", "its pages are compressed with LZO, which can't be decoded here"),
        ("checksum", "its pages can't be decoded"),
    ],
)
@pytest.mark.parametrize("arm", ["production", "shadow"])
def test_a_file_whose_pages_can_not_be_read_is_set_apart_and_the_run_goes_on(tmp_path, kind, reason, arm):
    log = write_log(tmp_path / "log", rows_of())
    (file,) = log.glob(f"date=*/hour=08/arm={arm}/*.parquet")
    damaged(file, kind)
    report = judged(log, tmp_path / "out")
    (corrupt,) = report["contract"]["corrupt_files"]
    assert (Path(corrupt["file"].strip("'")).parts[1:3], corrupt["reason"]) == (("hour=08", f"arm={arm}"), reason)
    assert report["verdict"] == "hold"
    assert any(why.startswith(LOST) and f"hour=08/arm={arm}" in why for why in report["reasons"])
    assert report["funnel"]["paired"] == COUNT * 2 // 3


def test_a_window_of_centuries_takes_no_longer_than_the_hours_of_the_log(tmp_path):
    log = write_log(tmp_path / "log", rows_of())
    started = time.monotonic()
    own = judged(log, tmp_path / "own")
    between = time.monotonic()
    centuries = judged(log, tmp_path / "centuries", "--from", "1970-01-01", "--to", "2263-01-01")
    # the two windows end at other times, and so do their records
    assert centuries["fleet"]["pairs"] == own["fleet"]["pairs"] == COUNT
    assert time.monotonic() - between < 10 + 3 * (between - started)


def of_spark(report):
    """A verdict without what tells how it was come to."""
    dropped = ("look", "settings", "captures")
    return json.dumps({name: value for name, value in report.items() if name not in dropped}, sort_keys=True)


@pytest.mark.spark
def test_a_log_that_spark_wrote_and_then_was_damaged_comes_to_the_same_with_and_without_spark(spark, tmp_path):
    frame = frame_of(rows_of(OTHER, every=300))
    schema = (
        "request_id string, captured_at timestamp, method string, path string, endpoint string, status bigint, "
        "response_headers map<string, string>, body binary, body_truncated boolean, latency_ms decimal(20, 4), "
        "error string, sample_rate decimal(38, 18), unit_id string, release string, date string, hour int, arm string"
    )
    frame["date"], frame["captured_at"] = frame["date"].astype(str), frame["captured_at"].dt.tz_localize(None)
    frame["latency_ms"] = frame["latency_ms"].map(lambda value: Decimal(str(value)))
    frame["sample_rate"] = frame["sample_rate"].map(lambda value: Decimal(str(value)))
    names = [each.split()[0] for each in schema.split(", ") if each[0].isalpha() and " " in each]
    frame = frame[[name for name in names if name in frame.columns]]
    made = spark.createDataFrame(frame, schema)
    made.repartition(1).write.partitionBy("date", "hour", "arm").parquet(str(tmp_path / "log"))
    assert len(list(tmp_path.glob("log/date=*/hour=8/arm=*/.*.crc"))) == 2
    for arm in ("production", "shadow"):
        (file,) = tmp_path.glob(f"log/date=*/hour=8/arm={arm}/*.parquet")
        # the checksum beside it is of what it held before
        pq.write_table(pq.ParquetFile(file).read(), file, compression="gzip", use_deprecated_int96_timestamps=True)
        file.rename(file.parent / f"20260302_{arm}")
    (file,) = tmp_path.glob("log/date=*/hour=9/arm=shadow/*.parquet")
    (file.parent / "killed.parquet").write_bytes(file.read_bytes()[:-100])
    (file.parent / "broken.parquet").write_bytes(file.read_bytes()[:4] + b"\xff" * 20 + file.read_bytes()[24:])
    ours = judged(tmp_path / "log", tmp_path / "processes")
    sparks = judged(tmp_path / "log", tmp_path / "sparks", "--master", "local[2]")
    assert ours["funnel"]["paired"] == COUNT - COUNT // 300
    assert len(ours["contract"]["corrupt_files"]) == 2
    assert of_spark(sparks) == of_spark(ours)
