"""What a backfill refuses, prints and ends with; tests/whole_runs has its runs."""

import datetime as dt
import json

import pytest

from darklaunch.cli import main
from darklaunch.cli.schedule import backfill
from darklaunch.errors import OutsideError

TWO = ["run", "--backfill", "2026-03-02T14:00Z", "2026-03-02T16:00Z"]


@pytest.mark.parametrize("beside", [["--from", "2026-03-02"], ["--to", "2026-03-02"], ["--window", "yesterday"]])
def test_another_window_beside_it_is_refused(requests, capsys, beside):
    assert main.main([*TWO, *beside]) == 2
    assert "--backfill: found it beside --from, --to or --window" in capsys.readouterr().err
    assert requests.requests == []


def test_the_length_of_windows_is_refused_without_it(requests, capsys):
    assert main.main(["run", "--every", "1h"]) == 2
    assert "wanted it beside --backfill FROM TO" in capsys.readouterr().err
    assert requests.requests == []


def test_each_window_is_judged_in_order(requests, tmp_path, capsys):
    assert main.main([*TWO, "--out", str(tmp_path)]) == 0
    windows = [window for _, _, window, _ in requests.requests]
    assert [(window.start.hour, window.end.hour) for window in windows] == [(14, 15), (15, 16)]
    said = capsys.readouterr()
    assert [line.split(": ")[1] for line in said.out.splitlines()] == ["block", "block"]
    assert "darklaunch: look 2 of 2, 2026-03-02T15:00Z to 2026-03-02T16:00Z\n" in said.err


def test_the_length_of_each_is_that_of_every(requests, tmp_path):
    assert main.main([*TWO, "--out", str(tmp_path), "--every", "2h", "--quiet"]) == 0
    ((_, _, window, _),) = requests.requests
    assert window.hours == 2


@pytest.mark.usefixtures("requests")
def test_the_gate_is_that_of_the_last_look(tmp_path, capsys):
    assert main.main([*TWO, "--out", str(tmp_path), "--gate", "--quiet"]) == 20
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("requests")
def test_json_is_a_list_of_the_looks(tmp_path, capsys):
    assert main.main([*TWO, "--out", str(tmp_path), "--json"]) == 0
    said = capsys.readouterr()
    looks = json.loads(said.out)
    assert [(look["verdict"], look["judged"]) for look in looks] == [("block", True), ("block", True)]
    assert said.err == ""


def test_a_window_that_fails_ends_it_with_its_exit_code_and_says_how_to_go_on(requests, tmp_path, capsys):
    requests.error = OutsideError("no answer")
    assert main.main([*TWO, "--out", str(tmp_path), "--quiet"]) == 4
    where, why = capsys.readouterr().err.splitlines()
    assert where == (
        "darklaunch: --backfill: stopped at look 1 of 2, 2026-03-02T14:00Z to 2026-03-02T15:00Z; the same command goes "
        "on here; --backfill 2026-03-02T15:00Z 2026-03-02T16:00Z leaves it out"
    )
    assert why == "darklaunch: no answer"
    assert len(requests.requests) == 1


def test_a_run_that_was_finished_but_not_logged_is_to_be_published(requests, tmp_path, capsys, monkeypatch):
    requests.error = OutsideError("MLflow: no answer")
    found = iter([None, object()])
    monkeypatch.setattr(backfill, "finished_run", lambda *_: next(found))
    assert main.main([*TWO, "--out", str(tmp_path)]) == 4
    assert (
        "its run is finished, `darklaunch publish --from 2026-03-02T14:00Z --to 2026-03-02T15:00Z` completes it; "
        "the same command goes on\n"
    ) in capsys.readouterr().err


def test_what_stopped_it_is_told_though_nobody_can_say_how_far_it_came(requests, tmp_path, capsys, monkeypatch):
    def unreadable(*_):
        raise OSError("no such disk")

    requests.error = OutsideError("MLflow: no answer")
    monkeypatch.setattr(backfill, "finished_run", unreadable)
    assert main.main([*TWO, "--out", str(tmp_path), "--again"]) == 4
    assert capsys.readouterr().err.endswith("darklaunch: MLflow: no answer\n")


def test_an_hour_that_is_not_over_is_not_judged(requests, capsys):
    now = dt.datetime.now(dt.timezone.utc).replace(minute=0, second=0, microsecond=0)
    ends = [(now + hours * dt.timedelta(hours=1)).isoformat() for hours in (-1, 1)]
    assert main.main(["run", "--backfill", *ends]) == 2
    assert "would be judged by half" in capsys.readouterr().err
    assert requests.requests == []
