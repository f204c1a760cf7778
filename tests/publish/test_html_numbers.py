"""The page, read back: every number on it is that of verdict.json, written for people."""

import re

import pytest
from lxml import html

from darklaunch.publish import formatting
from darklaunch.publish.html import render_html
from darklaunch.publish.look import look_of
from darklaunch.text.numbers import count, floored
from darklaunch.text.numbers import rate as plain_rate
from tests.publish import sample
from tests.publish.looks import verdict_of
from tests.publish.reading import VERDICTS, WORDS, deciding, slowest


@pytest.fixture(params=VERDICTS, scope="module")
def verdict(request):
    return VERDICTS[request.param]()


@pytest.fixture(scope="module")
def page(verdict):
    return html.document_fromstring(render_html(sample.report(verdict)))


def text(element):
    return " ".join(" ".join(element.itertext()).split())


def rate(value):
    return plain_rate(value).replace("-", "\u2212")


def number(entry, name, form):
    """A number as the page has it; one that is undefined is a dash with its reason."""
    if entry[name] is None:
        return f"\u2013 {entry[f'{name}_reason']}"
    return form(entry[name])


def bounds(entry):
    undefined = next((name for name in ("excess_low", "excess_high") if entry[name] is None), None)
    return (
        number(entry, undefined, rate) if undefined else f"{rate(entry['excess_low'])} to {rate(entry['excess_high'])}"
    )


def shown(verdict):
    """The fleet, the groups and the endpoints by the names that the page gives them."""
    parts = {each["group"]: each for each in verdict.get("groups", ())}
    parts |= {each["endpoint"]: each for each in verdict["endpoints"]}
    return {
        formatting.visible(name): each for name, each in {"All endpoints together": verdict["fleet"], **parts}.items()
    }


def lines(page, of):
    """The lines of a table: the texts of their cells, by that of the first."""
    return {text(row[0]): [text(cell) for cell in row[1:]] for row in page.xpath(f"{of}//tbody/tr")}


def ratios(entry):
    told = [f"{name} {at['ratio']:.2f}\u00d7" for name, at in sorted(entry["latency"].items())]
    return " ".join(told) or "\u2013"


def needed(entry):
    """What the table says is needed: what is blocked says why in its section alone."""
    if entry["verdict"] == "block" and entry["pairs_needed"] is None:
        return "\u2013"
    return number(entry, "pairs_needed", formatting.needed)


def mismatch_rate(entry):
    return number(entry, "match_rate", lambda share: rate(round(1 - share, 12)))


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
        for name, entry in shown(verdict).items()
    }


def test_what_a_column_is_sorted_by_is_the_number_in_it(page, verdict):
    for row in page.xpath("//table[contains(@class, 'main')]//tbody/tr"):
        entry = shown(verdict)[text(row[0])]
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
    entries = shown(verdict)
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
    assert set(read) == set(shown(verdict))
    for name, entry in shown(verdict).items():
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
    for name, entry in shown(verdict).items():
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
    for name, entry in shown(verdict).items():
        read = [text(each) for each in sections(page)[name].xpath(".//ol[@class='differences']//*[@class='share']")]
        listed = sorted(entry["differences"], key=lambda each: (each["ignored_by"] is not None, -each["requests"]))
        assert read == [
            f"{count(each['requests'])} {'request' if each['requests'] == 1 else 'requests'}, {rate(each['share'])}"
            for each in listed[:10]
        ]


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
