"""The dimensions of a launch's scores: their order, what they tolerate, and their shares of the evidence."""

import dataclasses
import math

import pytest

from darklaunch.evidence.dimension import Dimension
from darklaunch.score.dimension_score import Scoring
from darklaunch.score.endpoint_score import EndpointScore
from darklaunch.score.precompute import precompute
from tests.score.test_endpoint_score import make_score, pattern
from tests.score.test_launch_score import PLAN


def test_an_endpoint_is_scored_on_its_responses_first():
    score = make_score(pattern(9))
    with pytest.raises(ValueError, match="GET /x: an endpoint is scored on its responses first"):
        dataclasses.replace(score, dimensions=())
    status = dataclasses.replace(score.response, dimension=Dimension.STATUS)
    with pytest.raises(ValueError, match="on its responses first"):
        dataclasses.replace(score, dimensions=(status, score.response))


def test_each_set_of_rules_that_was_tried_asks_for_its_square_of_evidence():
    plan = PLAN.of(3)
    assert (plan.scoring.number, plan.alpha, plan.tolerated_excess_at("GET /loose")) == (3, 0.05, 0.01)
    first, third = (make_score(pattern(9000), scoring=Scoring(alpha=0.05, number=number)) for number in (1, 3))
    assert third.log_e_promote == pytest.approx(first.log_e_promote - math.log(9))
    assert third.response.alpha_promote == pytest.approx(0.05 / 9)
    assert third.response.excess_high == first.response.against.upper(0.05 / 9)
    assert third.response.clean_needed == first.response.against.units_needed(0.001, 0.05 / 9)
    assert third.response.expected_needed == first.response.against.units_expected(0.001, 0.05 / 9)
    (computed,) = precompute([third])
    assert computed.log_e_promote == pytest.approx(third.log_e_promote)
    assert computed.response.excess_high == third.response.excess_high


def test_what_is_tolerated_depends_on_the_dimension():
    scoring = Scoring(alpha=0.05, tolerated_volatile=0.03)
    assert {dimension.value: scoring.tolerated(dimension, 0.001) for dimension in Dimension} == {
        "body": 0.001,
        "status": 0.001,
        "lat_p50": 0.0,
        "lat_p95": 0.0,
        "lat_p99": 0.0,
        "volatile": 0.03,
        "level_higher": 0.05,
        "level_lower": 0.05,
    }
    assert (scoring.tolerated_stretch, scoring.least_completeness(0.001)) == (2.0, 0.999)
    assert Scoring(alpha=0.05, minimum_completeness=0.5).least_completeness(0.001) == 0.5
    assert Scoring(alpha=0.05).tolerated_volatile == 0.02


def test_the_evidence_to_block_is_the_mean_over_dimensions_by_their_shares():
    score = make_score(pattern(9000))
    status = dataclasses.replace(score.response, dimension=Dimension.STATUS, log_es=(0.0, 3.0))
    body = dataclasses.replace(score.response, log_es=(0.0, 1.0))
    both: EndpointScore = dataclasses.replace(score, dimensions=(body, status))
    assert both.log_e_block == pytest.approx(math.log((0.4 * math.e + 0.2 * math.e**3) / 0.6 / 2))
    assert both.regression_confidence == pytest.approx(1 - math.exp(-both.log_e_block))
    assert both.confidence == 0.0
    endless = dataclasses.replace(score, dimensions=(dataclasses.replace(body, log_es=(0.0, math.inf)), status))
    assert endless.log_e_block == math.inf


def test_an_endpoint_is_counted_in_pairs_units_and_shares():
    rows = [
        pattern(100, baseline=True),
        pattern(4, 3, k_plus=1, baseline=True),
        pattern(2, 1, k_minus=1, baseline=True),
    ]
    unseen, lone = pattern(5, missing=2), pattern(0)._replace(production_missing=30)
    score = make_score(*rows, unseen, lone)
    assert (score.units, score.effective_pairs, score.pairs) == (106, 106.0, 114)
    assert (score.mismatches, score.baseline_mismatches, score.bodies_equal) == (4, 2, 0)
    assert score.match_rate == pytest.approx(110 / 114)
    assert score.noise == pytest.approx(2 / 114)
    assert score.baseline_share == 1.0
    assert (score.answered, score.completeness) == (124, pytest.approx(114 / 124))
    assert score.production_missing == pytest.approx(30 / 144)
    assert score.request_excess == pytest.approx(2 / 114)
    assert score.least_completeness == 0.99
    alone = make_score(pattern(10))
    assert (alone.noise, alone.baseline_mismatches, alone.baseline_share, alone.production_missing) == (
        None,
        None,
        None,
        0,
    )
