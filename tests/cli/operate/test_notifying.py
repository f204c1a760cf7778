"""Notification of commands: after the result, and without any effect on it."""

import json
from types import SimpleNamespace

import pytest
from standardwebhooks.webhooks import Webhook

from darklaunch import dry_runs, pipeline
from darklaunch.cli import main
from darklaunch.errors import ContractError, OutsideError
from darklaunch.publish.mlflow.run import LoggedRun
from darklaunch.publish.report.json import read_verdict
from darklaunch.request import Stage
from darklaunch.storage.run_folder import RunFolder
from tests.publish.looks import verdict_of, write_look
from tests.publish.notify.receiver import WHSEC, receiving


@pytest.fixture
def world(tmp_path, monkeypatch):
    """A pipeline that finishes the seventh look after a sixth that held, and may fail then or before."""
    monkeypatch.setenv("DARKLAUNCH_WEBHOOK_SECRET", WHSEC)
    monkeypatch.chdir(tmp_path)
    given = SimpleNamespace(verdict="block", before=None, after=None)

    def run(request):
        request.stage(Stage.CAPTURE)
        if given.before is not None:
            raise given.before
        verdict = verdict_of(7, verdict=given.verdict)
        folder = write_look(request.out, verdict)
        place = RunFolder(out=request.out, launch_key=folder.parent.parent.name, slug=folder.name)
        request.finished(place, read_verdict(verdict))
        request.stage(Stage.MLFLOW)
        if given.after is not None:
            raise given.after
        return place, read_verdict(verdict), LoggedRun(run_id="r", experiment_id="1", tracking_uri="sqlite:///x")

    write_look(tmp_path / "out", verdict_of(6, verdict="hold"))
    monkeypatch.setattr(pipeline, "run", run)
    return given


def command(receiver, *words):
    return main.main(
        [
            *(words or ("run", "--gate")),
            "-o",
            f"publish.notify.webhook.url={receiver.url}",
            "-o",
            "publish.notify.allow_private=true",
            "-o",
            "publish.notify.attempts=1",
        ]
    )


def told(receiver):
    return [Webhook(WHSEC).verify(body, headers) for _, headers, body in receiver.got]


@pytest.mark.usefixtures("world")
def test_a_changed_verdict_is_told_after_the_result(capsys):
    with receiving(200) as receiver:
        assert command(receiver) == 20
    (message,) = told(receiver)
    assert message["type"] == "darklaunch.verdict_changed"
    assert (message["data"]["verdict"], message["data"]["previous_verdict"]) == ("block", "hold")
    printed = capsys.readouterr()
    assert "block" in printed.out.lower()
    assert "notify" not in printed.err


def test_nothing_is_told_when_nothing_changed(world):
    world.verdict = "hold"
    with receiving(200) as receiver:
        assert command(receiver) == 10
    assert receiver.got == []


@pytest.mark.usefixtures("world")
def test_who_can_not_be_told_changes_nothing_but_a_line(capsys):
    with receiving(500) as receiver:
        assert command(receiver, "run", "--gate", "--json") == 20
    printed = capsys.readouterr()
    assert json.loads(printed.out)["verdict"] == "block"
    assert printed.err == (
        "darklaunch: notify: webhook of 127.0.0.1: answered 500 at attempt 1 of 1; the result is not affected\n"
    )


def test_a_failure_is_told_with_its_stage_and_keeps_its_exit_code(world, capsys):
    world.before = ContractError("found s3://me:hunter2@bucket broken")
    with receiving(200) as receiver:
        assert command(receiver) == 3
    (message,) = told(receiver)
    assert message["type"] == "darklaunch.run_failed"
    assert message["data"]["stage"] == "capture"
    assert message["data"]["error"] == "found s3://bucket broken"
    assert capsys.readouterr().err.endswith("darklaunch: found s3://me:hunter2@bucket broken\n")


def test_a_bug_is_told_by_its_name_alone(world):
    world.before = KeyError("a value of a stranger")
    with receiving(200) as receiver, pytest.raises(KeyError):
        command(receiver)
    assert [message["data"]["error"] for message in told(receiver)] == ["unexpected: KeyError"]


def test_where_mlflow_fails_the_verdict_is_told_and_the_failure(world):
    world.after = OutsideError("MLflow: gone")
    with receiving(200) as receiver:
        assert command(receiver) == 4
    assert [message["type"] for message in told(receiver)] == ["darklaunch.verdict_changed", "darklaunch.run_failed"]
    assert {message["data"]["run"] for message in told(receiver)} == {told(receiver)[0]["data"]["run"]}


def test_an_interrupt_is_no_failure(world):
    world.before = KeyboardInterrupt()
    with receiving(200) as receiver:
        assert command(receiver) == main.INTERRUPTED
    assert receiver.got == []


@pytest.mark.usefixtures("world")
def test_a_command_that_only_asks_tells_nobody(monkeypatch):
    def fail(_request):
        raise ContractError("broken")

    monkeypatch.setattr(dry_runs, "run_plan", fail)
    with receiving(200) as receiver:
        assert command(receiver, "plan") == 3
    assert receiver.got == []


@pytest.mark.usefixtures("world")
def test_a_notification_that_breaks_itself_is_a_line(monkeypatch, capsys):
    def broken(*_arguments):
        raise RuntimeError("hunter2")

    monkeypatch.setattr("darklaunch.cli.operate.notifying.deliver", broken)
    with receiving(200) as receiver:
        assert command(receiver) == 20
    assert capsys.readouterr().err.endswith("notify: failed (RuntimeError); the result is not affected\n")
