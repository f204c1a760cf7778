"""The page beside its endpoints, read back: every number on it is that of verdict.json, written for people."""

import re

import pytest
from lxml import html

from darklaunch.publish import formatting
from darklaunch.publish.html import render_html
from darklaunch.publish.look import look_of
from darklaunch.text.numbers import count, floored
from tests.publish import sample
from tests.publish.looks import verdict_of
from tests.publish.page_text import bounds, lines, mismatch_rate, rate, text


def test_the_top_of_the_page(page, verdict):
    facts = {text(each[0]): text(each[1]) for each in page.xpath("//header/following-sibling::dl[1]/div")}
    assert facts["Look"] == str(verdict["look"])
    story, fleet = text(page.xpath("//p[@class='story']")[0]), verdict["fleet"]
    if not fleet["pairs"]:
        assert not re.search(r"\d", story)
        return
    verdicts = [each["verdict"] for each in verdict["endpoints"]]
    wanted = [
        f"{count(fleet['pairs'])} requests were judged, of which {count(fleet['byte_equal'])} answers were equal",
        f"{count(fleet['mismatches'])} answer", f"( {mismatch_rate(fleet)} )",
        f"estimated at {rate(fleet['excess'])} , with bounds of {bounds(fleet)} ; {rate(fleet['tolerated_excess'])} is",
        f"{floored(fleet['completeness'])} of the requests that production answered",
        f"Of {count(len(verdicts))} endpoint",
        *(f"{verdicts.count(verdict)} {word}" for verdict, word in (("promote", "may"), ("hold", "need"))),
        *([f"from production on {rate(fleet['noise'])} of the same"] if verdict["baseline"] else ()),
    ]  # fmt: skip
    assert [each for each in wanted if each not in story] == []
    radios = [text(each) for each in page.xpath("//fieldset[@class='filter']/label")]
    tallies = [f"{word} {verdicts.count(word)}" for word in ("block", "hold", "promote") if word in verdicts]
    assert radios in ([], [f"all {len(verdicts)}", *tallies])


def test_every_line_of_the_table_of_causes(page, verdict):
    rows = page.xpath("//section[@id='causes']//table[contains(@class, 'overview')]//tbody/tr")
    assert [[text(cell) for cell in row[3:]] for row in rows] == [
        [count(each["requests"]), rate(each["share"]), count(each["failures_a_day"])] for each in verdict["causes"]
    ]
    for row, each in zip(rows, verdict["causes"], strict=True):
        keys = [float(cell.get("data-v")) for cell in row[3:]]
        assert keys == pytest.approx([each["requests"], each["share"], each["failures_a_day"]], rel=1e-4)


def test_every_number_of_a_cause_s_card(page, verdict):
    for place, each in enumerate(verdict["causes"][:30], start=1):
        card = page.get_element_by_id(f"cause-{place}")
        told = text(card)
        wanted = [
            f"{count(each['requests'])} {'request has' if each['requests'] == 1 else 'requests have'} it: "
            f"{rate(each['share'])} of those compared",
            f"( {rate(each['share_low'])} to {rate(each['share_high'])} )",
            f"about {count(each['failures_a_day'])} answer",
            *(f"{rate(it['share_inside'])} of them" for it in each["slices"]),
            *(f", {rate(it['share_outside'])} of the rest" for it in each["slices"]),
            *([f"in {rate(each['noise_share'])} of these"] if each["noise_share"] else ()),
            *(f"{rate(it['share'])} of its pairs" for it in each["endpoints"] if len(each["endpoints"]) > 1),
        ]
        assert [sentence for sentence in wanted if sentence not in told] == []
        changes = [text(row[-1]) for row in card.xpath(".//table[contains(@class, 'changes')]//tbody/tr")]
        assert changes == [
            count(number) for number in sorted((it["requests"] for it in each["transitions"]), reverse=True)
        ]


def test_every_number_of_the_funnel_and_of_what_could_not_be_used(page, verdict):
    read = lines(page, "//section[@id='funnel']")
    arms = ["production", "shadow", "baseline"][: 3 if verdict["baseline"] else 2]
    for box, rows in verdict["funnel"]["rows"].items():
        (line,) = [cells for name, cells in read.items() if name.startswith(f"{box.replace('_', ' ')} ")]
        assert line == [count(rows[arm]) for arm in arms]
    assert f"{count(verdict['funnel']['paired'])} requests were compared." in text(page.get_element_by_id("funnel"))
    totals = [text(cell) for cell in page.xpath("//section[@id='funnel']//tfoot/tr[2]/td")]
    assert totals == [count(verdict["funnel"][arm]) for arm in arms]
    contract = page.get_element_by_id("contract")
    rows = [text(row[-1]) for row in contract.xpath(".//table[.//th='Rows']//tbody/tr")]
    assert rows == [count(each["rows"]) for each in verdict["quarantine"]]
    rows = [text(row[1]) for row in contract.xpath(".//table[.//th='Such as']//tbody/tr")]
    assert rows == [count(each["requests"]) for each in verdict.get("incomparable", ())]
    if verdict.get("unframed"):
        assert f"In {count(verdict['unframed'])} requests" in text(contract)


def test_every_rule_s_requests_every_level_and_every_setting(page, verdict):
    rows = page.xpath("//section[@id='rules']/table//tbody/tr")
    assert [text(row[-1]) for row in rows] == [
        count(each["requests"]) if each["requests"] else "unused" for each in verdict["rules"]
    ]
    levels = [[text(cell) for cell in row[2:]] for row in page.xpath("//table[.//th='Shadow greater']//tbody/tr")]
    assert levels == [
        [
            count(each["requests"]),
            *(f"{count(each[side])} {rate(each[side] / each['requests'])}" for side in ("above", "below")),
            f"{each['median_difference']:+.4g}".replace("-", "\u2212"),
        ]
        for each in verdict.get("levels", ())
    ]
    settings = {text(row[0]): text(row[1]) for row in page.xpath("//section[@id='settings']//tr")}
    assert settings == {key: "null" if value is None else value for key, value in verdict["settings"].items()}


def test_the_numbers_since_the_last_look():
    before = verdict_of(6, verdict="hold")
    before["fleet"] |= {"excess": 0.0123, "confidence": 0.234, "regression_confidence": 0.345}
    now = sample.full()
    page = html.document_fromstring(render_html(sample.report(now), [look_of(sample.report(before))]))
    facts = {text(each[0]): text(each[1]) for each in page.xpath("//section[@id='since']/dl/div")}
    forms = {"excess": rate, "confidence": formatting.confidence, "regression_confidence": formatting.confidence}
    assert facts == {
        name.replace("_", " ").capitalize(): f"{form(before['fleet'][name])} , now {form(now['fleet'][name])}"
        for name, form in forms.items()
    }
