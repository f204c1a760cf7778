"""Pruning: old runs go for good, wherever it breaks off; looks keep their numbers, and evidence stays."""

import datetime as dt
import os
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from darklaunch.storage import prune, run_rows
from darklaunch.storage.atomic import read_json, write_json
from darklaunch.storage.prune import prune_launch
from darklaunch.storage.run_folder import FACTS, RunFolder, counting_folder, finished_runs
from darklaunch.storage.run_rows import RunRow
from darklaunch.storage.state import StateTable, read_state
from darklaunch.window import Window

FIRST = dt.datetime(2026, 3, 2, 15, tzinfo=dt.timezone.utc)
HOUR = dt.timedelta(hours=1)
KEY = "checkout-1"


def place_of(out, hour):
    return RunFolder(out=out, launch_key=KEY, slug=window(hour).slug)


def window(hour):
    return Window(start=FIRST + (hour - 1) * HOUR, end=FIRST + hour * HOUR)


def finish(out, hour):
    """A run of an hour, whose evidence is its number."""
    place = place_of(out, hour)
    look = place.look
    rows = {"bucket": pa.array([window(hour).start], pa.timestamp("us", "UTC")), "n": pa.array([hour])}
    state = read_state(place.launch).with_hours(StateTable.EVIDENCE, window(hour), pa.table(rows), ("n",))
    state.with_documents(StateTable.NOISE, {"learned": {"hours": hour}}).commit()
    with counting_folder(out) as counting:
        (counting / FACTS).write_text("{}")
        (counting / "pairs.parquet").write_bytes(b"x" * 5000)
        place.keep(counting)
    place.finish(RunRow(window=window(hour), look=look, verdict="hold", finished_at=FIRST))
    return place


def launch_with(out, hours):
    for hour in range(hours):
        finish(out, hour)
    return out / "launches" / KEY


def pruned(out, hour, **options):
    """Runs whose windows ended before that of an hour are old."""
    options = {"dry_run": False, "waiting": lambda: None, "in_use": dt.timedelta(0)} | options
    return prune_launch(out, KEY, FIRST + hour * HOUR, **options)


def evidence(launch):
    files = read_state(launch).hour_files(StateTable.EVIDENCE)
    return {hour: pq.ParquetFile(file).read()["n"].to_pylist() for hour, file in files}


def names(launch):
    return [run.name for run in finished_runs(launch)]


def test_old_runs_go_and_evidence_stays(tmp_path):
    launch = launch_with(tmp_path, 4)
    before, documents = evidence(launch), read_state(launch).documents(StateTable.NOISE)
    result = pruned(tmp_path, 2)
    assert result.removed == (window(0).slug, window(1).slug)
    assert (result.kept, names(launch)) == (2, [window(2).slug, window(3).slug])
    assert sorted(path.name for path in (launch / "runs").iterdir()) == names(launch)
    assert (evidence(launch), read_state(launch).documents(StateTable.NOISE)) == (before, documents)
    assert len(before) == 4


def test_the_newest_run_stays_however_old_it_is_and_so_does_the_latest(tmp_path):
    launch = launch_with(tmp_path, 3)
    write_json(tmp_path / "latest.json", {"run": (launch / "runs" / window(0).slug).relative_to(tmp_path).as_posix()})
    assert pruned(tmp_path, 99).removed == (window(1).slug,)
    assert names(launch) == [window(0).slug, window(2).slug]


def test_looks_keep_their_numbers_and_a_run_that_is_made_again_its_own(tmp_path):
    launch = launch_with(tmp_path, 4)
    pruned(tmp_path, 3)
    assert place_of(tmp_path, 4).look == 5
    assert place_of(tmp_path, 1).look == 2
    finish(tmp_path, 1)
    assert names(launch) == [window(1).slug, window(3).slug]
    assert place_of(tmp_path, 4).look == 5
    pruned(tmp_path, 3)
    assert place_of(tmp_path, 4).look == 5


def test_a_launch_goes_on_after_it(tmp_path):
    launch = launch_with(tmp_path, 3)
    pruned(tmp_path, 2)
    finish(tmp_path, 3)
    assert list(evidence(launch).values()) == [[0], [1], [2], [3]]
    assert read_state(launch).documents(StateTable.NOISE) == {"learned": {"hours": 3}}


def test_a_dry_run_says_the_same_and_changes_nothing(tmp_path):
    launch = launch_with(tmp_path, 4)
    listed = sorted(launch.rglob("*"))
    would = pruned(tmp_path, 2, dry_run=True)
    assert sorted(launch.rglob("*")) == listed
    did = pruned(tmp_path, 2)
    assert (would.removed, would.kept, would.bytes_before) == (did.removed, did.kept, did.bytes_before)
    assert would.bytes_after == pytest.approx(did.bytes_after, abs=6000)
    assert did.bytes_before - did.bytes_after > 8000


def test_what_was_not_committed_does_not_cost_what_was(tmp_path):
    launch = launch_with(tmp_path, 3)
    # the first writing of an hour that was written twice is what the vacuum finds
    finish(tmp_path, 0)
    before = evidence(launch)
    rows = {"bucket": pa.array([window(1).start], pa.timestamp("us", "UTC")), "n": pa.array([77])}
    read_state(launch).with_hours(StateTable.EVIDENCE, window(1), pa.table(rows), ("n",))
    pruned(tmp_path, 2)
    assert evidence(launch) == before
    finish(tmp_path, 3)
    assert evidence(launch) == before | {window(3).start: [3]}


def test_who_reads_an_earlier_version_still_can(tmp_path):
    launch = launch_with(tmp_path, 1)
    reading = read_state(launch).hour_files(StateTable.EVIDENCE)
    finish(tmp_path, 0)
    assert read_state(launch).hour_files(StateTable.EVIDENCE) != reading
    pruned(tmp_path, 99, in_use=prune.IN_USE)
    assert all(file.exists() for _, file in reading)
    pruned(tmp_path, 99)
    assert not any(file.exists() for _, file in reading)


def test_what_a_killed_command_left_in_a_table_goes(tmp_path):
    launch = launch_with(tmp_path, 1)
    orphan = launch / "state" / "evidence" / "bucket=2026-03-02T14" / "part-orphan.parquet"
    orphan.write_bytes(b"x" * 100_000)
    old = (FIRST - dt.timedelta(days=9)).timestamp()
    os.utime(orphan, (old, old))
    assert pruned(tmp_path, 99, in_use=prune.IN_USE).bytes_before > 100_000
    assert not orphan.exists()


@pytest.mark.parametrize("step", ["rows", "first folder", "second folder", "vacuum"])
def test_wherever_it_breaks_off_nothing_half_removed_is_a_run_and_the_next_one_ends_it(tmp_path, monkeypatch, step):
    launch = launch_with(tmp_path, 4)
    before, calls = evidence(launch), []

    def broken(*_arguments):
        calls.append(step)
        if len(calls) == (2 if step == "second folder" else 1):
            raise KeyboardInterrupt
        shutil.rmtree(*_arguments[:1])

    target = {"rows": (run_rows, "remove_runs"), "vacuum": (prune, "_vacuum")}.get(step, (prune, "remove_folder"))
    monkeypatch.setattr(*target, broken)
    with pytest.raises(KeyboardInterrupt):
        pruned(tmp_path, 2)
    monkeypatch.undo()
    for run in finished_runs(launch):
        assert (run / "pairs.parquet").stat().st_size == 5000
    assert place_of(tmp_path, 4).look == 5
    pruned(tmp_path, 2)
    assert sorted(path.name for path in (launch / "runs").iterdir()) == [window(2).slug, window(3).slug]
    assert (evidence(launch), place_of(tmp_path, 4).look) == (before, 5)


def test_a_launch_of_before_there_were_tables_is_pruned_by_its_folders(tmp_path):
    for hour in range(3):
        place_of(tmp_path, hour).run.mkdir(parents=True)
    assert pruned(tmp_path, 2).removed == (window(0).slug, window(1).slug)
    assert names(place_of(tmp_path, 0).launch) == [window(2).slug]
    assert place_of(tmp_path, 3).look == 4


def test_it_waits_for_whoever_changes_the_launch(tmp_path):
    launch_with(tmp_path, 2)
    held = place_of(tmp_path, 0).locked(lambda: None)
    held.__enter__()
    waited = []

    def waiting():
        waited.append(names(place_of(tmp_path, 0).launch))
        held.__exit__(None, None, None)

    assert len(pruned(tmp_path, 99, waiting=waiting).removed) == 1
    assert waited == [[window(0).slug, window(1).slug]]


def test_the_pointer_of_another_launch_or_none_is_put_up_with(tmp_path):
    launch_with(tmp_path, 2)
    Path(tmp_path / "latest.json").write_text("[]")
    assert len(pruned(tmp_path, 99).removed) == 1
    assert read_json(tmp_path / "launches" / KEY / "pruned.json")["runs"] == [window(0).slug]
