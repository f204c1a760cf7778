"""Scores of evidence, and the decisions that follow from them."""

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.decide.decision import decide_endpoints, decide_fleet
from darklaunch.decide.policy import Policy
from darklaunch.decide.verdict import Verdict
from darklaunch.evidence.coverage import Coverage, Traffic
from darklaunch.evidence.dimension import Dimension
from darklaunch.evidence.patterns import Evidence, UnitPattern
from darklaunch.score.dimension_score import Scoring
from darklaunch.score.endpoint_score import score_endpoint
from darklaunch.stats import UnitTable, log_threshold

SCORING = Scoring(alpha=0.05, minimum_completeness=0.99)
POLICY = Policy(
    alpha=0.05,
    minimum_days=0,
    require_all_hours=False,
    maximum_noise=0.1,
    promoted_traffic_share=0.95,
)
WEEK = Coverage(
    hours=24 * 7,
    missing_hours_of_day=(),
    traffic={name: Traffic(hours=24 * 7, dates=7) for name in ("*", "GET /x")},
)
TWO_DATES = dataclasses.replace(WEEK, traffic={"GET /x": Traffic(hours=48, dates=2)})


def pattern(units, m=0, *, k_plus=0, k_minus=0, k_unpaired=0, missing=0, rate=1.0, baseline=False):
    pairs = units * max(m, 1) if m or not missing else 0
    return UnitPattern(
        sample_rate=rate,
        baseline_hour=baseline,
        m=m,
        m_baseline=max(m, 1) if baseline and not k_unpaired else 0,
        k_plus=k_plus,
        k_minus=k_minus,
        k_unpaired=k_unpaired,
        missing=missing,
        units=units,
        pairs=pairs,
        bodies_equal=0,
        mismatches=units * (k_plus + k_unpaired),
        baseline_pairs=pairs if baseline else 0,
        baseline_mismatches=units * k_minus,
        production_missing=0,
    )


def make_score(*patterns, endpoint="GET /x", tau=0.001, scoring=SCORING):
    evidence = {Dimension.BODY: Evidence(endpoint=endpoint, patterns=patterns)}
    return score_endpoint(endpoint, evidence, tau, scoring, judged={Dimension.BODY: None})


def test_the_golden_unit_table_comes_out_of_evidence():
    # golden.json: rows [[2000, 1, 0], [3, 1, 1/3], [1, 1, 1]], no baseline, tau 0.001
    score = make_score(pattern(2000), pattern(3, 3, k_unpaired=1), pattern(1, 1, k_unpaired=1))
    assert score.log_e_promote == pytest.approx(-0.813116, abs=1e-6)
    assert score.log_e_block == pytest.approx(-1.069324 - math.log(2), abs=1e-6)
    assert score.response.excess == pytest.approx(0.000998, abs=1e-6)
    assert score.response.clean_needed == pytest.approx(6048.859, abs=1e-3)


def test_with_a_baseline_the_excess_over_it_is_scored():
    rows = [(20000, 1.0, 0.0), (12, 1.0, 1.0), (9, 1.0, -1.0)]
    score = make_score(
        pattern(20000, baseline=True), pattern(12, 1, k_plus=1, baseline=True), pattern(9, 1, k_minus=1, baseline=True)
    )
    table = UnitTable(rows, baseline=True)
    assert score.log_e_promote == table.log_e_promote(0.001)
    assert (score.response.excess_low, score.response.excess_high) == (table.lower(0.05), table.upper(0.05))


def test_sampled_traffic_weighs_by_its_rate():
    body = Evidence(endpoint="GET /x", patterns=(pattern(1000, rate=0.1), pattern(1000, rate=1.0)), first_rate=0.1)
    score = score_endpoint("GET /x", {Dimension.BODY: body}, 0.001, SCORING, judged={Dimension.BODY: None})
    assert score.effective_pairs == pytest.approx(1100)


def test_a_log_that_is_sampled_whole_weighs_one_a_unit():
    assert make_score(pattern(1000)).effective_pairs == 1000


def test_what_was_not_seen_counts_against_promotion_and_not_at_all_for_a_block():
    complete = make_score(pattern(5000))
    gaps = make_score(pattern(5000), pattern(500, missing=1))
    assert gaps.completeness == pytest.approx(10 / 11)
    assert gaps.log_e_promote < 0 < complete.log_e_promote
    assert gaps.log_e_block == pytest.approx(complete.log_e_block)
    few = make_score(pattern(5000), pattern(5, missing=1))
    assert few.log_e_promote == complete.log_e_promote


def test_a_mismatch_without_a_baseline_answer_counts_against_promotion_only():
    baseline = [pattern(3000, baseline=True)]
    plain = make_score(*baseline)
    doubtful = make_score(*baseline, pattern(60, 1, k_unpaired=1, baseline=True))
    assert doubtful.log_e_promote < plain.log_e_promote
    assert doubtful.log_e_block == pytest.approx(plain.log_e_block)


def test_a_baseline_that_covers_little_does_not_hide_a_regression():
    # 4 % of requests covered, of which 2 % are worse; the rest says nothing about an excess over the baseline
    covered = [pattern(400, baseline=True), pattern(8, 1, k_plus=1, baseline=True)]
    rest = [pattern(9_600)._replace(baseline_hour=True)]
    assert make_score(*covered, *rest).log_e_block == pytest.approx(make_score(*covered).log_e_block)


def test_hours_before_there_was_a_baseline_keep_their_evidence():
    before = [pattern(1_000), pattern(60, 1, k_unpaired=1)]
    with_later = make_score(*before, pattern(1_000, baseline=True))
    assert with_later.log_e_block > log_threshold(0.05)


def test_unseen_requests_count_from_the_tolerated_excess_on_where_no_share_is_set():
    strict = Scoring(alpha=0.05)
    few, many = (make_score(pattern(20_000), pattern(units, missing=1), scoring=strict) for units in (15, 25))
    assert few.log_e_promote == make_score(pattern(20_000)).log_e_promote
    assert many.log_e_promote < 0


@given(st.integers(1, 20_000), st.integers(0, 50), st.sampled_from([0.001, 0.01]))
def test_promote_exactly_where_the_upper_bound_is_below_the_tolerated_excess(clean, wrong, tau):
    score = (
        make_score(pattern(clean), pattern(wrong, 1, k_unpaired=1), tau=tau)
        if wrong
        else make_score(pattern(clean), tau=tau)
    )
    decision = decide_endpoints([score], POLICY, WEEK)["GET /x"]
    assert (decision.verdict is Verdict.PROMOTE) == (score.response.excess_high < tau)
    if decision.verdict is Verdict.BLOCK:
        assert score.response.excess_low > tau
    assert decision.reasons


@pytest.mark.parametrize(
    ("changes", "coverage", "patterns", "said"),
    [
        ({"minimum_days": 7}, TWO_DATES, [pattern(9000)], "seen on 2 dates (UTC); the policy asks for 7"),
        ({"minimum_days": 7}, dataclasses.replace(WEEK, traffic={}), [pattern(9000)], "seen on 0 dates"),
        ({"require_all_hours": True}, Coverage(hours=48, missing_hours_of_day=(3,)), [pattern(9000)], "03"),
        ({}, WEEK, [pattern(9000, baseline=True), pattern(3000, 1, k_minus=1, baseline=True)], "differs from itself"),
        (
            {},
            WEEK,
            [pattern(9000), pattern(900, missing=1)],
            "90.9 % of the requests that production answered could be compared",
        ),
        ({}, WEEK, [pattern(100)], "Too little traffic"),
        ({}, WEEK, [pattern(2000)], "about 4,088 more effective pairs are needed (1,661 if every one is clean)"),
        ({}, WEEK, [pattern(2000), pattern(4, 1, k_unpaired=1)], "will not be promoted"),
    ],
)
def test_a_hold_says_what_is_missing(changes, coverage, patterns, said):
    policy = dataclasses.replace(POLICY, **changes)
    decision = decide_endpoints([make_score(*patterns)], policy, coverage)["GET /x"]
    assert decision.verdict is Verdict.HOLD
    assert any(said in reason for reason in decision.reasons), decision.reasons


def fleet_of(*scores, policy=POLICY):
    decisions = decide_endpoints(scores, policy, WEEK)
    whole = make_score(pattern(30_000), endpoint="*")
    return decide_fleet(whole, scores, decisions, policy, WEEK)


def test_one_blocked_endpoint_blocks_the_fleet_and_is_named():
    decision = fleet_of(make_score(pattern(29_000)), make_score(pattern(1000, 1, k_unpaired=1), endpoint="GET /bad"))
    assert decision.verdict is Verdict.BLOCK
    assert "GET /bad" in decision.reasons[0]


def test_a_critical_endpoint_that_is_not_promoted_holds_the_fleet():
    policy = Policy(
        **{name: getattr(POLICY, name) for name in POLICY.__slots__} | {"critical_endpoints": ("GET /pay",)}
    )
    assert fleet_of(make_score(pattern(30_000))).verdict is Verdict.PROMOTE
    decision = fleet_of(make_score(pattern(30_000)), make_score(pattern(10), endpoint="GET /pay"), policy=policy)
    assert decision.verdict is Verdict.HOLD
    assert any("GET /pay" in reason for reason in decision.reasons)


def test_many_endpoints_are_not_promoted_by_luck_alone():
    # each alone is just past the threshold; e-BH wants more of them when there are hundreds that are not
    lucky = make_score(pattern(3700), endpoint="GET /lucky")
    others = [make_score(pattern(600), pattern(2, 1, k_unpaired=1), endpoint=f"GET /{n}") for n in range(200)]
    decision = decide_endpoints([lucky, *others], POLICY, WEEK)["GET /lucky"]
    assert lucky.log_e_promote > 2.996
    assert decision.verdict is Verdict.HOLD
    assert any("among so many" in reason for reason in decision.reasons)
