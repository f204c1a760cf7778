"""The index page: launches, verdicts, spark lines and links."""

import pytest

from darklaunch.decide.verdict import Verdict
from darklaunch.publish.export.format import Format
from darklaunch.publish.index import HEIGHT, WIDTH, IndexedLaunch, IndexedRun, render_index
from darklaunch.publish.report.json import read_head
from tests.publish import sample
from tests.publish.export import hostile
from tests.publish.looks import verdict_of
from tests.publish.page import Page

TALLY = {Verdict.BLOCK: 1, Verdict.HOLD: 2, Verdict.PROMOTE: 3}


def run(verdict, folder="launches/key/runs/1", files=(Format.HTML, Format.JSON)):
    return IndexedRun(head=read_head(verdict), tally=TALLY, folder=folder, files=files)


def launch(*confidences):
    runs = [
        run(verdict_of(look, fleet=sample.entry(None, "hold", 1000, 1, confidence=confidence)), f"runs/{look}")
        for look, confidence in enumerate(confidences, start=1)
    ]
    return IndexedLaunch(runs=tuple(reversed(runs)))


def test_the_spark_line_rises_with_the_confidence_and_ends_at_the_last_look():
    line = launch(0.0, 0.9, 0.99).spark_line
    heights = [float(point.split()[1]) for point in line.path.replace("M", "L").split("L")[1:]]
    assert heights == sorted(heights, reverse=True)
    # nines: each is as high as the one before
    assert heights[0] - heights[1] == pytest.approx(heights[1] - heights[2], abs=0.11)
    assert (line.end_x, line.end_y) == (WIDTH - 5, heights[-1])
    assert all(0 <= height <= HEIGHT for height in heights)
    assert heights[1] > line.wanted_y > heights[2]


def test_the_line_breaks_off_where_a_confidence_is_undefined():
    gone = {"confidence": None, "confidence_reason": "nothing was compared"}
    first, middle, last = launch(0.5, 0.6, 0.7).runs[::-1]
    middle = run(verdict_of(2, fleet=sample.entry(None, "hold", 1000, 1) | gone))
    line = IndexedLaunch(runs=(last, middle, first)).spark_line
    assert line.path.count("M") == 2
    assert "nothing was compared" in Page(render_index([IndexedLaunch(runs=(last, middle, first))], 0)).text


def test_one_look_is_a_point():
    line = launch(0.5).spark_line
    assert line.path.startswith("M")
    assert line.path.count("L") == 0


def test_every_look_is_linked_with_all_its_files():
    page = Page(render_index([launch(0.1, 0.2)], 0))
    links = [each["href"] for each in page.all("a")]
    assert links == [
        "runs/2/report.html",
        *(f"runs/{at}/{name}" for at in (2, 1) for name in ("report.html", "verdict.json")),
    ]
    assert "2 looks" in page.text
    assert "1 block , 2 hold , 3 promote" in page.text
    assert "confidence 20 %" in page.text


def test_a_run_without_a_page_is_linked_to_its_verdict():
    page = Page(render_index([IndexedLaunch(runs=(run(verdict_of(1), files=(Format.JSON,)),))], 0))
    assert page.all("a")[0]["href"] == "launches/key/runs/1/verdict.json"


def test_the_page_needs_nothing_else_and_no_script():
    text = render_index([launch(0.1)], 2)
    page = Page(text)
    assert text.startswith("<!DOCTYPE html>")
    assert not page.all("script")
    assert not page.all("link")
    assert "2 folders could not be read as a run" in page.text
    assert {name for tag, attributes in page.elements for name in attributes if name.startswith("on")} == set()


def test_an_empty_index_says_so():
    assert "No run has been finished here." in Page(render_index([], 0)).text


def hostile_launch(text):
    made = verdict_of(1, reasons=[text])
    made["launch"] |= {"name": text, "key": text, "production_release": text, "shadow_release": text}
    return IndexedLaunch(runs=(run(made, folder=f"launches/{text[:99]}/runs/1"),))


def test_hostile_strings_do_nothing():
    plain = len(Page(render_index([launch(0.1)], 0)).elements)
    for text in hostile.strings():
        page = render_index([hostile_launch(text)], 0)
        assert len(Page(page).elements) <= plain + 1
        assert "<script" not in page
        assert all(character.isprintable() or character == "\n" for character in page)
