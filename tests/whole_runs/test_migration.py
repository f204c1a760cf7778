"""Does a launch whose state is of the form before there were tables go on as if nothing had happened?"""

import datetime as dt
import shutil

import pyarrow.parquet as pq
import pytest

from darklaunch.storage.atomic import write_json
from darklaunch.storage.migration import migrate
from darklaunch.storage.run_folder import finished_runs
from darklaunch.storage.state import StateTable, read_state
from tests.whole_runs.runs import newest, run, verdict
from tests.worlds import START, row, write_log

HOUR = dt.timedelta(hours=1)
BY_HOUR = (StateTable.EVIDENCE, StateTable.LATENCY, StateTable.PANEL)
LEARN = ["-o", "noise.learn=true", "-o", "noise.learning_hours=2"]


def look(log, out, hour):
    span = [f"{START + (hour + n) * HOUR:%Y-%m-%dT%H:%M:%SZ}" for n in range(2)]
    assert run(log, out, "--from", span[0], "--to", span[1], *LEARN) == 0
    return verdict(out)


def in_earlier_form(launch):
    """Puts the state of a launch where it was before there were tables."""
    state = read_state(launch)
    for table in BY_HOUR:
        for hour, file in state.hour_files(table):
            folder = launch / table.value / f"bucket={hour:%Y-%m-%dT%H}"
            folder.mkdir(parents=True)
            shutil.copy(file, folder / "part-0.parquet")
    for name, document in state.documents(StateTable.NOISE).items():
        counts = () if name == "learned" else ("counts",)
        write_json(launch.joinpath("noise", *counts, f"{name}.json"), document)
    for name, document in state.documents(StateTable.THRESHOLDS).items():
        write_json(launch / "latency" / f"{name}.json", document)
    lost = [{"file": name, **each} for name, each in state.documents(StateTable.LOST_FILES).items()]
    write_json(launch / "lost_files.json", {"schema_version": 1, "lost": lost})
    shutil.rmtree(launch / "state")


def content(state):
    rows = {
        table: {
            hour: sorted(map(repr, pq.ParquetFile(file).read().to_pylist())) for hour, file in state.hour_files(table)
        }
        for table in BY_HOUR
    }
    return rows, {table: state.documents(table) for table in StateTable if table not in BY_HOUR}


@pytest.fixture
def log(tmp_path):
    rows = [
        row(f"r{hour}-{n}", arm, at=hour * 3600.0 + n, body={"n": 1, "token": f"{arm}{n}"})
        for hour in range(3)
        for n in range(40)
        for arm in ("production", "shadow", "baseline")
    ]
    log = write_log(tmp_path / "log", rows)
    broken = log / "date=2026-03-02" / "hour=01" / "arm=shadow" / "broken.parquet"
    broken.write_bytes(b"PAR1 and no more")
    return log


def test_the_next_look_is_the_one_of_a_launch_that_has_tables(log, tmp_path):
    for out in (tmp_path / "tables", tmp_path / "folders"):
        look(log, out, 0)
        look(log, out, 1)
    launch = newest(tmp_path / "folders").parents[1]
    before = content(read_state(launch))
    in_earlier_form(launch)
    assert [path.name for path in finished_runs(launch)] == ["20260302T010000Z", "20260302T020000Z"]
    assert look(log, tmp_path / "folders", 2) == look(log, tmp_path / "tables", 2)
    assert len(finished_runs(launch)) == 3
    assert not (launch / "evidence").exists()
    assert not (launch / "lost_files.json").exists()
    assert before[0][StateTable.EVIDENCE].items() <= content(read_state(launch))[0][StateTable.EVIDENCE].items()


def test_a_move_that_broke_off_is_done_again(log, tmp_path, monkeypatch):
    look(log, tmp_path / "out", 0)
    look(log, tmp_path / "out", 1)
    launch = newest(tmp_path / "out").parents[1]
    before = content(read_state(launch))
    in_earlier_form(launch)
    with monkeypatch.context() as patch:
        patch.setattr("darklaunch.storage.run_rows.add_run", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            migrate(launch)
    assert (launch / "evidence").exists()
    migrate(launch)
    assert content(read_state(launch)) == before
    assert len(finished_runs(launch)) == 2
