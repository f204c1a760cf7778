"""The first pages of the PDF, the short part of the Markdown and JUnit, read back: numbers that a director sees."""

import io
import re

import pypdf
import pytest
from lxml import etree

from darklaunch.publish import formatting
from darklaunch.publish.export.format import Format
from darklaunch.publish.export.markdown import summary_md
from darklaunch.publish.export.render import render
from darklaunch.publish.report.endpoint import ranked
from darklaunch.text.numbers import count, rate
from tests.publish import sample
from tests.publish.reading import bounds, deciding, listed, mismatch_rate, needed


@pytest.fixture(scope="module")
def pages(verdict):
    reader = pypdf.PdfReader(io.BytesIO(render(sample.report(verdict), Format.PDF)))
    return [re.sub(r"\s+", " ", page.extract_text().replace("\u200b", "")) for page in reader.pages]


def unbroken(text):
    """Text without white space: where a name is broken over lines depends on the fonts of a machine."""
    return re.sub(r"\s", "", text)


def in_order(verdict):
    """The groups and endpoints in the order of the report."""
    report = sample.report(verdict)
    entries = listed(verdict)
    return [(each.name, entries[formatting.visible(each.name)]) for each in (*report.groups, *ranked(report.endpoints))]


def test_the_figures_on_the_first_page(pages, verdict):
    fleet, verdicts = verdict["fleet"], [each["verdict"] for each in verdict["endpoints"]]
    tally = {word: verdicts.count(word) for word in ("block", "hold", "promote")}
    for figure in (
        f"Endpoints {tally['block']} block, {tally['hold']} hold {tally['promote']} promote",
        f"Requests judged {count(fleet['pairs'])} {count(fleet['mismatches'])} differ, {mismatch_rate(fleet)}",
        f"Excess of the release {bounds(fleet)} tolerated {rate(fleet['tolerated_excess'])}",
        f"Confidence to promote {formatting.confidence(fleet['confidence'])} "
        f"in a regression {formatting.confidence(fleet['regression_confidence'])}",
    ):
        assert figure in pages[0]
    assert f"look {verdict['look']}," in pages[0]


def test_the_endpoints_on_the_first_page(pages, verdict):
    table = pages[0][pages[0].index("Requests judged") :]
    for name, entry in (("all endpoints", verdict["fleet"]), *in_order(verdict)[:15]):
        if len(name) > 60 or not verdict["endpoints"]:
            continue  # cut, or no table
        by = deciding(entry)
        line = f"{entry['verdict']} {formatting.visible(name)}{f' by {by}' if by and name != 'all endpoints' else ''}"
        assert unbroken(f"{line} {bounds(entry)} {formatting.confidence(entry['confidence'])}") in unbroken(table)


def test_the_causes_and_what_is_needed_on_the_second_page(pages, verdict):
    for each in verdict["causes"][:5]:
        assert (
            f"{count(each['requests'])} requests, {rate(each['share'])} of those compared there; promoted, about "
            f"{count(each['failures_a_day'])} answers a day."
        ) in pages[1]
    if len(verdict["causes"]) > 5:
        assert f"And {len(verdict['causes']) - 5} more causes" in pages[1]
    held = [(name, entry) for name, entry in in_order(verdict) if entry["verdict"] == "hold" and "endpoint" in entry]
    for name, entry in held[:8]:
        pairs = "not known" if entry["pairs_needed"] is None else needed(entry).replace("none", "no more")
        expected = f" {entry['expected'][:10]}" if entry.get("expected") else ""
        if len(name) <= 40:
            assert unbroken(f"{formatting.visible(name)} {pairs}{expected}") in unbroken(pages[1])


def test_the_short_part_of_the_markdown(verdict):
    text = summary_md(sample.report(verdict)).replace("&#62;", ">")
    fleet, verdicts = verdict["fleet"], [each["verdict"] for each in verdict["endpoints"]]
    tally = ", ".join(f"{verdicts.count(word)} {word}" for word in ("block", "hold", "promote"))
    assert (
        f"**{tally}** of {len(verdicts)} endpoints; {count(fleet['pairs'])} requests judged, "
        f"{count(fleet['mismatches'])} differ, excess {bounds(fleet)}, {rate(fleet['tolerated_excess'])} tolerated, "
        f"confidence {formatting.confidence(fleet['confidence'])}."
    ) in text
    wanting = [entry for _, entry in in_order(verdict) if entry["verdict"] != "promote" and "endpoint" in entry]
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| ")][1:]
    assert [row[2:5] for row in rows if "---" not in row[0]] == [
        [count(entry["mismatches"]), bounds(entry), formatting.confidence(entry["confidence"])]
        for entry in wanting[:10]
    ]
    numbered = re.findall(
        r"^\d\. .*: ([\d,]+) requests, (\S+ %) of those compared there, about (\S+) answers", text, re.M
    )
    assert numbered == [
        (count(each["requests"]), rate(each["share"]), count(each["failures_a_day"])) for each in verdict["causes"][:3]
    ]


def test_every_case_of_the_junit_file_tells_the_numbers_of_its_endpoint(verdict):
    suites = etree.fromstring(render(sample.report(verdict), Format.JUNIT))
    cases = {case.get("name"): "".join(case.itertext()) for case in suites.iter("testcase")}
    assert cases.keys() == listed(verdict).keys()
    for name, entry in listed(verdict).items():
        if not entry["pairs"]:
            continue
        wanted = [
            f"{count(entry['pairs'])} request", f"{count(entry['units'])} unit",
            f"{count(entry['effective_pairs'])} effective pairs",
            f"{count(entry['mismatches'])} of them ({rate(entry['mismatches'] / entry['pairs'])})",
            f"an estimated {rate(entry['excess'])} of requests: at least {rate(entry['excess_low'])} and at most "
            f"{rate(entry['excess_high'])}; {rate(entry['tolerated_excess'])} is tolerated",
        ]  # fmt: skip
        wanted += [] if entry["noise"] is None else [f"differs from production in {rate(entry['noise'])} of"]
        assert [each for each in wanted if each not in cases[name]] == []


def test_what_the_markdown_says_is_still_needed(verdict):
    text = rendered_markdown(verdict)
    part = text[text.index("<summary>What is still needed") :]
    held = [entry for _, entry in in_order(verdict) if entry["verdict"] == "hold" and "endpoint" in entry]
    numbers = [needed(entry) for entry in held if (entry["pairs_needed"] or 0) > 0]
    assert re.findall(r": about (\S+) effective pairs\.", part) == numbers


def rendered_markdown(verdict):
    return render(sample.report(verdict), Format.MARKDOWN).decode()


def test_the_values_beside_a_cause_are_those_of_its_own_path():
    reader = pypdf.PdfReader(io.BytesIO(render(sample.report(sample.full()), Format.PDF)))
    text = re.sub(r"\s+", " ", reader.pages[1].extract_text().replace("\u200b", ""))
    assert sample.causes()[0]["transitions"][2] == {
        "path": "$.status", "kind": "value_changed", "production": "200", "shadow": "500", "requests": 57,
    }  # fmt: skip
    assert 'production "12.30", shadow 12.3' in text
