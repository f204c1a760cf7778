"""Does a backfill come to what its windows come to one by one, and does it go on where it was stopped?"""

import itertools
import json
import shutil

import pytest

from tests.whole_runs.runs import newest, run, state
from tests.worlds import row, write_log

HOURS = ["2026-03-02T00:00Z", "2026-03-02T01:00Z", "2026-03-02T02:00Z", "2026-03-02T03:00Z"]
pytestmark = pytest.mark.slow


@pytest.fixture
def log(tmp_path):
    rows = [
        row(f"r{hour}-{n}", arm, at=hour * 3600.0 + n, body={"n": n if n or arm == "production" else -1})
        for hour in range(3)
        for n in range(40)
        for arm in ("production", "shadow")
    ]
    return write_log(tmp_path / "log", rows)


def looks(capsys):
    printed = json.loads(capsys.readouterr().out)
    return [(look["window"]["from"][11:13], look["look"], look["judged"]) for look in printed]


def test_a_backfill_that_was_stopped_goes_on_and_comes_to_what_its_windows_do(log, tmp_path, capsys):
    for start, end in itertools.pairwise(HOURS):
        assert run(log, tmp_path / "one by one", "--from", start, "--to", end) == 0
    late = log / "date=2026-03-02/hour=01"
    shutil.move(late, tmp_path / "late")
    backfill = ["--backfill", HOURS[0], HOURS[-1], "--json"]
    assert run(log, tmp_path / "out", *backfill) == 3
    assert looks(capsys) == [("00", 1, True)]
    shutil.move(tmp_path / "late", late)
    assert run(log, tmp_path / "out", *backfill) == 0
    assert looks(capsys) == [("00", 1, False), ("01", 2, True), ("02", 3, True)]
    ended = [json.loads((newest(tmp_path / out) / "verdict.json").read_text()) for out in ("one by one", "out")]
    assert ended[0]["fleet"] == ended[1]["fleet"]
    assert ended[0]["endpoints"] == ended[1]["endpoints"]
    assert run(log, tmp_path / "out", *backfill, "--again") == 0
    assert looks(capsys) == [("00", 1, True), ("01", 2, True), ("02", 3, True)]
    # another length makes other windows, though the last of them ends where an hour did; so do other rules
    assert run(log, tmp_path / "out", *backfill, "--every", "3h") == 0
    assert looks(capsys) == [("00", 3, True)]
    rules = ["-o", "rules=[{path: $.body.n, ignore: true, why: x}]"]
    assert run(log, tmp_path / "out", *backfill, "--every", "3h", *rules) == 0
    assert looks(capsys)[0][2]


def test_a_run_whose_row_was_never_written_is_judged(log, tmp_path, capsys):
    backfill = ["--backfill", HOURS[0], HOURS[1], "--json"]
    assert run(log, tmp_path / "out", *backfill) == 0
    shutil.rmtree(state(tmp_path / "out").folder / "runs")
    capsys.readouterr()
    assert run(log, tmp_path / "out", *backfill) == 0
    assert looks(capsys) == [("00", 1, True)]
