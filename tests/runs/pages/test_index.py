"""The index on disk: all runs, whole, whoever else writes."""

from pathlib import Path

import pytest

from darklaunch.runs.pages import index
from darklaunch.runs.pages.index import write_index
from tests.publish.looks import other_launch, verdict_of, write_look
from tests.publish.page import Page


def test_every_run_is_there_the_newest_launch_and_look_first(tmp_path):
    for look in (1, 2):
        (write_look(tmp_path, verdict_of(look)) / "report.html").write_text("x")
    write_look(tmp_path, verdict_of(9, launch=other_launch()))
    assert write_index(tmp_path) == tmp_path / "index.html"
    page = Page((tmp_path / "index.html").read_text())
    links = [each["href"] for each in page.all("a")]
    assert "2.15.0-77aa/runs/20260510T000000Z/verdict.json" in links[0]
    assert [link.rpartition("/runs/")[2] for link in links if "9f31" in link] == [
        "20260503T000000Z/report.html",
        *(f"2026050{day}T000000Z/{name}" for day in (3, 2) for name in ("report.html", "verdict.json")),
    ]
    for link in links:
        assert (tmp_path / link).is_file()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index.html", "latest.json", "launches"]


def test_a_broken_run_is_counted_and_the_others_are_listed(tmp_path):
    (write_look(tmp_path, verdict_of(1)) / "verdict.json").write_text("{")
    write_look(tmp_path, verdict_of(2))
    text = Page(write_index(tmp_path).read_text()).text
    assert "1 folder could not be read as a run" in text
    assert "1 look" in text


def test_a_run_that_ends_meanwhile_is_not_left_out(tmp_path, monkeypatch):
    write_look(tmp_path, verdict_of(1))
    render, late = index.render_index, iter([verdict_of(2)])

    def slow(launches, unreadable):
        for verdict in late:
            write_look(tmp_path, verdict)
        return render(launches, unreadable)

    monkeypatch.setattr(index, "render_index", slow)
    assert "2 looks" in Page(write_index(tmp_path).read_text()).text


def test_an_index_that_can_not_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    write_look(tmp_path, verdict_of(1))
    before = write_index(tmp_path).read_text()
    write_look(tmp_path, verdict_of(2))

    def broken(path, text, encoding):
        path.write_bytes(text[:10].encode(encoding))
        raise OSError("no space left")

    monkeypatch.setattr(Path, "write_text", broken)
    with pytest.raises(OSError, match="no space left"):
        write_index(tmp_path)
    assert (tmp_path / "index.html").read_text() == before
    assert len(list(tmp_path.iterdir())) == 3
