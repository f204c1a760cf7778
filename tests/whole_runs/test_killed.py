"""Does a run that is killed leave nothing half-done, and does the same command come to what it would have come to?

    DARKLAUNCH_KILLS=40 pytest tests/whole_runs/test_killed.py

kills as many runs, and races as many pairs of them, as it is asked to.
"""

import datetime as dt
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from darklaunch.runs.catalog import past_runs
from darklaunch.storage import atomic, delta
from darklaunch.storage.state import StateTable, read_state
from tests.whole_runs.runs import QUICK, run
from tests.worlds import START, row, write_log

HOUR = dt.timedelta(hours=1)
LEARN = ["-o", "noise.learn=true", "-o", "noise.learning_hours=2"]
ENTRY = "from darklaunch.cli.main import entry; entry()"
TIMES = int(os.environ.get("DARKLAUNCH_KILLS", "2"))
pytestmark = pytest.mark.slow


def span(hour, hours=1):
    moments = (START + hour * HOUR, START + (hour + hours) * HOUR)
    return ["--from", f"{moments[0]:%Y-%m-%dT%H:%M:%SZ}", "--to", f"{moments[1]:%Y-%m-%dT%H:%M:%SZ}"]


@pytest.fixture(scope="module")
def log(tmp_path_factory) -> Path:
    rows = [
        row(f"r{hour}-{n}", arm, at=hour * 3600.0 + n, body={"n": n % 7 == 0 and arm == "shadow", "token": f"{arm}{n}"})
        for hour in range(4)
        for n in range(60)
        for arm in ("production", "shadow", "baseline")
    ]
    return write_log(tmp_path_factory.mktemp("log"), rows)


def begin(log, out, *more):
    command = [sys.executable, "-c", ENTRY, "run", "--out", str(out), "--captures", str(log), "--quiet"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    options = [*QUICK, "--master", "none", *LEARN, *more]
    return subprocess.Popen(  # noqa: S603 - this very interpreter
        [*command, *options], start_new_session=True, env=environment, stderr=subprocess.PIPE, text=True
    )


def everything(out):
    """All that a launch knows and says, but for the names of files and the moments of writing."""
    (launch,) = (folder for folder in (out / "launches").iterdir() if not folder.name.startswith("."))
    state = read_state(launch)
    rows = {
        (table, hour): sorted(map(repr, pq.ParquetFile(file).read().to_pylist()))
        for table in (StateTable.EVIDENCE, StateTable.LATENCY, StateTable.PANEL)
        for hour, file in state.hour_files(table)
    }
    documents = {table: state.documents(table) for table in (StateTable.NOISE, StateTable.THRESHOLDS)}
    runs, skipped = past_runs(out)
    verdicts = {each.folder.name: json.loads((each.folder / "verdict.json").read_text()) for each in runs}
    assert not skipped
    return rows, documents, verdicts


@pytest.fixture(scope="module")
def begun(log, tmp_path_factory) -> Path:
    """A launch of one look; the next teaches it its rules."""
    out = tmp_path_factory.mktemp("begun")
    assert run(log, out, *LEARN, *span(0)) == 0
    return out


@pytest.fixture(scope="module")
def undisturbed(log, begun, tmp_path_factory):
    """What the second look leaves, and the third."""
    out = shutil.copytree(begun, tmp_path_factory.mktemp("undisturbed") / "out")
    assert run(log, out, *LEARN, *span(1)) == 0
    second = everything(out)
    assert run(log, out, *LEARN, *span(2)) == 0
    return second, everything(out)


class BrokenOffError(BaseException):
    """A run that is killed; no ``except Exception`` sees it."""


def break_off(patch, number):
    """Breaks off at the numbered step of what is written, before it or after it."""
    steps = iter(range(10_000))

    def broken(act):
        def acting(*arguments, **options):
            step = next(steps)
            if step == 2 * number:
                raise BrokenOffError
            result = act(*arguments, **options)
            if step == 2 * number + 1:
                raise BrokenOffError
            return result

        return acting

    for owner, name in ((delta, "_overwrite"), (atomic.os, "replace"), (Path, "rename")):
        patch.setattr(owner, name, broken(getattr(owner, name)))


def test_a_run_that_breaks_off_at_any_step_of_its_writing_is_made_good_by_the_next(log, begun, tmp_path, undisturbed):
    # each of some thirty takes seconds: all of them where there is time
    for number in range(0, 200, 1 if "DARKLAUNCH_LONG" in os.environ else 4):
        out = shutil.copytree(begun, tmp_path / str(number))
        with pytest.MonkeyPatch.context() as patch:
            break_off(patch, number)
            try:
                assert run(log, out, *LEARN, *span(1)) == 0
                broke_off = False
            except BrokenOffError:
                broke_off = True
        assert everything(out)[2].keys() <= undisturbed[0][2].keys()
        assert run(log, out, *LEARN, *span(1)) == 0
        assert everything(out) == undisturbed[0]
        if not broke_off:
            break
    assert number > 5
    assert not broke_off


def test_a_window_that_broke_off_counts_for_nothing_until_it_is_run_again(log, begun, tmp_path):
    out = shutil.copytree(begun, tmp_path / "out")
    before = everything(out)
    with pytest.MonkeyPatch.context() as patch:
        break_off(patch, 2)
        with pytest.raises(BrokenOffError):
            run(log, out, *LEARN, *span(1))
    assert everything(out) == before


def test_a_run_that_is_killed_is_made_good_by_the_same_command(log, begun, tmp_path, undisturbed):
    chance, seconds = random.Random(14), None
    for number in range(TIMES):
        out = shutil.copytree(begun, tmp_path / str(number))
        began = time.monotonic()
        with begin(log, out, *span(1)) as process:
            if seconds is None:
                # the first is let through, to see how long one takes
                assert process.wait() == 0
                seconds = time.monotonic() - began
            else:
                time.sleep(chance.uniform(0, 1.1 * seconds))
                os.killpg(process.pid, signal.SIGKILL)
        everything(out)
        assert run(log, out, *LEARN, *span(1)) == 0
        assert everything(out) == undisturbed[0]


def test_two_runs_at_once_on_one_launch_lose_nothing(log, begun, tmp_path, undisturbed):
    for number in range(TIMES):
        same = number % 2 == 0
        out = shutil.copytree(begun, tmp_path / str(number)) if same else tmp_path / str(number)
        with begin(log, out, *span(1 if same else 0)) as one, begin(log, out, *span(1)) as other:
            errors = [process.communicate()[1] for process in (one, other)]
        assert [process.returncode for process in (one, other)] == [0, 0], errors
        if same:
            assert everything(out) == undisturbed[0]
        # windows may come in either order, and what a look says is of the order
        assert run(log, out, *LEARN, *span(2)) == 0
        rows, _, verdicts = everything(out)
        assert rows == undisturbed[1][0]
        assert verdicts["20260302T030000Z"] == undisturbed[1][2]["20260302T030000Z"]
