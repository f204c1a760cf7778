"""Progress: plain lines where there is no terminal, nothing where nobody wants to read it."""

import pytest

from darklaunch.cli.command import Arguments
from darklaunch.cli.progress import progress_of
from darklaunch.request import Stage

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
