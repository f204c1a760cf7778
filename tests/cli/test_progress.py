"""Progress: plain lines where there is no terminal, nothing where nobody wants to read it."""

import datetime as dt
import json

import pytest

from darklaunch.cli.command import Arguments
from darklaunch.cli.progress import _Pace, progress_of
from darklaunch.request import Stage
from darklaunch.window import HOUR, Window

STAGES = (Stage.CAPTURE, Stage.CONTRACT)


def test_each_stage_is_a_line_with_its_place(capsys):
    with progress_of(STAGES, Arguments(command="validate")) as listener:
        listener(Stage.CONTRACT)
    assert capsys.readouterr().err == "darklaunch: contract (2 of 2)\n"


@pytest.mark.parametrize("option", ["quiet", "json"])
def test_nothing_is_printed_where_nobody_wants_to_read_it(capsys, option):
    with progress_of(STAGES, Arguments(command="validate", **{option: True})) as listener:
        listener(Stage.CONTRACT)
    assert capsys.readouterr() == ("", "")


def test_a_terminal_shows_a_bar(monkeypatch, capsys):
    monkeypatch.setenv("FORCE_COLOR", "1")
    with progress_of(STAGES, Arguments(command="validate")) as listener:
        listener(Stage.CONTRACT)
    assert "contract (2 of 2)" in capsys.readouterr().err


def test_the_time_left_is_that_of_the_tasks_at_their_pace_and_begins_anew_with_other_stages():
    times = iter((10.0, 12.0, 40.0, 41.0, 51.0))
    pace = _Pace(clock=lambda: next(times))
    shares = (0.01, 0.2, 0.25, 0.1, 0.1)
    assert [pace.left(share) for share in shares] == ["", "", ", about 1:30 left", "", ", about 1:30 left"]


def test_each_stage_is_a_json_object_with_what_is_worked_on(capsys):
    start = dt.datetime(2026, 3, 2, 14, tzinfo=dt.timezone.utc)
    given = Arguments(command="run", log_format="json", json=True)
    given.log.launch, given.log.window = "checkout", Window(start=start, end=start + HOUR)
    with progress_of(STAGES, given) as listener:
        listener(Stage.CONTRACT)
        listener(Stage.WAITING)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    for line in lines:
        assert dt.datetime.fromisoformat(line.pop("time").replace("Z", "+00:00")).tzinfo is not None
    about = {
        "level": "info",
        "launch": "checkout",
        "run": "20260302T150000Z",
        "stage": "contract",
        "window": {"from": "2026-03-02T14:00:00+00:00", "to": "2026-03-02T15:00:00+00:00"},
    }
    assert lines == [about | {"message": "contract (2 of 2)"}, about | {"message": Stage.WAITING.value}]


def test_quiet_keeps_lines_of_json_back_and_still_knows_the_stage_for_an_error(capsys):
    given = Arguments(command="run", log_format="json", quiet=True)
    with progress_of(STAGES, given) as listener:
        listener(Stage.CONTRACT)
    assert capsys.readouterr().err == ""
    assert given.log.stage == "contract"
