"""How a launch stood at its earlier looks."""

import json
from datetime import datetime, timezone

import pytest

from darklaunch.errors import UsageError
from darklaunch.publish.look import look_of
from darklaunch.runs.history import history
from darklaunch.runs.run import Run, open_run
from tests.publish import sample
from tests.publish.looks import other_launch, verdict_of, write_look

FAR = datetime(2030, 1, 1, tzinfo=timezone.utc)


@pytest.fixture
def launch(tmp_path):
    for look, confidence in ((3, 0.31), (1, 0.0), (2, 0.2)):
        made = verdict_of(look)
        made["fleet"]["confidence"] = confidence
        folder = write_look(tmp_path, made)
    return folder.parent.parent


def test_the_looks_of_a_launch_come_in_the_order_of_their_windows(launch):
    looks = history(launch, FAR)
    assert [(look.look, look.fleet.confidence) for look in looks] == [(1, 0.0), (2, 0.2), (3, 0.31)]
    assert [look.end.day for look in looks] == [2, 3, 4]


def test_the_table_of_scores_says_the_same_as_the_verdict(launch):
    for look in history(launch, FAR):
        assert look.endpoints == look_of(sample.report(verdict_of(look.look))).endpoints


def test_without_a_table_of_scores_the_verdict_is_read(launch):
    expected = history(launch, FAR)
    for table in launch.glob("runs/*/scores.parquet"):
        table.unlink()
    assert history(launch, FAR) == expected


def test_only_looks_before_the_present_one_are_history(launch):
    looks = history(launch, datetime(2026, 5, 4, tzinfo=timezone.utc))
    assert [look.look for look in looks] == [1, 2]


def test_the_fleet_alone_needs_no_table(launch):
    for table in launch.glob("runs/*/scores.parquet"):
        table.write_bytes(b"broken")
    assert [look.endpoints for look in history(launch, FAR, endpoints=False)] == [{}, {}, {}]


def test_broken_runs_and_runs_of_another_launch_are_no_history(launch):
    stranger = launch / "runs/20260509T000000Z"
    stranger.mkdir()
    (stranger / "verdict.json").write_text(json.dumps(verdict_of(8, launch=other_launch())))
    (launch / "runs/20260503T000000Z/verdict.json").write_text("{")
    (launch / "runs/20260504T000000Z").rename(launch / "runs/.removed-20260504T000000Z")
    assert [look.look for look in history(launch, FAR)] == [1]


def test_a_launch_without_runs_has_no_history(tmp_path):
    assert history(tmp_path / "none", FAR) == []


def test_a_run_tells_the_history_up_to_itself(launch):
    table = open_run(launch / "runs/20260503T000000Z").history()
    assert list(table["look"]) == [1, 2]
    assert list(table["confidence"]) == [0.0, 0.2]
    assert str(table["window_to"].iloc[-1]) == "2026-05-03 00:00:00+00:00"
    assert list(table["verdict"]) == ["block", "block"]


def test_the_history_of_an_endpoint_has_no_rows_for_looks_that_have_not_seen_it(launch):
    first = verdict_of(1)
    first["endpoints"] = [entry for entry in first["endpoints"] if entry["endpoint"] != "POST /orders"]
    write_look(launch.parent.parent, first)
    run = open_run(launch / "runs/20260504T000000Z")
    assert list(run.history("POST /orders")["look"]) == [2, 3]
    assert list(run.history(sample.OVERRIDE)["look"]) == [1, 2, 3]


def test_a_number_that_was_undefined_is_absent_and_not_nan(launch):
    write_look(launch.parent.parent, verdict_of(4, fleet=sample.nothing()["fleet"]))
    table = open_run(launch / "runs/20260505T000000Z").history()
    assert str(table["excess"].iloc[-1]) == "<NA>"


def test_an_unknown_endpoint_and_a_run_without_its_folder_have_no_history(launch):
    run = open_run(launch / "runs/20260504T000000Z")
    with pytest.raises(UsageError, match="did you mean 'POST /orders'"):
        run.history("POST /order")
    with pytest.raises(UsageError, match="history: it is elsewhere"):
        Run(report=run.report, folder=None, absent="it is elsewhere").history()


def test_a_run_opened_by_a_relative_path_finds_its_launch(launch, monkeypatch):
    monkeypatch.chdir(launch / "runs/20260504T000000Z")
    assert len(open_run(".").history()) == 3
