"""A verdict in sentences."""

import re

import pytest

from darklaunch.publish.narrative import Narrative, line, narrate
from tests.publish import sample

ENTRIES = [sample.full()["fleet"], *sample.full()["endpoints"], sample.nothing()["fleet"], sample.smallest()["fleet"]]


def said(entry):
    parts = narrate(sample.report_of(entry))
    return " ".join([*parts.compared, *parts.found, *parts.follows])


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: str(entry.get("endpoint"))[:20])
def test_every_verdict_is_told_in_three_sentences_at_least_and_never_as_a_probability_of_being_fine(entry):
    text = said(entry)
    assert len(re.findall(r"[.:](?= |$)", text)) >= 3
    assert not re.search(r"probab|likely|certain|chance that the release", text)
    assert "None" not in text
    assert not re.search(r"\bnan\b", text)


def test_a_blocked_endpoint_is_told_with_its_numbers():
    entry = next(entry for entry in sample.full()["endpoints"] if entry["endpoint"] == "POST /orders")
    parts = narrate(sample.report_of(entry))
    assert parts.compared == (
        "POST /orders: 24,120 requests that production answered were judged since the launch began, by the "
        "shadow's answer or by its failure to give one.",
        "All requests of one user or session within an hour count as one unit: 8,040 units, which, weighted by how "
        "they were sampled, amount to 16,080 effective pairs.",
    )
    assert parts.found == (
        "702 of them (2.91 %) differ after the rules, or got no answer.",
        "A second instance of production differs from production in 0.73 % of the requests that it answered too; that "
        "is noise, and it is subtracted request by request.",
        "What the release adds, the excess, is averaged over units an estimated 2.18 % of requests: at least 0.96 % "
        "and at most 5.84 %; 0.10 % is tolerated.",
        "Each of these two bounds is wrong at most once in 20 such launches, however often anybody looks.",
        "There is no evidence for a promotion: confidence to promote is 0 %.",
        "Confidence in a regression is above 99.99 %: a release that is in truth as good as tolerated or better would "
        "ever get that far in less than 0.01 % of such launches, however often anybody looks.",
    )
    assert parts.follows == (
        "So this endpoint is blocked: this release should not be promoted.",
        "Lower bound of the excess 0.96 % is above the tolerated 0.10 %.",
        "312 requests failed on the shadow only.",
    )


def test_one_held_says_what_is_missing():
    entry = sample.entry("GET /a", "hold", 900, 0, reasons=["Hours 02 and 03 are not covered yet."])
    assert narrate(sample.report_of(entry)).follows == (
        "So this endpoint is on hold, neither promoted nor blocked.",
        "Hours 02 and 03 are not covered yet.",
        "Still needed: about 2,350 effective pairs without a difference.",
    )


@pytest.mark.parametrize(
    ("changes", "last"),
    [
        ({"pairs_needed": 0}, "No more pairs are needed for the evidence itself."),
        ({"pairs_needed": None}, "How many more pairs are needed can't be said: no reason given."),
        ({"pairs_needed": None, "pairs_needed_reason": "no number would do"}, "can't be said: no number would do."),
        (
            {"dimensions": [sample.dimension("lat_p95", limiting=True)]},
            "about 2,350 effective pairs like those so far.",
        ),
    ],
)
def test_what_is_needed_is_told_in_words_that_fit(changes, last):
    assert narrate(sample.report_of(sample.entry("GET /a", "hold", 900, 0, **changes))).follows[-1].endswith(last)


def test_a_promoted_fleet_needs_nothing_more():
    assert narrate(sample.report_of(sample.entry(None, "promote", 900, 0))).follows == (
        "So the release as a whole may be promoted.",
    )


def test_without_a_pair_nothing_is_claimed():
    parts = narrate(sample.report_of(sample.nothing()["fleet"]))
    assert parts.compared == (
        "All endpoints together: so far there is no request of which production's answer and the shadow's were seen.",
    )
    assert parts.found == ("Without a pair there is no rate of mismatches, and no bound on it.",)


def test_without_a_baseline_every_mismatch_counts():
    assert "no second instance of production" in said(sample.smallest()["fleet"])


def test_an_excess_without_bounds_says_why():
    entry = sample.entry("GET /a", "hold", 900, 3, excess=None, excess_reason="no weight is known")
    assert "How much the release adds can't be said: no weight is known." in said(entry)


def test_what_limits_the_confidence_is_named_where_it_is_not_the_responses():
    dimensions = [sample.dimension("body"), sample.dimension("status", limiting=True), sample.dimension("lat_p50")]
    text = said(sample.entry("GET /a", "hold", 900, 3, dimensions=dimensions))
    assert "The least evidence is that of server errors: at least 0.010 % and at most 1.23 %" in text
    limited_by_body = [sample.dimension("body", limiting=True), sample.dimension("status")]
    assert "The least evidence" not in said(sample.entry("GET /a", "hold", 900, 3, dimensions=limited_by_body))


def test_one_is_told_in_the_singular():
    text = said(sample.entry("GET /a", "hold", 1, 1, units=1, effective_pairs=1))
    assert "1 request that" in text
    assert "1 unit," in text
    assert "1 of them (100 %) differs" in text


def test_endpoints_groups_and_the_fleet_have_their_names():
    fleet = sample.entry(None, "hold", 9, 0)
    assert sample.report_of(sample.entry("GET /a", "hold", 9, 0)).name == "GET /a"
    assert sample.report_of(fleet | {"group": "group admin"}).name == "group admin"
    assert sample.report_of(fleet).name == "all endpoints"
    grouped = sample.entry(None, "hold", 9, 0) | {"group": "group admin"}
    assert "So this group is on hold" in said(grouped)


def test_a_line_has_bounds_confidence_pairs_and_the_first_reason():
    entry = sample.full()["endpoints"][0]
    assert line(sample.report_of(entry)) == (
        "excess 0.0022 % to 0.022 %, confidence >99.99 %, 182,345 pairs. "
        "Upper bound of the excess 0.026 % is below the tolerated 0.10 %."
    )
    assert line(sample.report_of(sample.nothing()["fleet"])).startswith("no excess, confidence none, 0 pairs.")


def test_a_verdict_that_leaves_a_part_out_can_not_be_told():
    with pytest.raises(ValueError, match="what follows"):
        Narrative(compared=("x",), found=("x",), follows=())
