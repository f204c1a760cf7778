"""`run --summary`: Markdown for the page of a build."""

import pytest

from darklaunch.cli.main import main


@pytest.fixture
def here(tmp_path, monkeypatch, requests):  # noqa: ARG001 - the pipeline that computes nothing
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_is_appended(here):
    (here / "s.md").write_text("before\n")
    for _ in range(2):
        assert main(["run", "--quiet", "--summary", "s.md"]) == 0
    text = (here / "s.md").read_text()
    assert text.startswith("before\n### ")
    assert text.count("BLOCK: checkout-v2") == 2
    assert "<details>" not in text


def test_a_build_on_github_gets_it_unasked(here, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(here / "step.md"))
    assert main(["run", "--quiet"]) == 0
    assert main(["run", "--quiet", "--summary", str(here / "step.md")]) == 0
    assert (here / "step.md").read_text().count("BLOCK: checkout-v2") == 2


def test_a_step_summary_that_can_not_be_written_is_no_failure(here, monkeypatch, capsys):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(here / "missing" / "step.md"))
    assert main(["run", "--quiet"]) == 0
    assert "GITHUB_STEP_SUMMARY: could not be written: No such file" in capsys.readouterr().err


@pytest.mark.usefixtures("here")
def test_a_file_that_can_not_be_is_refused_before_anything_is_computed(requests, capsys):
    assert main(["run", "--quiet", "--summary", "missing/s.md"]) == 2
    assert "--summary: found 'missing/s.md', wanted a file in a folder that is there" in capsys.readouterr().err
    assert main(["run", "--quiet", "--summary", "."]) == 2
    assert requests.requests == []


def test_nothing_is_written_unasked(here):
    before = set(here.iterdir())
    assert main(["run", "--quiet"]) == 0
    assert set(here.iterdir()) == before
