"""Is a window counted once as long as nothing has changed, and again as soon as anything has?"""

import os
import shutil
from pathlib import Path

import pytest

from darklaunch import pipeline
from darklaunch.errors import OutsideError
from tests.whole_runs.runs import newest, run, verdict
from tests.worlds import pairs, row, write_log

HOUR = ["--from", "2026-03-02T00:00:00Z", "--to", "2026-03-02T01:00:00Z"]
NEXT = ["--from", "2026-03-02T01:00:00Z", "--to", "2026-03-02T02:00:00Z"]
BOTH = ["--from", "2026-03-02T00:00:00Z", "--to", "2026-03-02T02:00:00Z"]


@pytest.fixture
def log(tmp_path) -> Path:
    return write_log(tmp_path / "log", pairs(40, wrong=4) + pairs(10, prefix="later", at=3700.0))


@pytest.fixture
def out(log, tmp_path) -> Path:
    assert run(log, tmp_path / "out", *HOUR) == 0
    return tmp_path / "out"


@pytest.fixture
def counted(monkeypatch) -> list[object]:
    """The windows that are counted from now on."""
    windows: list[object] = []
    count = pipeline.count_window

    def counting(request, *others):
        windows.append(request.window)
        return count(request, *others)

    monkeypatch.setattr(pipeline, "count_window", counting)
    return windows


def broken_off(*_: object) -> None:
    raise OutsideError("broken off")


def shadow_file(log: Path) -> Path:
    return log / "date=2026-03-02/hour=00/arm=shadow/part-0.parquet"


def test_a_rerun_of_what_has_not_changed_comes_to_the_same_without_counting(log, out, counted):
    before = verdict(out)
    assert run(log, out, *HOUR) == 0
    assert counted == []
    assert verdict(out) == before
    assert (newest(out) / "pairs").is_dir()


def test_a_rerun_that_counts_again_comes_to_the_same(log, out, counted):
    before = verdict(out)
    assert run(log, out, *HOUR, "--again") == 0
    assert len(counted) == 1
    assert verdict(out) == before


def test_a_stage_of_its_own_leaves_what_the_next_one_reads(log, out, counted):
    assert run(log, out, *HOUR, command="compare") == 0
    assert run(log, out, *HOUR, command="score") == 0
    assert run(log, out, *HOUR, command="publish") == 0
    assert counted == []
    assert verdict(out)["look"] == 1


def another_time(log: Path, _out: Path) -> list[str]:
    os.utime(shadow_file(log), ns=(0, 0))
    return []


def other_bytes_of_the_same_length_and_time(log: Path, _out: Path) -> list[str]:
    file = shadow_file(log)
    before, content = file.stat(), bytearray(file.read_bytes())
    # the name of the writer, in the footer: the rows stay as they are
    at = content.rindex(b"parquet-cpp-arrow")
    content[at : at + 7] = b"PARQUET"
    file.write_bytes(content)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    return []


def another_file(log: Path, _out: Path) -> list[str]:
    write_log(log / "late", [row("late", arm, body={}) for arm in ("production", "shadow")])
    for file in (log / "late").rglob("*.parquet"):
        file.rename(log / file.relative_to(log / "late").with_name("late.parquet"))
    shutil.rmtree(log / "late")
    return []


def no_file(log: Path, _out: Path) -> list[str]:
    shadow_file(log).unlink()
    return []


def a_file_of_the_next_hour_within_reach(log: Path, _out: Path) -> list[str]:
    os.utime(log / "date=2026-03-02/hour=01/arm=shadow/part-0.parquet", ns=(0, 0))
    return []


def a_stray(log: Path, _out: Path) -> list[str]:
    (log / "stray.parquet").write_bytes(b"PAR1")
    return []


def a_setting(_log: Path, _out: Path) -> list[str]:
    return ["-o", "contract.minimum_rows=2"]


def a_rule(_log: Path, _out: Path) -> list[str]:
    return ["-o", "rules=[{path: $.body.x, ignore: true, why: volatile}]"]


def evidence_of_a_wider_window(log: Path, out: Path) -> list[str]:
    assert run(log, out, *BOTH, "-o", "scoring.groups={some: ['GET /items/{id}']}") == 0
    return []


def a_file_that_nobody_can_read(_log: Path, out: Path) -> list[str]:
    (newest(out) / "inputs.json").write_text("{")
    return []


def an_earlier_darklaunch(_log: Path, out: Path) -> list[str]:
    (newest(out) / "inputs.json").unlink()
    return []


@pytest.mark.parametrize(
    "change",
    [
        another_time,
        other_bytes_of_the_same_length_and_time,
        another_file,
        no_file,
        a_file_of_the_next_hour_within_reach,
        a_stray,
        a_setting,
        a_rule,
        evidence_of_a_wider_window,
        a_file_that_nobody_can_read,
        an_earlier_darklaunch,
    ],
)
def test_whatever_changes_is_counted_again(log, out, counted, change):
    more = change(log, out)
    counted.clear()
    assert run(log, out, *HOUR, *more) in {0, 3}
    assert len(counted) == 1


def test_another_window_of_the_launch_leaves_it_as_it_is(log, out, counted):
    assert run(log, out, *NEXT) == 0
    counted.clear()
    assert run(log, out, *HOUR) == 0
    assert counted == []


def test_a_run_that_broke_off_once_it_was_counted_goes_on_from_there(log, out, counted, monkeypatch):
    before = verdict(out)
    shutil.rmtree(out)
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "judge", broken_off)
        assert run(log, out, *HOUR) == OutsideError.exit_code
    counted.clear()
    assert run(log, out, *HOUR) == 0
    assert counted == []
    assert verdict(out) == before


def test_a_count_that_was_not_kept_is_not_taken_for_the_one_before(log, out, counted, monkeypatch):
    """The state is committed and the command broken off before the run's folder: the folder is of other files."""
    another_file(log, out)
    with monkeypatch.context() as patch:
        patch.setattr(pipeline.RunFolder, "keep", broken_off)
        assert run(log, out, *HOUR) == OutsideError.exit_code
    counted.clear()
    assert run(log, out, *HOUR) == 0
    assert len(counted) == 1
    assert verdict(out)["fleet"]["pairs"] == 41
