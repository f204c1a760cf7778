"""The page of two runs: what turned and why, both intervals, causes and paths."""

import re

import pytest

from darklaunch.runs.changes import changes
from darklaunch.runs.differences import as_listed
from darklaunch.runs.pages import changes as changes_page
from darklaunch.runs.pages.changes import render_changes
from tests.publish import sample
from tests.publish.export import hostile
from tests.publish.looks import other_launch, verdict_of
from tests.publish.page import Page


def page_of(before, after):
    reports = [sample.report(verdict) for verdict in (before, after)]
    return render_changes(*reports, changes(*map(as_listed, reports)))


def earlier(**changed):
    made = verdict_of(6, verdict="hold", reasons=["Not enough yet."], **changed)
    made["endpoints"] = [entry | {"verdict": "hold", "reasons": ["Too few pairs."]} for entry in made["endpoints"]]
    made["causes"] = [sample.cause("GET /gone", "$.body.gone", "missing", 3, 100), *made["causes"][1:]]
    return made


def test_endpoints_whose_verdict_turned_are_told_with_both_reasons():
    text = Page(page_of(earlier(), verdict_of(7))).text
    assert "Verdicts that changed: 3" in text
    told = re.search(r"POST /orders : hold → block before (.*?) after (.*?) GET", text)
    assert told[1] == "Too few pairs."
    assert told[2].startswith("Lower bound of the excess 0.96 %")


def test_both_intervals_of_an_endpoint_lie_on_one_plot():
    before, after = earlier(), verdict_of(7)
    before["endpoints"][0] |= {"excess_low": -0.0001, "excess_high": 0.0302}
    page = page_of(before, after)
    plots = re.findall(r'<svg class="plot" viewBox="0 0 240 38".*?</svg>', page, re.DOTALL)
    assert len(plots) == 1 + len(after["endpoints"])
    assert {plot.count('class="range"') for plot in plots} == {2}
    assert "\u22120.010 % to 3.02 %" in Page(page).text


def test_an_endpoint_that_one_run_has_not_seen_has_one_interval():
    before = earlier()
    lost = before["endpoints"].pop(0)["endpoint"]
    page = page_of(before, verdict_of(7))
    assert f"{lost} : not seen → promote" in Page(page).text
    plots = re.findall(r'<svg class="plot" viewBox="0 0 240 38".*?</svg>', page, re.DOTALL)
    assert sorted(plot.count('class="range"') for plot in plots)[:2] == [1, 2]


def test_causes_are_new_fixed_and_persistent():
    text = Page(page_of(earlier(), verdict_of(7))).text
    assert re.search(r"New: 1 .*?\$\.body\.total\.amount .*?Fixed, or not seen in the later window: 1", text)
    assert re.search(r"later window: 1 .*?\$\.body\.gone .*? Persistent: 2", text)


def test_other_launches_and_other_orders_are_warned_of():
    text = Page(page_of(verdict_of(9, launch=other_launch()), verdict_of(7))).text
    assert "shadow release 2.15.0, then 2.14.0-rc1" in text
    assert "The run named first looked at the later window." in text
    assert "Not comparable" not in Page(page_of(earlier(), verdict_of(7))).text


def test_long_lists_are_cut_and_say_so(monkeypatch):
    monkeypatch.setattr(changes_page, "LISTED", 2)
    text = Page(page_of(earlier(), verdict_of(7))).text
    assert "And 4 endpoints more." in text
    assert "Verdicts that changed: 3" in text
    assert "And 1 more." in text


def test_a_run_without_causes_says_so():
    before = verdict_of(6)
    del before["causes"]
    assert (
        "Not known: one of the runs was made before causes were looked for."
        in Page(page_of(before, verdict_of(7))).text
    )


@pytest.mark.parametrize("swapped", [False, True])
def test_hostile_strings_do_nothing(swapped):
    first, second = verdict_of(6), hostile.verdict()
    page = page_of(second, first) if swapped else page_of(first, second)
    assert not Page(page).all("script")
    assert not Page(page).all("img")
    assert all(character.isprintable() or character == "\n" for character in page)
    assert page.startswith("<!DOCTYPE html>")
