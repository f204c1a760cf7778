"""Runs under --out: counted, kept, finished, taken up again, and whole wherever that breaks off."""

import datetime as dt
import shutil

import pytest

from darklaunch.errors import UsageError
from darklaunch.storage.atomic import read_json, write_json
from darklaunch.storage.run_folder import FACTS, RunFolder, counting_folder, find_compared, finished_runs
from darklaunch.storage.run_rows import RunRow
from darklaunch.storage.state import read_state
from darklaunch.window import Window

END = dt.datetime(2026, 3, 2, 15, tzinfo=dt.timezone.utc)


def window(hours=0):
    end = END + hours * dt.timedelta(hours=1)
    return Window(start=end - dt.timedelta(hours=1), end=end)


def row(hours=0):
    return RunRow(window=window(hours), look=1, verdict="hold", finished_at=END)


def compared(out, hours=0, name="checkout"):
    """A run in the making that has been compared."""
    place = RunFolder(out=out, launch_key="checkout-1", slug=window(hours).slug)
    with counting_folder(out) as counting:
        span = {"from": window(hours).start.isoformat(), "to": window(hours).end.isoformat()}
        write_json(counting / FACTS, {"launch": {"name": name}, "window": span})
        (counting / "pairs").mkdir()
        (counting / "pairs" / "part-0.parquet").write_bytes(b"PAR1")
        read_state(place.launch).commit()
        place.keep(counting)
    return place


def finished(out, hours=0):
    place = compared(out, hours)
    place.finish(row(hours))
    return place


def test_a_finished_run_is_pointed_at_and_counted_by_its_window(tmp_path):
    later, earlier = finished(tmp_path, 1), finished(tmp_path)
    assert read_json(tmp_path / "latest.json") == {"run": "launches/checkout-1/runs/20260302T150000Z"}
    assert finished_runs(later.launch) == [earlier.run, later.run]
    assert (earlier.look, later.look) == (1, 2)


def test_a_run_exists_when_its_row_does(tmp_path):
    first, second = finished(tmp_path), compared(tmp_path, 1)
    second.work.rename(second.run)
    assert finished_runs(first.launch) == [first.run]
    assert find_compared(tmp_path, "checkout", window(1)) == second
    second.reopen()
    second.finish(row(1))
    assert finished_runs(first.launch) == [first.run, second.run]


def test_a_run_of_before_there_were_rows_exists_by_its_folder(tmp_path):
    place = RunFolder(out=tmp_path, launch_key="checkout-1", slug=window().slug)
    place.run.mkdir(parents=True)
    assert finished_runs(place.launch) == [place.run]


def test_a_run_that_was_moved_aside_is_a_look_and_is_taken_up(tmp_path):
    first, second = finished(tmp_path), finished(tmp_path, 1)
    first.run.rename(first.run.with_name(f".old-{first.slug}"))
    assert second.look == 2
    first.run.rename(first.run.with_name(f".old-{first.slug}"))
    assert find_compared(tmp_path, "checkout", window()) == first
    assert (first.run / FACTS).exists()


def test_a_run_in_the_making_comes_before_a_finished_one(tmp_path):
    finished(tmp_path, 1)
    making = compared(tmp_path)
    assert find_compared(tmp_path, "checkout", None) == making


def test_a_copy_that_broke_off_is_not_taken_up(tmp_path, monkeypatch):
    place = finished(tmp_path)

    def half(source, target, **_options):
        target.mkdir(parents=True)
        shutil.copy(source / FACTS, target / FACTS)
        raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "copytree", half)
    with pytest.raises(KeyboardInterrupt):
        place.reopen()
    monkeypatch.undo()
    assert not place.work.exists()
    assert find_compared(tmp_path, "checkout", None) == place
    place.reopen()
    assert sorted(path.name for path in place.work.iterdir()) == [FACTS, "pairs"]
    assert [path.name for path in place.work.parent.iterdir()] == [place.slug]


@pytest.mark.parametrize(("name", "hours"), [("another", None), ("checkout", 5)])
def test_what_nobody_compared_is_a_matter_of_usage(tmp_path, name, hours):
    finished(tmp_path)
    with pytest.raises(UsageError, match="run `darklaunch compare` first"):
        find_compared(tmp_path, name, None if hours is None else window(hours))


def test_what_a_killed_command_was_counting_is_removed_and_what_another_counts_stays(tmp_path):
    parent = tmp_path / "launches" / ".counting"
    (parent / "killed").mkdir(parents=True)
    (parent / "killed.lock").touch()
    with counting_folder(tmp_path) as other, counting_folder(tmp_path) as ours:
        folders = {path for path in parent.iterdir() if path.is_dir()}
        assert folders == {other.parent, ours.parent}
    assert list(parent.iterdir()) == []


def test_what_a_worker_writes_after_its_command_has_ended_is_removed(tmp_path):
    with counting_folder(tmp_path) as ours:
        pass
    ours.mkdir(parents=True)
    with counting_folder(tmp_path) as other:
        assert list(other.parents[1].glob("*/")) == [other.parent]
