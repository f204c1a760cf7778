"""The page's lists of endpoints and of causes: how much each shows, and what is said to stand elsewhere."""

import pytest

from darklaunch.publish.html import render_html
from tests.publish import sample
from tests.publish.page import Page


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(render_html(sample.report(sample.full())))


def test_hundreds_of_endpoints_can_be_filtered_without_a_script():
    page = Page(render_html(sample.report(sample.crowd(230))))
    assert [each["id"] for each in page.all("input") if each["type"] == "radio"] == [
        "only-all",
        "only-block",
        "only-hold",
        "only-promote",
    ]
    assert len([each for each in page.all("tr") if "data-verdict" in each]) == 236


def test_a_cause_is_told_with_its_slices_values_and_an_example(page):
    for text_ in (
        "Together with $.body.tax.amount , $.body.lines[*].amount .",
        "390 requests have it: 1.62 % of those compared there ( 1.46 % to 1.78 % ).",
        "Promoted, it would be about 398 answers a day.",
        "98.2 % of them at POST /orders came from 2026-05-07 02:00 UTC to 2026-05-07 04:00 UTC , 8.10 % of the rest.",
        "97.0 % of them at POST /orders have the attribute region = eu , 31.0 % of the rest.",
        "At 3 endpoints: POST /orders 1.49 % of its pairs",
        "production differs from itself in the same way in 84.0 % of these requests.",
    ):
        assert text_ in page.text
    text_ = page.pieces[page.pieces.index("Causes") :]
    assert text_.index("57") < text_.index("41") < text_.index("12")


def test_the_line_of_an_example_is_never_cut():
    lines = [each["curl"] for each in sample.causes()[0]["examples"]]
    assert len(lines[0]) > 700
    assert lines[0] in "".join(Page(render_html(sample.report(sample.full()))).pieces)


def test_many_causes_stand_in_a_table_that_leads_to_the_first_of_them():
    page = Page(render_html(sample.report(sample.crowd(40))))
    assert len([each for each in page.all("li") if each.get("class") == "cause"]) == 10
    assert len([each for each in page.all("details") if each.get("class") == "cause"]) == 20
    assert len([each for each in page.all("tr") if "data-severity" in each]) == 43
    anchors = {each["id"] for _, each in page.elements if each.get("id")}
    leads = [each["href"] for each in page.all("a") if each["href"].startswith("#cause-")]
    assert len(leads) == 30
    assert {lead[1:] for lead in leads} <= anchors


def test_what_is_too_much_for_a_page_is_said_to_stand_in_the_tables():
    text = Page(render_html(sample.report(sample.crowd(600)))).text
    assert "Here are 500 of 606 endpoints" in text
    assert "Here are 500 of 603 causes" in text
    assert "Of 606 endpoints, 402 may be promoted, 203 need more evidence or attention, and 1 is blocked." in text


def test_an_endpoint_shows_its_latency_ratios_beside_the_excess_and_since_when_it_is_worse():
    made = sample.full()
    made["endpoints"][0]["reasons"] = ["Worse since Thursday 2026-05-07 14:00 UTC: at least 0.9 % of them differ."]
    text = Page(render_html(sample.report(made))).text
    row = text[text.index("182,345") - 120 : text.index("182,345") + 250]
    assert "worse since Thursday 2026-05-07 14:00 UTC 182,345" in row
    assert "p50 1.01\u00d7 p95 1.08\u00d7 p99 1.37\u00d7" in row


def test_a_run_without_a_cause_says_so_and_an_older_run_says_nothing():
    assert "No request differed in anything that counts." in Page(render_html(sample.report(sample.smallest()))).text
    made = sample.full()
    del made["causes"]
    assert "Causes" not in Page(render_html(sample.report(made))).pieces


def test_an_endpoint_shows_what_it_is_scored_on_and_groups_stand_beside_the_whole():
    made = sample.full()
    body = {"dimension": "body", "pairs": 5, "excess": 0.01, "excess_low": 0.0, "excess_high": 0.02, "limiting": False}
    rung = {**body, "dimension": "lat_p95", "excess": None, "excess_reason": "nothing was compared", "limiting": True}
    scores = {"tolerated_excess": 0.001, "confidence": 0.25, "regression_confidence": 0.5}
    entry = next(item for item in made["endpoints"] if item["verdict"] == "hold")
    entry["dimensions"] = [{**body, **scores}, {**rung, **scores, "excess_low": None, "excess_high": None}]
    made["groups"] = [{**{name: value for name, value in entry.items() if name != "endpoint"}, "group": "group <b>"}]
    page = Page(render_html(sample.report(made)))
    assert "latency at p95 limiting" in page.text
    assert page.text.count("group <b>") == 2
    assert "25 % 50 %" in page.text
