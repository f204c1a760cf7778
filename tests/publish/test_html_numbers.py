"""The endpoints of the page, read back: every number is that of verdict.json, written for people."""

import re

import pytest

from darklaunch.publish import formatting
from darklaunch.text.numbers import count, floored
from tests.publish.page_text import bounds, lines, mismatch_rate, number, rate, text
from tests.publish.reading import WORDS, deciding, listed, slowest


def ratios(entry):
    told = [f"{name} {at['ratio']:.2f}\u00d7" for name, at in sorted(entry["latency"].items())]
    return " ".join(told) or "\u2013"


def needed(entry):
    """What the table says is needed: what is blocked says why in its section alone."""
    if entry["verdict"] == "block" and entry["pairs_needed"] is None:
        return "\u2013"
    return number(entry, "pairs_needed", formatting.needed)


def test_every_line_of_the_table_of_endpoints(page, verdict):
    read = lines(page, "//table[contains(@class, 'main')]")
    if not verdict["endpoints"]:
        assert read == {}
        return
    assert read == {
        name: [
            entry["verdict"],
            f"{count(entry['pairs'])} {count(entry['effective_pairs'])} effective",
            f"{mismatch_rate(entry)} {count(entry['mismatches'])} differ",
            bounds(entry),
            ratios(entry),
            f"{number(entry, 'confidence', formatting.confidence)} {deciding(entry)}".strip(),
            number(entry, "regression_confidence", formatting.confidence),
            needed(entry),
        ]
        for name, entry in listed(verdict, "All endpoints together").items()
    }


def test_what_a_column_is_sorted_by_is_the_number_in_it(page, verdict):
    for row in page.xpath("//table[contains(@class, 'main')]//tbody/tr"):
        entry = listed(verdict, "All endpoints together")[text(row[0])]
        match_rate, slow = entry["match_rate"], slowest(entry)
        wanted = [
            entry["pairs"], None if match_rate is None else -match_rate, entry["excess"], slow and slow[0],
            entry["confidence"], entry["regression_confidence"], entry["pairs_needed"],
        ]  # fmt: skip
        keys = [cell.get("data-v") for cell in row[2:]]
        assert [None if key == "" else float(key) for key in keys] == [
            None if each is None else pytest.approx(each, rel=1e-3) for each in wanted
        ]


def test_a_plot_says_what_it_draws(page, verdict):
    entries = listed(verdict, "All endpoints together")
    for row in page.xpath("//table[contains(@class, 'main')]//tbody/tr"):
        entry = entries[text(row[0])]
        assert [each.get("aria-label") for each in row.xpath(".//*[name()='svg' and @role='img']")] == [
            f"excess {rate(entry['excess'])}, bounds {rate(entry['excess_low'])} and {rate(entry['excess_high'])}, "
            f"tolerated {rate(entry['tolerated_excess'])}"
        ]


def sections(page):
    """The sections of endpoints by their names."""
    made = page.xpath("//section[@id='details']/details")
    return {text(each.xpath("./summary//*[contains(@class, 'title')]")[0]): each for each in made}


def test_every_fact_of_an_endpoint_s_section(page, verdict):
    read = sections(page)
    assert set(read) == set(listed(verdict, "All endpoints together"))
    for name, entry in listed(verdict, "All endpoints together").items():
        facts = {text(each[0]): text(each[1]) for each in read[name].xpath(".//dl[@class='facts']/div")}
        wanted = {
            "Excess": number(entry, "excess", rate),
            f"Bounds ({floored(entry['level'])} each)": bounds(entry),
            "Tolerated": rate(entry["tolerated_excess"]),
            "Pairs": count(entry["pairs"]),
            "Independent units": count(entry["units"]),
            "Equal byte for byte": count(entry["byte_equal"]),
            "Mismatches": count(entry["mismatches"]),
            "Completeness": number(entry, "completeness", floored),
            "Still needed": number(entry, "pairs_needed", formatting.needed),
        }
        if verdict["baseline"]:
            share = entry.get("baseline_share")
            wanted |= {
                "Baseline mismatches": number(entry, "baseline_mismatches", count),
                "Answered by the baseline": "\u2013 no reason was recorded" if share is None else floored(share),
                "Noise": number(entry, "noise", rate),
            }
        if entry["verdict"] == "promote" and "last_day_high" in entry:
            wanted["Last 24 hours alone"] = f"at most {rate(entry['last_day_high'])}"
        assert facts == wanted
        assert f"{count(entry['pairs'])} pairs" in text(read[name][0])


def test_every_number_of_status_latency_and_dimensions(page, verdict):
    for name, entry in listed(verdict, "All endpoints together").items():
        section = sections(page)[name]
        status = entry["status"]
        wanted = [count(status[f"{arm}_only_errors"]) for arm in ("shadow", "production")]
        (told,) = [text(each) for each in section.xpath(".//p") if "on production only." in text(each)]
        assert re.findall(r"\d[\d,]*\b", told) == wanted
        changes = [text(each) for each in section.xpath(".//ul[@class='transitions']/li")]
        assert changes == [
            f"{change} {count(requests)}".replace("->", " \u2192 ")
            for change, requests in sorted(status["transitions"].items())
        ]
        assert lines(section, ".//*[@aria-label='Latency by quantile']") == {
            quantile: latency_line(at) for quantile, at in entry["latency"].items()
        }
        read = {
            text(row[0]): [text(cell) for cell in row[1:]] for row in section.xpath(".//div[@class='wide']//tbody/tr")
        }
        limiting = "" if entry["verdict"] == "promote" else " limiting"
        assert read == {
            WORDS[each["dimension"]] + (limiting if each["limiting"] else ""): [
                count(each["pairs"]),
                number(each, "excess", rate),
                bounds(each),
                formatting.confidence(each["confidence"]),
                formatting.confidence(each["regression_confidence"]),
            ]
            for each in entry.get("dimensions", ())
        }


def latency_line(at):
    of_arms = [at[f"{arm}_ms"] for arm in ("production", "shadow", "baseline") if at.get(f"{arm}_ms") is not None]
    bounded = [] if at["low"] is None else [f"{at['low']:.2f}\u00d7 to {at['high']:.2f}\u00d7"]
    return [*map(formatting.milliseconds, of_arms), f"{at['ratio']:.2f}\u00d7", *bounded]


def test_every_difference_of_an_endpoint(page, verdict):
    for name, entry in listed(verdict, "All endpoints together").items():
        read = [text(each) for each in sections(page)[name].xpath(".//ol[@class='differences']//*[@class='share']")]
        ranked = sorted(entry["differences"], key=lambda each: (each["ignored_by"] is not None, -each["requests"]))
        assert read == [
            f"{count(each['requests'])} {'request' if each['requests'] == 1 else 'requests'}, {rate(each['share'])}"
            for each in ranked[:10]
        ]
