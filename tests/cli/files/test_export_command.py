"""`darklaunch export`: files from any past run."""

import json
from pathlib import Path

import pytest

from darklaunch.cli.main import main
from tests.publish.looks import verdict_of, write_look


@pytest.fixture
def out(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for look in (6, 7):
        write_look(tmp_path / "out", verdict_of(look))
    return tmp_path / "out"


@pytest.mark.usefixtures("out")
def test_the_newest_run_is_written_in_the_usual_formats(capsys):
    assert main(["export"]) == 0
    written = capsys.readouterr().out.split()
    assert written == [
        f"export/{name}" for name in ("report.pdf", "report.xlsx", "report.md", "endpoints.csv", "verdict.json")
    ]
    assert all(Path(path).stat().st_size for path in written)
    assert json.loads(Path("export/verdict.json").read_text())["look"] == 7


@pytest.mark.usefixtures("out")
def test_a_past_run_is_written_where_it_is_asked_for(capsys):
    assert main(["export", "20260507", "--format", "json, junit,json", "--to", "a/b", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["files"] == ["a/b/verdict.json", "a/b/junit.xml"]
    assert told["run"].endswith("runs/20260507T000000Z")
    assert json.loads(Path("a/b/verdict.json").read_text())["look"] == 6


@pytest.mark.usefixtures("out")
def test_the_page_has_the_chart_of_the_looks_before():
    assert main(["export", "--format", "html", "--quiet"]) == 0
    assert "Confidence over 2 looks" in Path("export/report.html").read_text()


@pytest.mark.usefixtures("out")
def test_masking_all_leaves_no_value():
    for folder, masking in (("plain", []), ("masked", ["--masking", "all"])):
        assert main(["export", "--format", "json", "--quiet", "--to", folder, *masking]) == 0
    plain, masked = (Path(folder, "verdict.json").read_text() for folder in ("plain", "masked"))
    assert "12.30" in plain
    assert "12.30" not in masked


def test_the_run_itself_is_left_as_it_is(out):
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert main(["export", "--masking", "all", "--quiet"]) == 0
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--format", "docx"], "--format: found 'docx', wanted some of html, json, csv, pdf, xlsx, md, junit"),
        (["--format", ""], "--format: found ''"),
        (["--masking", "sensitive"], "--masking: found 'sensitive', wanted all"),
        (["2031"], "RUN: found no run '2031'"),
        (["--to", "out/latest.json"], "--to: found 'out/latest.json', where no file can be written"),
    ],
)
@pytest.mark.usefixtures("out")
def test_what_can_not_be_done_is_refused(capsys, words, said):
    assert main(["export", *words]) == 2
    assert said in capsys.readouterr().err
