"""`runs prune`: what it prints, and what it refuses."""

import json

import pytest

from darklaunch.cli import main
from tests.publish.looks import verdict_of, write_look


@pytest.fixture
def out(tmp_path):
    for look in (5, 6, 7):
        write_look(tmp_path / "out", verdict_of(look))
    return tmp_path / "out"


def test_it_says_what_it_removed_and_the_disk_use(out, capsys):
    assert main.main(["runs", "prune", "--keep", "1h", "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "removed 2 runs older than" in printed
    assert "1 kept;" in printed
    assert " before, " in printed


def test_a_dry_run_removes_nothing(out, capsys):
    assert main.main(["runs", "prune", "--keep", "1h", "--dry-run", "--json", "--out", str(out)]) == 0
    (launch,) = json.loads(capsys.readouterr().out)["launches"]
    assert (len(launch["removed"]), launch["kept"]) == (2, 1)
    assert launch["bytes_before"] > launch["bytes_after"] > 0
    assert len(list(out.glob("launches/*/runs/*"))) == 3


@pytest.mark.parametrize("keep", [None, "30", "0d", "-1d", "999999d", "1y"])
def test_a_duration_is_wanted(out, capsys, keep):
    words = [] if keep is None else [f"--keep={keep}"]
    assert main.main(["runs", "prune", *words, "--out", str(out)]) == 2
    assert "--keep: found" in capsys.readouterr().err
    assert len(list(out.glob("launches/*/runs/*"))) == 3


def test_no_launch_is_said(tmp_path, capsys):
    assert main.main(["runs", "prune", "--keep", "1d", "--out", str(tmp_path)]) == 2
    assert "found no launch" in capsys.readouterr().err
