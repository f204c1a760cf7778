"""What becomes of failures on the command line."""

import pytest
from py4j.protocol import Py4JError

from darklaunch import cli
from darklaunch.commands import Command
from darklaunch.errors import ContractError, UsageError


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

    monkeypatch.setattr(cli, "COMMANDS", {"run": Command(help="x", act=act)})
    assert cli.main(["run"]) == code
    assert capsys.readouterr().err.startswith(said)


def test_what_an_interrupt_breaks_in_spark_is_an_interrupt(monkeypatch):
    monkeypatch.setattr(cli, "COMMANDS", {"run": Command(help="x", act=lambda _asked: interrupted_spark())})
    assert cli.main(["run"]) == cli.INTERRUPTED


def test_a_bug_stays_a_traceback(monkeypatch):
    def act(_asked):
        raise ZeroDivisionError

    monkeypatch.setattr(cli, "COMMANDS", {"run": Command(help="x", act=act)})
    with pytest.raises(ZeroDivisionError):
        cli.main(["run"])


def test_debug_shows_where(monkeypatch):
    def act(_asked):
        raise UsageError("x")

    monkeypatch.setattr(cli, "COMMANDS", {"run": Command(help="x", act=act)})
    with pytest.raises(UsageError):
        cli.main(["run", "--debug"])


@pytest.mark.parametrize("option", cli.OPTIONS, ids=lambda option: option.flags[0])
def test_every_option_belongs_to_commands_that_exist(option):
    assert option.commands <= set(cli.COMMANDS)
