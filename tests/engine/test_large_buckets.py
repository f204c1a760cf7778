"""Rows that take more memory than a task should hold: read by batches, cut by request, and counted to the same."""

import pyarrow as pa
import pytest

from darklaunch.capture.inventory import list_log
from darklaunch.capture.rows import CAPTURE, read_batches, read_file
from darklaunch.engine import reading
from darklaunch.engine.reading import BucketTooLargeError, halves, part_of, read_bucket
from darklaunch.engine.tasks import BucketTask
from tests.engine.test_adding import SELECTION
from tests.engine.test_feeders import tables_of, verdict_of, world
from tests.whole_runs.runs import newest
from tests.worlds import pairs, write_log


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return write_log(tmp_path_factory.mktemp("log"), world())


@pytest.fixture(scope="module")
def whole(log, tmp_path_factory):
    out = tmp_path_factory.mktemp("whole")
    return verdict_of(log, out), tables_of(out)


def task_of(log):
    files = list_log(str(log)).files
    return BucketTask(name="all", files=tuple(file for file in files if file.hour == files[0].hour))


def test_a_bucket_that_is_larger_than_its_footers_say_is_cut_and_comes_to_the_same(log, whole, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MOST_BYTES", 20_000)
    assert verdict_of(log, tmp_path) == whole[0]
    assert tables_of(tmp_path) == whole[1]
    assert len(list((newest(tmp_path) / "pairs").glob("*.parquet"))) > 8


def test_copies_that_are_looked_at_a_few_at_a_time_come_to_the_same(log, whole, tmp_path, monkeypatch):
    monkeypatch.setattr("darklaunch.pair.arm_rows._AT_ONCE", 2)
    assert verdict_of(log, tmp_path) == whole[0]


def test_halves_share_no_request_and_lose_none():
    task = BucketTask(name="t", files=(), part=1, parts=3)
    ids = pa.chunked_array([[f"r{n}" for n in range(200)]])
    (mine,) = [part_of(ids, task.parts) == task.part]
    first, second = (part_of(ids, half.parts) == half.part for half in halves(task))
    assert (mine == (first | second)).all()
    assert first.any()
    assert second.any()
    assert not (first & second).any()


def test_a_bucket_of_more_rows_than_fit_is_refused(tmp_path, monkeypatch):
    log = write_log(tmp_path, pairs(20))
    monkeypatch.setattr(reading, "MOST_BYTES", 1_000)
    with pytest.raises(BucketTooLargeError):
        read_bucket(list_log(str(log)).store, task_of(log), CAPTURE.names, SELECTION)


def test_one_request_is_held_whatever_its_size(tmp_path, monkeypatch):
    log = write_log(tmp_path, [{**row, "request_id": "-"} for row in pairs(20)])
    monkeypatch.setattr(reading, "MOST_BYTES", 1_000)
    arms = read_bucket(list_log(str(log)).store, task_of(log), CAPTURE.names, SELECTION)
    assert {arm: rows.num_rows for arm, rows in arms.items()} == {"production": 20, "shadow": 20}


@pytest.mark.parametrize("rows_at_once", [1, 7, 1_000])
def test_a_file_comes_to_the_same_by_batches_and_whole(log, rows_at_once, monkeypatch):
    monkeypatch.setattr("darklaunch.capture.rows._BATCH_ROWS", rows_at_once)
    listed = list_log(str(log))
    for columns in (CAPTURE.names, ["body"], ["error", "query"]):
        for file in listed.files:
            batches = list(read_batches(listed.store, file, columns))
            assert pa.concat_tables(batches).equals(read_file(listed.store, file, columns))
            assert max(batch.num_rows for batch in batches) <= rows_at_once
