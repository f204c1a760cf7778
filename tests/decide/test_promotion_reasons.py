"""What a reason says of a promotion: how far it reaches, what it still needs, and when that is expected."""

import dataclasses
import datetime as dt
import math

import pytest

from darklaunch.decide import reasons
from darklaunch.evidence.dimension import BLOCK_ONLY, RUNGS, Dimension
from tests.decide.test_decision import CLEAN, make_score
from tests.score.test_endpoint_score import pattern

SATURDAY = dt.datetime(2026, 3, 7, 14, tzinfo=dt.timezone.utc)


def promoted(**changes):
    score = make_score(body=CLEAN)
    response = dataclasses.replace(score.response, bounds=(0.0, 0.0005))
    return dataclasses.replace(score, dimensions=(response,), **changes)


def test_a_promotion_names_the_most_that_may_differ():
    said = reasons.promotion(promoted(), "Here")
    assert said == (
        "Here the release differs from production in at most 0.050 % of a session's requests, noise apart; "
        "0.10 % are tolerated."
    )


@pytest.mark.parametrize(("completeness", "told"), [(None, False), (0.999, False), (0.99, True)])
def test_a_promotion_says_how_much_it_says_nothing_about(completeness, told):
    said = reasons.promotion(promoted(completeness=completeness), "Here")
    assert (
        said.endswith(
            " For 1.00 % of the requests no shadow's answer could be compared; nothing is claimed about them."
        )
        == told
    )


def test_as_much_unseen_as_is_tolerated_is_not_told():
    score = make_score(body=CLEAN, tau=0.5)
    assert reasons.promotion(dataclasses.replace(score, completeness=0.5), "Here").endswith("50.0 % are tolerated.")


def test_a_promotion_lists_three_dimensions_with_commas():
    judged = dict.fromkeys((Dimension.BODY, Dimension.STATUS, Dimension.LATENCY_P50, Dimension.LATENCY_P95))
    said = reasons.promotion(make_score(judged, body=CLEAN), "Here")
    assert said.endswith(" Server errors, latency at p50 and latency at p95 are within the limits too.")


def test_a_promotion_names_each_other_dimension_once():
    levels = dict.fromkeys((Dimension.BODY, Dimension.LEVEL_HIGHER, Dimension.LEVEL_LOWER))
    assert reasons.promotion(make_score(levels, body=CLEAN), "Here").endswith(
        "tolerated. The level of volatile numbers are within the limits too."
    )


def test_more_evidence_cannot_help_where_the_estimate_is_at_the_limit():
    score = make_score(body=(pattern(999), pattern(1, 1, k_unpaired=1)))
    assert score.response.excess == 0.001
    said = reasons.insufficient_evidence(score, "Here", None, None)
    assert said == (
        "Here the estimated excess of 0.10 % is not below the tolerated 0.10 %: at this rate the release will not be "
        "promoted."
    )


def test_of_another_dimension_than_the_responses_the_evidence_is_named():
    score = make_score(dict.fromkeys((Dimension.BODY, Dimension.STATUS)), body=CLEAN, status=(pattern(2000),))
    said = reasons.insufficient_evidence(score, "Here", 4087.2, SATURDAY)
    assert said == (
        "Here the evidence on server errors is not enough yet: about 4,088 more effective pairs are needed (1,661 if "
        "every one is clean), at this traffic by Saturday 2026-03-07."
    )


def test_where_no_number_of_pairs_would_do_none_is_named():
    said = reasons.insufficient_evidence(make_score(body=(pattern(20),)), "Here", None, None)
    assert said == "Here the evidence is not enough, and at this rate the release will not be promoted."


def test_a_missing_dimension_says_why_it_is_missing():
    judged = {Dimension.BODY: None, Dimension.LATENCY_P50: "No latency yet."}
    assert reasons.insufficient_evidence(make_score(judged, body=CLEAN), "Here", 5.0, SATURDAY) == "No latency yet."


def test_without_clean_pairs_to_name_the_rest_is_told():
    score = make_score(body=(pattern(2000),))
    none_needed = dataclasses.replace(score.response, against=make_score(body=CLEAN).response.against)
    score = dataclasses.replace(score, dimensions=(dataclasses.replace(none_needed, log_es=(0.0, 0.0)),))
    said = reasons.insufficient_evidence(score, "Here", 7.0, None)
    assert said == "Here the evidence is not enough yet: about 7 more effective pairs are needed."


def test_a_forecast_is_as_far_ahead_as_the_traffic_takes():
    score = make_score(body=(pattern(200),))
    ahead = reasons.forecast(score, 300.0, days=2.0, until=SATURDAY)
    assert ahead == SATURDAY + dt.timedelta(days=3)
    assert reasons.forecast(score, 300.0, days=3.0, until=SATURDAY) == SATURDAY + dt.timedelta(days=4.5)
    one = make_score(body=(pattern(1),))
    assert reasons.forecast(one, 1.0, days=1.0, until=SATURDAY) == SATURDAY + dt.timedelta(days=1)
    assert reasons.forecast(score, 36_500.0, days=2.0, until=SATURDAY) == SATURDAY + dt.timedelta(days=365)


@pytest.mark.parametrize(
    ("needed", "days", "until", "units"),
    [
        (None, 2.0, SATURDAY, 200),
        (300.0, 2.0, None, 200),
        (300.0, 0.0, SATURDAY, 200),
        (300.0, 2.0, SATURDAY, 0),
        (36_600.0, 2.0, SATURDAY, 200),
    ],
)
def test_nothing_is_forecast_without_traffic_or_beyond_a_year(needed, days, until, units):
    score = make_score(body=(pattern(units),) if units else ())
    assert reasons.forecast(score, needed, days=days, until=until) is None


def test_every_dimension_has_words_of_its_own():
    assert {dimension.words for dimension in Dimension if dimension not in BLOCK_ONLY} == {
        "responses",
        "server errors",
        *(f"latency at p{q * 100:.0f}" for q in RUNGS.values()),
    }
    assert math.isclose(sum(RUNGS.values()), 2.44)
