"""The writer of a capture log: what was written is read again, whole files only, in bounded memory."""

import datetime as dt
import os

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.capture.arm import Arm
from darklaunch.capture.footers import check_files
from darklaunch.capture.inventory import list_log
from darklaunch.capture.rows import CAPTURE, read_file
from darklaunch.capture.writing.exchange import Exchange
from darklaunch.capture.writing.writer import CaptureWriter
from darklaunch.errors import OutsideError, UsageError

AT = dt.datetime(2026, 3, 2, 14, 59, 59, 999999, dt.timezone.utc)
FULL = {
    "request_id": "r",
    "captured_at": AT,
    "method": "POST",
    "path": "/é/%41",
    "query": "",
    "endpoint": "/{id}",
    "request_headers": (("A", "1"), ("a", "2")),
    "request_body": b"\0\xff",
    "status": 200,
    "response_headers": (),
    "body": b"",
    "body_truncated": True,
    "latency_ms": 0.5,
    "error": None,
    "sample_rate": 0.25,
    "unit_id": "u",
    "release": "1.0",
    "attributes": (("region", "eu"),),
}


def exchange(**changes):
    return Exchange(
        **({"request_id": "r", "captured_at": AT, "method": "GET", "path": "/", "status": 200} | changes),
        **({} if "body_truncated" in changes else {"body_truncated": False}),
    )


def rows_of(folder):
    log = list_log(str(folder))
    assert not log.strays
    assert not check_files(log).corrupt
    return [(file, read_file(log.store, file, CAPTURE.names).to_pylist()) for file in log.files]


def test_every_column_is_read_as_it_was_written(tmp_path):
    with CaptureWriter(str(tmp_path)) as writer:
        writer.write(Exchange(**FULL), Arm.SHADOW)
    ((file, (row,)),) = rows_of(tmp_path)
    assert (file.arm, file.hour) == ("shadow", AT.replace(minute=0, second=0, microsecond=0))
    headers = {
        name: [{"name": key, "value": value} for key, value in FULL[name]]
        for name in ("request_headers", "response_headers")
    }
    assert row == FULL | headers | {"attributes": [("region", "eu")]}


def test_a_row_of_nothing_but_what_is_needed(tmp_path):
    with CaptureWriter(str(tmp_path)) as writer:
        writer.write(exchange(status=None, error="timeout"), Arm.BASELINE)
    ((_, (row,)),) = rows_of(tmp_path)
    nulls = {name for name, value in row.items() if value is None}
    assert nulls == set(CAPTURE.names) - {
        "request_id",
        "captured_at",
        "method",
        "path",
        "error",
        "body_truncated",
        "sample_rate",
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"request_id": " "}, "request_id: found ' '"),
        ({"request_id": "\ud800"}, "UTF-8"),
        ({"method": ""}, "method"),
        ({"path": ""}, "path"),
        ({"captured_at": AT.replace(tzinfo=None)}, "captured_at"),
        ({"captured_at": AT.astimezone(dt.timezone(dt.timedelta(hours=1)))}, "captured_at"),
        ({"captured_at": AT.replace(year=1969)}, "captured_at"),
        ({"captured_at": AT.replace(year=3000)}, "captured_at"),
        ({"status": None}, "exactly one"),
        ({"error": "timeout"}, "exactly one"),
        ({"status": 99}, "status"),
        ({"status": 600}, "status"),
        ({"latency_ms": -1.0}, "latency_ms"),
        ({"latency_ms": float("nan")}, "latency_ms"),
        ({"latency_ms": float("inf")}, "latency_ms"),
        ({"sample_rate": 0.0}, "sample_rate"),
        ({"sample_rate": 1.5}, "sample_rate"),
        ({"sample_rate": float("nan")}, "sample_rate"),
        ({"query": "\udfff"}, "query"),
        ({"response_headers": (("a", "\udfff"),)}, "response_headers"),
        ({"attributes": (("a", "1"), ("a", "2"))}, "attributes"),
    ],
)
def test_what_breaks_the_contract_cannot_be_built(changes, message):
    with pytest.raises(ValueError, match=message):
        exchange(**changes)


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(Arm)), max_size=30), st.integers(1, 7))
def test_rows_lie_in_the_folders_of_their_hours_and_arms_each_once(tmp_path_factory, rows, rotate_rows):
    folder = tmp_path_factory.mktemp("log")
    with CaptureWriter(str(folder), rotate_rows=rotate_rows) as writer:
        for n, (hour, arm) in enumerate(rows):
            writer.write(exchange(request_id=f"{n} {hour} {arm.value}", captured_at=AT.replace(hour=hour)), arm)
    if not rows:
        assert not list(folder.rglob("*.parquet"))
        return
    found = [
        (int(row["request_id"].split()[0]), file.hour.hour, file.arm) for file, own in rows_of(folder) for row in own
    ]
    assert sorted(found) == [(n, hour, arm.value) for n, (hour, arm) in enumerate(rows)]
    assert max(len(own) for _, own in rows_of(folder)) <= rotate_rows
    assert len(writer.places) == len(rows_of(folder))


def test_a_file_is_hidden_until_it_is_whole(tmp_path):
    writer = CaptureWriter(str(tmp_path))
    writer.write(exchange(), Arm.SHADOW)
    (fresh,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert fresh.name.startswith(".")
    writer.close()
    (whole,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not whole.name.startswith(".")
    assert pq.read_metadata(whole).num_rows == 1


def test_a_file_is_finished_when_it_is_full_by_size(tmp_path):
    writer = CaptureWriter(str(tmp_path), rotate_bytes=10_000)
    for _ in range(5):
        writer.write(exchange(body=bytes(6_000)), Arm.SHADOW)
    assert [len(own) for _, own in rows_of(tmp_path)] == [2, 2]


def test_a_file_is_finished_when_it_is_old_even_if_nothing_comes(tmp_path):
    now = [0.0]
    writer = CaptureWriter(str(tmp_path), rotate_seconds=60, clock=lambda: now[0])
    writer.write(exchange(), Arm.SHADOW)
    now[0] = 59.0
    writer.finish_old()
    assert not writer.places
    now[0] = 60.0
    writer.finish_old()
    assert len(writer.places) == 1
    writer.write(exchange(), Arm.SHADOW)
    now[0] = 120.0
    writer.write(exchange(), Arm.PRODUCTION)
    assert len(writer.places) == 2


def test_rows_written_before_an_error_of_the_caller_are_kept(tmp_path):
    def fail():
        with CaptureWriter(str(tmp_path)) as writer:
            writer.write(exchange(), Arm.SHADOW)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert len(rows_of(tmp_path)) == 1


def test_two_writers_with_the_same_prefix_replace_each_other_and_others_do_not(tmp_path):
    for prefix in ("x", "x", None, None):
        with CaptureWriter(str(tmp_path), prefix=prefix) as writer:
            writer.write(exchange(), Arm.SHADOW)
    assert len(rows_of(tmp_path)) == 3


def test_many_hours_at_once_take_bounded_memory(tmp_path):
    body = os.urandom(1 << 20)
    with CaptureWriter(str(tmp_path)) as writer:
        for n in range(400):
            writer.write(
                exchange(request_id=str(n), captured_at=AT + dt.timedelta(hours=n % 100), body=bytes(body)), Arm.SHADOW
            )
        assert len(writer._files) <= 32
        held = sum(file.waiting_bytes for file in writer._files.values())
    assert held <= 64 << 20
    assert sum(len(own) for _, own in rows_of(tmp_path)) == 400


def test_a_folder_that_cannot_be_written_is_told_in_one_line(tmp_path):
    (tmp_path / "date=2026-03-02").write_text("in the way")
    with CaptureWriter(str(tmp_path)) as writer, pytest.raises(OutsideError, match="can't be written") as error:
        writer.write(exchange(), Arm.SHADOW)
    assert "\n" not in str(error.value)
    with pytest.raises(UsageError):
        CaptureWriter("ftp://host/log")


@pytest.mark.parametrize("limits", [{"rotate_rows": 0}, {"rotate_bytes": 0}, {"rotate_seconds": 0}])
def test_limits_are_positive(tmp_path, limits):
    with pytest.raises(ValueError, match="positive"):
        CaptureWriter(str(tmp_path), **limits)


def test_the_age_of_a_file_is_that_of_its_oldest_row(tmp_path):
    now = [100.0]
    writer = CaptureWriter(str(tmp_path), rotate_seconds=60, clock=lambda: now[0])
    writer.write(exchange(), Arm.SHADOW, waited_seconds=50.0)
    now[0] = 109.0
    writer.finish_old()
    assert not writer.places
    now[0] = 115.0
    writer.finish_old()
    assert len(writer.places) == 1


def test_a_writer_that_is_behind_makes_no_file_of_every_row(tmp_path):
    now = [1000.0]
    writer = CaptureWriter(str(tmp_path), rotate_seconds=60, clock=lambda: now[0])
    for _ in range(30):
        writer.write(exchange(), Arm.SHADOW, waited_seconds=500.0)
        now[0] += 1.0
    assert len(writer.places) == 1
