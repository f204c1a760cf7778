"""Decisions on scores of several dimensions: verdicts, reasons and forecasts."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.capture.endpoint import group_name
from darklaunch.decide.decision import decide_endpoints, decide_fleet
from darklaunch.decide.reasons import regression
from darklaunch.decide.verdict import Verdict
from darklaunch.evidence.coverage import Coverage, Traffic
from darklaunch.evidence.dimension import RUNGS, SHARES, Dimension
from darklaunch.evidence.patterns import Evidence
from darklaunch.score.endpoint_score import score_endpoint
from darklaunch.score.precompute import precompute
from darklaunch.stats import log_threshold
from tests.score.test_endpoint_score import POLICY, SCORING, WEEK, pattern

BODY, STATUS, P50 = Dimension.BODY, Dimension.STATUS, Dimension.LATENCY_P50
SEEN = Coverage(hours=48, missing_hours_of_day=(), until=dt.datetime(2026, 3, 4, tzinfo=dt.timezone.utc))


def make_score(judged=(), *, endpoint="GET /x", tau=0.001, **patterns):
    evidence = {
        Dimension(name): Evidence(endpoint=endpoint, patterns=rows, dimension=Dimension(name))
        for name, rows in patterns.items()
    }
    dimensions = judged if isinstance(judged, dict) else dict.fromkeys(judged or map(Dimension, patterns))
    return score_endpoint(endpoint, evidence, tau, SCORING, dimensions)


CLEAN = (pattern(9000),)
SLOW = (pattern(3000), pattern(700, 1, k_plus=1), pattern(300, 1, k_minus=1))
FAST = (pattern(3000), pattern(300, 1, k_plus=1), pattern(700, 1, k_minus=1))


def test_every_dimension_has_a_share_of_the_evidence_to_block():
    assert set(SHARES) == set(Dimension)
    assert sum(SHARES.values()) <= 1.0


def test_the_evidence_to_promote_is_that_of_the_weakest_dimension():
    score = make_score(body=CLEAN, status=(pattern(2000),), lat_p50=FAST)
    assert score.limiting.dimension is STATUS
    assert score.log_e_promote == min(dimension.log_e_promote for dimension in score.dimensions)
    assert score.confidence < make_score(body=CLEAN).confidence


def test_one_bad_dimension_blocks_and_is_named():
    slow = make_score(body=CLEAN, status=CLEAN, lat_p50=SLOW)
    decision = decide_endpoints([slow], POLICY, WEEK)["GET /x"]
    assert decision.verdict is Verdict.BLOCK
    assert decision.reasons[0].startswith("Here latency at p50 is beyond its limit: at least ")
    failing = make_score(body=CLEAN, status=(pattern(9000), pattern(90, 1, k_plus=1)))
    assert "server error" in decide_endpoints([failing], POLICY, WEEK)["GET /x"].reasons[0]


def test_the_dimension_with_the_most_evidence_by_its_share_is_named():
    scores = make_score(body=CLEAN, status=CLEAN)
    # 0.4 * e^3.0 is more than 0.2 * e^3.3
    log_es = {BODY: (0.0, 3.0), STATUS: (0.0, 3.3)}
    dimensions = tuple(dataclasses.replace(each, log_es=log_es[each.dimension]) for each in scores.dimensions)
    sentence = regression(dataclasses.replace(scores, dimensions=dimensions), "Here")
    assert sentence.startswith("Here the release differs from production")


def test_a_dimension_without_evidence_holds_an_endpoint():
    waiting = make_score({BODY: None, STATUS: None, P50: "No latency yet."}, body=CLEAN, status=CLEAN)
    decision = decide_endpoints([waiting], POLICY, WEEK)["GET /x"]
    assert decision.verdict is Verdict.HOLD
    assert decision.reasons == ("No latency yet.",)


def test_a_promotion_says_what_else_is_within_its_limits():
    decision = decide_endpoints([make_score(body=CLEAN, status=CLEAN, lat_p50=FAST)], POLICY, WEEK)["GET /x"]
    assert decision.verdict is Verdict.PROMOTE
    assert decision.reasons[0].endswith("Server errors and latency at p50 are within the limits too.")


def test_a_hold_says_how_much_is_missing_and_until_when():
    decision = decide_endpoints([make_score(body=(pattern(2000),))], POLICY, SEEN)["GET /x"]
    assert decision.verdict is Verdict.HOLD
    # 2,000 pairs in two days, and about 4,088 more
    assert decision.expected - SEEN.until == pytest.approx(dt.timedelta(days=4.088), abs=dt.timedelta(minutes=5))
    assert "more effective pairs are needed" in decision.reasons[0]
    assert f"by {decision.expected:%A %Y-%m-%d}" in decision.reasons[0]


@given(st.integers(0, 20), st.integers(0, 20))
def test_swapping_what_is_slow_swaps_the_evidence(plus, minus):
    def p50_score(k_plus, k_minus):
        score = make_score([P50], lat_p50=(pattern(500), pattern(k_plus, 1, k_plus=1), pattern(k_minus, 1, k_minus=1)))
        return next(each for each in score.dimensions if each.dimension is P50)

    slower, faster = p50_score(plus, minus), p50_score(minus, plus)
    assert slower.excess == pytest.approx(-faster.excess)
    assert slower.blocking.lower(0.05) == pytest.approx(-faster.against.upper(0.05), abs=0.05)


def test_precomputed_numbers_are_those_of_each_score_alone():
    alone = [
        make_score(body=CLEAN, status=CLEAN, lat_p50=SLOW),
        make_score(body=(pattern(5), pattern(2, 1, k_unpaired=1))),
    ]
    for score, computed in zip(alone, precompute(alone), strict=True):
        assert (score.log_e_promote, score.log_e_block) == pytest.approx(
            (computed.log_e_promote, computed.log_e_block), abs=1e-9
        )
        assert (score.response.excess_low, score.response.excess_high) == (
            computed.response.excess_low,
            computed.response.excess_high,
        )
        unlimiting = [each for each in computed.dimensions if each.dimension in RUNGS and each is not computed.limiting]
        assert all(each.bounds is None for each in unlimiting)
        assert computed.limiting.bounds == (score.limiting.excess_low, score.limiting.excess_high)


def test_a_promoted_group_covers_its_tiny_members_and_no_others():
    tiny = [make_score(body=(pattern(100),), endpoint=f"GET /tiny{n}") for n in range(2)]
    large = make_score(body=(pattern(2000),), endpoint="GET /large")
    group = make_score(body=CLEAN, endpoint=group_name("all"))
    decisions = decide_endpoints([*tiny, large, group], POLICY, WEEK)
    assert decisions["group all"].verdict is Verdict.PROMOTE
    policy = POLICY.__class__(
        **{name: getattr(POLICY, name) for name in POLICY.__slots__}
        | {"groups": {"all": ("GET /tiny0", "GET /tiny1", "GET /large")}, "promoted_traffic_share": 0.05}
    )
    whole = make_score(body=(pattern(30_000),), endpoint="*")
    assert decide_fleet(whole, [*tiny, large], decisions, policy, WEEK).verdict is Verdict.HOLD
    assert (
        decide_fleet(make_score(body=(pattern(3700),), endpoint="*"), tiny, decisions, policy, WEEK).verdict
        is Verdict.PROMOTE
    )


@pytest.mark.parametrize(
    ("units", "hours", "verdict"),
    [(1, 1, Verdict.HOLD), (9, 1, Verdict.HOLD), (1, 9, Verdict.HOLD), (2, 2, Verdict.BLOCK), (10, 1, Verdict.BLOCK)],
)
def test_a_block_needs_two_units_from_two_hours_or_ten(units, hours, verdict):
    seen = dataclasses.replace(SEEN, traffic={name: Traffic(hours=hours, dates=1) for name in ("GET /x", "*")})
    policy = dataclasses.replace(POLICY, alpha=0.6)
    score = make_score(body=(pattern(units, 1, k_unpaired=1),), tau=0.01)
    assert score.log_e_block >= log_threshold(policy.alpha)
    decisions = decide_endpoints([score], policy, seen)
    assert decisions["GET /x"].verdict is verdict
    fleet = make_score(body=(pattern(units, 1, k_unpaired=1),), tau=0.01, endpoint="*")
    assert decide_fleet(fleet, [score], decisions, policy, seen).verdict is verdict


def test_an_endpoint_that_fails_a_guard_helps_no_other_one():
    # alone among three, 1.2 / (alpha / 3) would not do; two that fail their guard made it 1.2 / alpha
    noisy = [
        make_score(
            endpoint=f"GET /{n}", body=(pattern(20_000, baseline=True), pattern(9_000, 1, k_minus=1, baseline=True))
        )
        for n in range(2)
    ]
    barely = make_score(body=(pattern(4_000),))
    assert all(score.log_e_promote > 10 for score in noisy)
    assert decide_endpoints([barely], POLICY, SEEN)["GET /x"].verdict is Verdict.PROMOTE
    assert decide_endpoints([barely, *noisy], POLICY, SEEN)["GET /x"].verdict is Verdict.HOLD
