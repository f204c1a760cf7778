"""Parts that workers have written: whole ones of one attempt, and never fewer than they say."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from darklaunch.engine.gathering import gather_parts
from darklaunch.engine.work import write_part
from darklaunch.errors import OutsideError

ROWS = pa.table({"request_id": ["a", "b"]})


def test_whole_parts_come_into_the_window_and_halves_stay_behind(tmp_path):
    attempt, folder = tmp_path / "attempt", tmp_path / "window"
    write_part(ROWS, attempt / "pairs", "2026-03-02T00-0")
    write_part(ROWS, attempt / "differences", "2026-03-02T00-0")
    (attempt / "pairs" / ".2026-03-02T01-0-half").write_bytes(b"PAR1")
    gather_parts(attempt, folder, 2)
    assert sorted(path.name for path in folder.rglob("*.parquet")) == ["part-2026-03-02T00-0.parquet"] * 2
    assert [path.name for path in (folder / "pairs").iterdir()] == ["part-2026-03-02T00-0.parquet"]


def test_a_worker_that_was_given_up_replaces_nothing(tmp_path):
    attempt, folder = tmp_path / "attempt", tmp_path / "window"
    write_part(ROWS, attempt / "pairs", "a")
    gather_parts(attempt, folder, 2)
    write_part(ROWS.slice(1), attempt / "pairs", "a")
    assert pq.read_table(folder / "pairs" / "part-a.parquet").num_rows == 2


def test_rows_written_where_the_driver_can_not_see_them_stop_the_run(tmp_path):
    with pytest.raises(OutsideError, match=r"found 0 of the 2 rows .* a file system which this machine"):
        gather_parts(tmp_path / "attempt", tmp_path / "window", 2)


def test_a_window_without_pairs_has_no_tables(tmp_path):
    gather_parts(tmp_path / "attempt", tmp_path / "window", 0)
    assert not (tmp_path / "window").exists()
