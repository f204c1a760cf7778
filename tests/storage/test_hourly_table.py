"""Tables by hour: an hour is replaced whole, and stays readable wherever a run breaks off."""

import datetime as dt
import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from darklaunch.storage.hourly_table import PART, hour_folders, hour_of, hours_in, replace_hours
from darklaunch.window import Window

START = dt.datetime(2026, 3, 2, 14, tzinfo=dt.timezone.utc)
HOUR = dt.timedelta(hours=1)
TWO_HOURS = Window(start=START, end=START + 2 * HOUR)


def table(*rows):
    """Rows of an hour, counted from the first, and a number."""
    return pa.table(
        {
            "bucket": pa.array([START + hour * HOUR for hour, _ in rows], pa.timestamp("us", "UTC")),
            "n": pa.array([number for _, number in rows], pa.int64()),
        }
    )


def content(base):
    return {hour_of(folder): pq.ParquetFile(folder / PART).read()["n"].to_pylist() for folder in hour_folders(base)}


def test_an_hour_holds_the_rows_of_its_last_writing_in_order(tmp_path):
    replace_hours(tmp_path, TWO_HOURS, table((0, 3), (0, 1), (1, 2)), ("n",))
    assert content(tmp_path) == {START: [1, 3], START + HOUR: [2]}
    replace_hours(tmp_path, TWO_HOURS, table((0, 7)), ("n",))
    assert content(tmp_path) == {START: [7]}
    assert hours_in(tmp_path) == [START]


def test_writing_the_same_twice_changes_nothing(tmp_path):
    for _ in range(2):
        replace_hours(tmp_path, TWO_HOURS, table((0, 1), (1, 2)), ("n",))
    assert content(tmp_path) == {START: [1], START + HOUR: [2]}
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")) == [
        "bucket=2026-03-02T14",
        "bucket=2026-03-02T14/part-0.parquet",
        "bucket=2026-03-02T15",
        "bucket=2026-03-02T15/part-0.parquet",
    ]


def test_hours_outside_the_window_stay(tmp_path):
    replace_hours(tmp_path, TWO_HOURS, table((0, 1), (1, 2)), ("n",))
    replace_hours(tmp_path, Window(start=START, end=START + HOUR), table((0, 5)), ("n",))
    assert content(tmp_path) == {START: [5], START + HOUR: [2]}


@pytest.mark.parametrize("number", range(4))
def test_an_hour_is_whole_wherever_its_writing_breaks_off(tmp_path, monkeypatch, number):
    replace_hours(tmp_path, TWO_HOURS, table((0, 1), (1, 2)), ("n",))
    steps = iter(range(4))

    def broken(act):
        def acting(*arguments, **options):
            if next(steps) == number:
                raise KeyboardInterrupt
            return act(*arguments, **options)

        return acting

    monkeypatch.setattr(os, "replace", broken(os.replace))
    monkeypatch.setattr(pq, "write_table", broken(pq.write_table))
    with pytest.raises(KeyboardInterrupt):
        replace_hours(tmp_path, TWO_HOURS, table((0, 5), (1, 6)), ("n",))
    monkeypatch.undo()
    expected = {START: [5] if number > 1 else [1], START + HOUR: [2]}
    assert content(tmp_path) == expected
    replace_hours(tmp_path, TWO_HOURS, table((0, 5), (1, 6)), ("n",))
    assert content(tmp_path) == {START: [5], START + HOUR: [6]}


def test_an_hour_that_was_never_finished_has_no_rows(tmp_path):
    (tmp_path / "bucket=2026-03-02T14").mkdir()
    (tmp_path / "bucket=2026-03-02T14" / f".{PART}.fresh").write_bytes(b"PAR1")
    assert (hours_in(tmp_path), hours_in(tmp_path / "none")) == ([], [])
