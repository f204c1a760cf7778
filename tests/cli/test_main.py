"""What becomes of failures on the command line."""

import json
import logging
import os
import warnings

import pytest
from py4j.protocol import Py4JError

from darklaunch.cli import main
from darklaunch.cli.command import CAPTURES, LOG_FORMAT, Command
from darklaunch.diff.guarded import DEBUG
from darklaunch.errors import ContractError, DarklaunchError, UsageError


def interrupted_spark():
    gone = Py4JError("gone")
    gone.__cause__ = KeyboardInterrupt()
    raise gone


@pytest.mark.parametrize(
    ("failure", "code", "said"),
    [
        (UsageError("found x\nfound y"), 2, "darklaunch: found x\ndarklaunch: found y\n"),
        (ContractError("a\x1b[31mb"), 3, "darklaunch: a\\x1b[31mb\n"),
        (Py4JError("no answer\nat java"), 4, "darklaunch: Spark: failed: no answer;"),
        (KeyboardInterrupt(), 130, "darklaunch: interrupted;"),
    ],
)
def test_an_expected_failure_is_a_line_and_an_exit_code(monkeypatch, capsys, failure, code, said):
    def act(_asked):
        raise failure

    monkeypatch.setattr(main, "COMMANDS", {"run": Command(help="x", act=act)})
    assert main.main(["run"]) == code
    assert capsys.readouterr().err.startswith(said)


def test_what_an_interrupt_breaks_in_spark_is_an_interrupt(monkeypatch):
    monkeypatch.setattr(main, "COMMANDS", {"run": Command(help="x", act=lambda _asked: interrupted_spark())})
    assert main.main(["run"]) == main.INTERRUPTED


def test_a_bug_stays_a_traceback(monkeypatch):
    def act(_asked):
        raise ZeroDivisionError

    monkeypatch.setattr(main, "COMMANDS", {"run": Command(help="x", act=act)})
    with pytest.raises(ZeroDivisionError):
        main.main(["run"])


def test_debug_shows_where(monkeypatch):
    def act(_asked):
        raise UsageError("x")

    monkeypatch.setattr(main, "COMMANDS", {"run": Command(help="x", act=act)})
    with pytest.raises(UsageError):
        main.main(["run", "--debug"])


def test_a_command_of_two_words_is_a_command_of_a_group(monkeypatch):
    given = []

    def act(arguments):
        given.append((arguments.command, arguments.captures))
        return 0

    command = Command(help="x", act=act, options=(CAPTURES,))
    monkeypatch.setattr(main, "COMMANDS", {"rules suggest": command, "rules check": command, "run": command})
    for words in (["rules", "suggest"], ["rules", "check"], ["run"]):
        assert main.main([*words, "--captures", "log"]) == 0
    assert given == [("rules suggest", "log"), ("rules check", "log"), ("run", "log")]


@pytest.mark.parametrize(
    "words", [["rules"], ["rules", "forget"], ["rules suggest"], ["rules", "suggest", "--gate"], []]
)
def test_half_a_command_or_an_unknown_one_is_a_matter_of_usage(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main.main(words)
    assert ended.value.code == 2
    assert "usage: darklaunch" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["suggest", "check"])
def test_rules_are_not_looked_for_in_a_log_that_is_not_there(tmp_path, monkeypatch, capsys, command):
    monkeypatch.chdir(tmp_path)
    assert main.main(["rules", command, "--captures", str(tmp_path / "none")]) == 2
    assert "none" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_debug_asks_workers_for_tracebacks_too(monkeypatch, tmp_path):
    monkeypatch.delenv(DEBUG, raising=False)
    monkeypatch.setenv(DEBUG, "")  # so that it is put back
    with pytest.raises(DarklaunchError):
        main.main(["runs", "list", "--out", str(tmp_path / "none"), "--debug"])
    assert os.environ[DEBUG] == "1"


HOSTILE = 'GET /x\n{"level": "info"}\r\u2028\x85\x1b[2J'


def test_an_error_is_one_json_object_a_line_whatever_strangers_write(monkeypatch, capsys):
    def act(given):
        given.log.launch, given.log.stage = "checkout\nv2", "pair"
        raise ContractError(f"found {HOSTILE!s}")

    monkeypatch.setattr(main, "COMMANDS", {"run": Command(help="x", act=act, options=(LOG_FORMAT,))})
    assert main.main(["run", "--log-format", "json"]) == 3
    printed = capsys.readouterr().err
    assert printed.isascii()
    lines = [json.loads(line) for line in printed.splitlines()]
    assert {(line["level"], line["launch"], line["stage"], line["window"]) for line in lines} == {
        ("error", "checkout\nv2", "pair", None)
    }
    assert "\n".join(line["message"] for line in lines) == "\n".join(f"found {HOSTILE}".splitlines())


@pytest.mark.parametrize(
    ("failure", "debug", "code"), [(ZeroDivisionError("a\nb"), [], 1), (UsageError("x"), ["--debug"], 2)]
)
def test_a_traceback_is_one_json_object_too(monkeypatch, capsys, failure, debug, code):
    def act(_given):
        raise failure

    monkeypatch.setattr(main, "COMMANDS", {"run": Command(help="x", act=act, options=(LOG_FORMAT,))})
    assert main.main(["run", "--log-format", "json", *debug]) == code
    (line,) = capsys.readouterr().err.splitlines()
    assert "Traceback" in json.loads(line)["traceback"]
    os.environ.pop(DEBUG, None)


@pytest.mark.filterwarnings("always")
def test_what_libraries_warn_of_is_json_too(monkeypatch, capsys):
    def act(_given):
        warnings.warn("beware\nof this", UserWarning, stacklevel=1)
        logging.getLogger("elsewhere").warning("a\nhttps://me:hunter2@host/b")
        return 0

    monkeypatch.setattr(main, "COMMANDS", {"run": Command(help="x", act=act, options=(LOG_FORMAT,))})
    assert main.main(["run", "--log-format", "json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["level"], line["logger"]) for line in lines] == [("warning", "py.warnings"), ("warning", "elsewhere")]
    assert lines[1]["message"] == "a\nhttps://host/b"
