"""What the commands print, and where they write."""

import json

import pytest

from darklaunch.cli import main, run_commands
from darklaunch.cli.command import Arguments
from darklaunch.cli.run_commands import out_of
from darklaunch.errors import UsageError
from darklaunch.request import Stage


@pytest.mark.usefixtures("requests")
def test_validate_prints_the_rows_of_each_arm_as_lines(tmp_path, capsys):
    assert main.main(["validate"]) == 0
    report = tmp_path / "work" / "contract.json"
    assert capsys.readouterr().out == f"contract: kept\nrows:\n  production good: 1,774\nreport: {report}\n"
    assert main.main(["validate", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == {"contract": "kept", "rows": {"production good": 1774}, "report": str(report)}


@pytest.mark.parametrize("name", ["demo", "run"])
def test_a_folder_that_is_none_of_this_machine_is_refused(requests, tmp_path, monkeypatch, capsys, name):
    monkeypatch.chdir(tmp_path)
    assert main.main([name, "--out", "s3://bucket"]) == 2
    assert "--out: found s3://bucket, wanted a folder" in capsys.readouterr().err
    assert requests.requests == []


def test_each_command_says_which_folder_it_takes_else(requests, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name, folder in (("demo", "darklaunch-demo"), ("run", "out")):
        assert main.main([name, "--quiet"]) == 0
        assert requests.requests[-1][1] == tmp_path / folder
        with pytest.raises(SystemExit):
            main.main([name, "--help"])
        assert f"(default: {folder})" in " ".join(capsys.readouterr().out.split())


@pytest.mark.usefixtures("requests")
def test_the_demo_ends_well_whatever_its_verdict():
    assert main.main(["demo", "--quiet"]) == 0
    assert main.main(["run", "--quiet", "--gate"]) == 20


@pytest.mark.parametrize("out", ["file:///a/b", "/a/b"])
def test_a_file_uri_is_a_folder(out):
    assert str(out_of(Arguments(command="run", out=out))) == "/a/b"


def test_half_a_window_is_refused():
    with pytest.raises(UsageError, match="found one of them"):
        run_commands.request_of(Arguments(command="run", start="2026-03-02T14:00:00Z"), lambda _stage: None)


def test_the_stages_of_run_are_all_but_the_check_of_rules_and_those_that_come_whenever_they_are_so():
    assert set(run_commands.ALL_STAGES) == set(Stage) - {Stage.CHECK, Stage.WAITING, Stage.UNCHANGED}
    assert sorted(run_commands.ALL_STAGES, key=list(Stage).index) == list(run_commands.ALL_STAGES)
