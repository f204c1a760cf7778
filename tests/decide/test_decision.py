"""An endpoint is scored on several dimensions; what limits it, when it is to be promoted, and in which words."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.capture.endpoint import group_name
from darklaunch.decide.decision import decide_endpoints, decide_fleet
from darklaunch.decide.policy import Verdict
from darklaunch.decide.reasons import regression
from darklaunch.evidence.burst import HourCount, is_burst, log_e_by_hours
from darklaunch.evidence.coverage import Coverage
from darklaunch.evidence.dimension import RUNGS, SHARES, Dimension
from darklaunch.evidence.patterns import Evidence
from darklaunch.score.endpoint_score import precompute, score_endpoint
from darklaunch.stats import log_threshold
from tests.score.test_endpoint_score import POLICY, SCORING, WEEK, pattern

BODY, STATUS, P50 = Dimension.BODY, Dimension.STATUS, Dimension.LATENCY_P50
SEEN = Coverage(hours=48, missing_hours_of_day=(), until=dt.datetime(2026, 3, 4, tzinfo=dt.timezone.utc))


def scored(*judged, endpoint="GET /x", tau=0.001, **patterns):
    evidence = {
        Dimension(name): Evidence(endpoint=endpoint, patterns=found, dimension=Dimension(name))
        for name, found in patterns.items()
    }
    return score_endpoint(endpoint, evidence, tau, SCORING, judged or [Dimension(name) for name in patterns])


CLEAN = (pattern(9000),)
SLOW = (pattern(3000), pattern(700, 1, k_plus=1), pattern(300, 1, k_minus=1))
FAST = (pattern(3000), pattern(300, 1, k_plus=1), pattern(700, 1, k_minus=1))


def test_the_shares_add_up_to_the_whole():
    assert sum(SHARES.values()) == pytest.approx(1.0)
    assert set(SHARES) == set(Dimension)


def test_the_evidence_to_promote_is_that_of_the_weakest_dimension():
    found = scored(body=CLEAN, status=(pattern(2000),), lat_p50=FAST)
    assert found.limiting.dimension is STATUS
    assert found.log_e_promote == min(one.log_e_promote for one in found.dimensions)
    assert found.confidence < scored(body=CLEAN).confidence


def test_one_bad_dimension_blocks_and_is_named():
    slow = scored(body=CLEAN, status=CLEAN, lat_p50=SLOW)
    decision = decide_endpoints([slow], POLICY, WEEK)["GET /x"]
    assert decision.verdict is Verdict.BLOCK
    assert decision.reasons[0].startswith("Here latency at p50 is beyond its limit: at least ")
    failing = scored(body=CLEAN, status=(pattern(9000), pattern(90, 1, k_plus=1)))
    assert "server error" in decide_endpoints([failing], POLICY, WEEK)["GET /x"].reasons[0]


def test_the_dimension_with_the_most_evidence_by_its_share_is_named():
    scores = scored(body=CLEAN, status=CLEAN)
    # 0.5 * e^3.0 is more than 0.25 * e^3.3
    log_es = {BODY: (0.0, 3.0), STATUS: (0.0, 3.3)}
    dimensions = tuple(dataclasses.replace(each, log_es=log_es[each.dimension]) for each in scores.dimensions)
    sentence = regression(dataclasses.replace(scores, dimensions=dimensions), "Here")
    assert sentence.startswith("Here the release differs from production")


def test_a_dimension_without_evidence_holds_an_endpoint():
    waiting = scored(BODY, STATUS, P50, body=CLEAN, status=CLEAN)
    decision = decide_endpoints([waiting], POLICY, WEEK)["GET /x"]
    assert decision.verdict is Verdict.HOLD
    assert decision.reasons == (
        "Here no latency at p50 has been judged yet: that begins after the launch's first full day.",
    )


def test_a_promotion_says_what_else_is_within_its_limits():
    decision = decide_endpoints([scored(body=CLEAN, status=CLEAN, lat_p50=FAST)], POLICY, WEEK)["GET /x"]
    assert decision.verdict is Verdict.PROMOTE
    assert decision.reasons[0].endswith("Server errors and latency at p50 are within the limits too.")


def test_a_hold_says_how_much_is_missing_and_until_when():
    decision = decide_endpoints([scored(body=(pattern(2000),))], POLICY, SEEN)["GET /x"]
    assert decision.verdict is Verdict.HOLD
    # 2,000 pairs in two days, and about 4,088 more
    assert decision.expected - SEEN.until == pytest.approx(dt.timedelta(days=4.088), abs=dt.timedelta(minutes=5))
    assert "more effective pairs are needed" in decision.reasons[0]
    assert f"by {decision.expected:%A %Y-%m-%d}" in decision.reasons[0]


@given(st.integers(0, 20), st.integers(0, 20))
def test_swapping_what_is_slow_swaps_the_evidence(plus, minus):
    def one(k_plus, k_minus):
        found = scored(P50, lat_p50=(pattern(500), pattern(k_plus, 1, k_plus=1), pattern(k_minus, 1, k_minus=1)))
        return next(each for each in found.dimensions if each.dimension is P50)

    here, there = one(plus, minus), one(minus, plus)
    assert here.excess == pytest.approx(-there.excess)
    assert here.in_favour.lower(0.05) == pytest.approx(-there.against.upper(0.05), abs=0.05)


def test_what_is_worked_out_at_once_is_what_each_says_alone():
    alone = [scored(body=CLEAN, status=CLEAN, lat_p50=SLOW), scored(body=(pattern(5), pattern(2, 1, k_unpaired=1)))]
    for one, other in zip(alone, precompute(alone), strict=True):
        assert (one.log_e_promote, one.log_e_block) == pytest.approx((other.log_e_promote, other.log_e_block), abs=1e-9)
        assert (one.response.excess_low, one.response.excess_high) == (
            other.response.excess_low,
            other.response.excess_high,
        )
        unlimiting = [each for each in other.dimensions if each.dimension in RUNGS and each is not other.limiting]
        assert all(each.bounds is None for each in unlimiting)
        assert other.limiting.bounds == (one.limiting.excess_low, one.limiting.excess_high)


def test_a_burst_needs_a_few_mismatches_and_most_of_them():
    assert is_burst(10, 6)
    assert not is_burst(10, 5)
    assert not is_burst(4, 4)


def test_a_burst_counts_as_one_event_among_hours():
    quiet = [HourCount(hour=n, pairs=100, mismatches=0, baseline_mismatches=0) for n in range(47)]
    burst = HourCount(hour=47, pairs=100, mismatches=50, baseline_mismatches=0)
    assert log_e_by_hours([*quiet, burst], 0.001) < log_threshold(0.05)
    assert log_e_by_hours(quiet * 100, 0.001) > log_threshold(0.05)


def test_a_promoted_group_covers_its_tiny_members_and_no_others():
    tiny = [scored(body=(pattern(100),), endpoint=f"GET /tiny{n}") for n in range(2)]
    large = scored(body=(pattern(2000),), endpoint="GET /large")
    group = scored(body=CLEAN, endpoint=group_name("all"))
    decisions = decide_endpoints([*tiny, large, group], POLICY, WEEK)
    assert decisions["group all"].verdict is Verdict.PROMOTE
    policy = POLICY.__class__(
        **{name: getattr(POLICY, name) for name in POLICY.__slots__}
        | {"groups": {"all": ("GET /tiny0", "GET /tiny1", "GET /large")}, "promoted_traffic_share": 0.05}
    )
    whole = scored(body=(pattern(30_000),), endpoint="*")
    assert decide_fleet(whole, [*tiny, large], decisions, policy, WEEK).verdict is Verdict.HOLD
    assert (
        decide_fleet(scored(body=(pattern(3700),), endpoint="*"), tiny, decisions, policy, WEEK).verdict
        is Verdict.PROMOTE
    )
