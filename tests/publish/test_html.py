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
