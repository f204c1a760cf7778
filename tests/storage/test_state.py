"""The tables of a launch: an hour is replaced whole, and what a command that broke off has written is never read."""

import datetime as dt

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from darklaunch.errors import OutsideError
from darklaunch.storage.state import StateTable, read_state
from darklaunch.window import Window

START = dt.datetime(2026, 3, 2, 14, tzinfo=dt.timezone.utc)
HOUR = dt.timedelta(hours=1)
TWO_HOURS = Window(start=START, end=START + 2 * HOUR)
TABLE = StateTable.EVIDENCE


def table(*rows):
    """Rows of an hour, counted from the first, and a number."""
    return pa.table(
        {
            "bucket": pa.array([START + hour * HOUR for hour, _ in rows], pa.timestamp("us", "UTC")),
            "n": pa.array([number for _, number in rows], pa.int64()),
        }
    )


def written(state, *rows, window=TWO_HOURS):
    return state.with_hours(TABLE, window, table(*rows), ("n",))


def content(state):
    return {hour: pq.ParquetFile(file).read()["n"].to_pylist() for hour, file in state.hour_files(TABLE)}


def test_an_hour_holds_the_rows_of_its_last_writing_in_order(tmp_path):
    state = written(read_state(tmp_path), (0, 3), (0, 1), (1, 2))
    assert content(state) == {START: [1, 3], START + HOUR: [2]}
    state = written(state, (0, 7))
    assert content(state) == {START: [7]}
    assert state.hours(TABLE) == [START]


def test_hours_outside_the_window_stay(tmp_path):
    state = written(read_state(tmp_path), (0, 1), (1, 2))
    one = Window(start=START, end=START + HOUR)
    assert content(written(state, (0, 5), (1, 6), window=one)) == {START: [5], START + HOUR: [2]}


def test_an_empty_window_leaves_no_table_or_an_empty_one(tmp_path):
    state = written(read_state(tmp_path))
    assert content(state) == {}
    assert content(written(written(state, (0, 1)))) == {}


def test_names_from_strangers_are_kept_as_they_are(tmp_path):
    names = ["GET /'; DROP TABLE", "../../x", "ä/%2F\n", ""]
    rows = table((0, 1), (0, 2), (0, 3), (0, 4)).append_column("endpoint", pa.array(names).dictionary_encode())
    state = read_state(tmp_path).with_hours(TABLE, TWO_HOURS, rows, ("n",))
    ((_, file),) = state.hour_files(TABLE)
    assert pq.ParquetFile(file).read()["endpoint"].to_pylist() == names


def test_what_was_not_committed_is_not_read(tmp_path):
    written(read_state(tmp_path), (0, 9))
    assert content(read_state(tmp_path)) == {}
    written(read_state(tmp_path), (0, 1)).commit()
    written(read_state(tmp_path), (0, 5), (1, 6))
    assert content(read_state(tmp_path)) == {START: [1]}


def test_what_was_not_committed_is_taken_back_by_the_next_writing(tmp_path):
    written(read_state(tmp_path), (0, 1), (1, 2)).commit()
    written(read_state(tmp_path), (0, 8), (1, 9))
    one = Window(start=START + HOUR, end=START + 2 * HOUR)
    written(read_state(tmp_path), (1, 3), window=one).commit()
    assert content(read_state(tmp_path)) == {START: [1], START + HOUR: [3]}


def test_the_first_writing_that_broke_off_is_taken_back_too(tmp_path):
    written(read_state(tmp_path), (0, 8), (1, 9))
    one = Window(start=START + HOUR, end=START + 2 * HOUR)
    written(read_state(tmp_path), (1, 3), window=one).commit()
    assert content(read_state(tmp_path)) == {START + HOUR: [3]}


def test_documents_are_replaced_together_and_taken_back_together(tmp_path):
    state = read_state(tmp_path).with_documents(StateTable.NOISE, {"a": {"x": [1, None, "ä"]}, "b": {}})
    state.commit()
    read_state(tmp_path).with_documents(StateTable.NOISE, {"c": {}})
    assert read_state(tmp_path).documents(StateTable.NOISE) == {"a": {"x": [1, None, "ä"]}, "b": {}}
    read_state(tmp_path).with_documents(StateTable.NOISE, {"a": {}}).commit()
    assert read_state(tmp_path).documents(StateTable.NOISE) == {"a": {}}


def test_documents_that_stay_what_they_are_make_no_version(tmp_path):
    state = read_state(tmp_path).with_documents(StateTable.NOISE, {"a": {"x": 1}})
    assert state.with_documents(StateTable.NOISE, {"a": {"x": 1}}) == state
    assert read_state(tmp_path).with_documents(StateTable.THRESHOLDS, {}) == read_state(tmp_path)


def test_a_broken_table_is_named(tmp_path):
    written(read_state(tmp_path), (0, 1)).commit()
    for file in (tmp_path / "state" / "evidence" / "_delta_log").glob("*.json"):
        file.write_text("{")
    with pytest.raises(OutsideError, match=r"state/evidence: found a table that can't be read"):
        content(read_state(tmp_path))
