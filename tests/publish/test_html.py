"""The page: safe to open, complete, and the same every time."""

import re
from base64 import b64encode
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.publish.formatting import visible
from darklaunch.publish.html import render_html
from darklaunch.publish.page.script import page_script
from darklaunch.publish.report.codec import JsonShapeError
from tests.publish import sample
from tests.publish.page import Page


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(render_html(sample.report(sample.full())))


@pytest.mark.parametrize("made", [sample.full, sample.smallest, sample.nothing])
def test_every_element_is_closed_in_turn(made):
    assert Page(render_html(sample.report(made()))).open == []


def test_no_text_from_traffic_becomes_an_element(page):
    assert {tag for tag, _ in page.elements}.isdisjoint({"img", "i-x", "iframe", "object"})
    assert page.scripts == [page_script().text]
    assert "<b>bold" not in render_html(sample.report(sample.full()))


def test_no_element_carries_a_handler_or_an_address_outside_the_page(page):
    for _, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name in {"src", "action", "srcset"}]
        assert attributes.get("href", "#").startswith("#")


def test_the_page_forbids_everything_but_its_own_styles_and_its_one_script(page):
    digest = b64encode(sha256(page.scripts[0].encode()).digest()).decode()
    policies = [each["content"] for each in page.all("meta") if each.get("http-equiv")]
    assert policies == [
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    ]


def test_what_acts_on_the_screen_is_shown_instead(page):
    text = render_html(sample.report(sample.full()))
    assert "\u202e" not in text
    assert "GET /files/\\u202egnp.exe/{id}" in page.text


def named(text: str) -> dict[str, Any]:
    made = sample.smallest()
    made["endpoints"][0] |= {"endpoint": text, "reasons": [text]}
    made["launch"]["name"] = text
    return made


@given(st.text(min_size=1, max_size=80))
def test_any_string_of_a_stranger_is_text_and_nothing_else(hostile):
    plain, page_ = (Page(render_html(sample.report(named(text)))) for text in ("plain", hostile))
    assert [tag for tag, _ in page_.elements] == [tag for tag, _ in plain.elements]
    assert page_.pieces.count(visible(hostile)) >= plain.pieces.count("plain") == 4


def test_every_endpoint_stands_in_the_table_and_leads_to_its_section(page):
    anchors = {each["id"] for _, each in page.elements if each.get("id")}
    for entry in sample.full()["endpoints"]:
        assert page.pieces.count(visible(entry["endpoint"])) >= 2
    leads = [each["href"] for each in page.all("a") if not each["href"].startswith("#cause-")]
    assert len(leads) == 1 + len(sample.full()["endpoints"])
    assert {lead[1:] for lead in leads} <= anchors


def test_every_reason_is_given(page):
    made = sample.full()
    for entry in (made, made["fleet"], *made["endpoints"]):
        for reason in entry["reasons"]:
            assert visible(reason) in page.pieces


def test_the_worst_endpoints_come_first_and_then_the_busiest(page):
    names = ["POST /orders", f"GET {sample.SCRIPT}", visible(sample.OVERRIDE), sample.LONG]
    names += ["GET /items/{id}", "GET /health"]
    places = [page.pieces.index(name) for name in names]
    assert places == sorted(places)


def test_a_verdict_is_a_word_and_a_shape(page):
    assert page.pieces.count("BLOCK") == 1
    assert {"#shape-block", "#shape-hold", "#shape-promote"} == {each["href"] for each in page.all("use")}


def test_numbers_are_written_for_people(page):
    for written in ("268,020", "0.20 %", "0.089 %", "0.54 %", ">99.99 %", "2,350", "48.0 ms", "1.08\u00d7", "99.62 %"):
        assert written in page.text
    assert "100.00 %" not in page.text


def test_a_null_stands_with_its_reason(page):
    for reason in ("will not promote at this rate", "no baseline row came", "no production row came"):
        assert reason in page.pieces
    assert "None" not in page.pieces
    assert re.search(r"\b(nan|inf)\b", page.text) is None


def test_an_example_shows_both_answers(page):
    assert 'Production " 12. 30" Shadow 12. 3 Request r-2' in page.text
    assert {'"', '30"', "3"} <= set(page.marked)
    assert "(nothing)" in page.pieces


def test_what_a_rule_settled_is_shown_with_the_rule(page):
    assert "Does not count: settled by ignore $.body.query_ms" in page.text
    assert page.pieces.count("unused") == 1
    assert "x-request-id" in page.pieces


def test_the_funnel_adds_up_for_each_arm(page):
    assert page.text.count("✓ yes") == 3 + 1
    for arm, total in (("production", "269,218"), ("shadow", "268,712"), ("baseline", "267,486")):
        assert page.pieces.count(total) == 2, arm


def test_a_funnel_that_does_not_add_up_says_by_how_much():
    made = sample.full()
    made["funnel"]["rows"]["late"]["shadow"] -= 55
    assert "✕ off by 55" in Page(render_html(sample.report(made))).text


def test_a_late_row_is_one_too_far_in_time_from_that_of_production(page):
    assert "came more than captures.max_pair_gap before or after production's" in page.text
    assert "grace" not in page.text


def test_quarantine_contract_and_corrupt_files_are_told(page):
    for text_ in ("latency_ms is negative", "one release", "the footer is cut short", "✕ no", "✕ Broken"):
        assert text_ in page.pieces


def test_the_guarantee_is_given_word_for_word(page):
    assert (
        "If this endpoint's true excess mismatch rate were at the tolerated level or worse, the chance that its "
        "confidence would ever reach S or more, however often anyone looks, is at most 1 - S."
    ) in page.text
    assert "It is not the probability that the endpoint is fine." in page.text


def test_the_same_verdict_gives_the_same_page():
    assert render_html(sample.report(sample.full())) == render_html(sample.report(sample.full()))


def test_a_run_without_baseline_says_so():
    text = Page(render_html(sample.report(sample.smallest()))).text
    assert "There was no baseline arm" in text
    assert "Baseline mismatches" not in text
    assert "There are no rules: every difference counts." in text


def test_a_run_without_a_pair_says_so():
    text = Page(render_html(sample.report(sample.nothing()))).text
    assert "No request was answered by both" in text
    assert "No endpoint had a pair" in text


def test_a_key_that_is_missing_is_an_error_and_not_a_blank():
    made = sample.full()
    del made["endpoints"][0]["units"]
    with pytest.raises(JsonShapeError, match="endpoints: units is missing"):
        sample.report(made)
    made = sample.full()
    del made["launch"]["key"]
    with pytest.raises(JsonShapeError, match="launch: key is missing"):
        sample.report(made)


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
