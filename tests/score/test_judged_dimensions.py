"""The dimensions that an endpoint is judged on, and why it can't be on one."""

import dataclasses
import datetime as dt

import numpy as np
import pytest

from darklaunch.capture.arm import Arm
from darklaunch.evidence.dimension import RUNGS, Dimension
from darklaunch.evidence.latency.thresholds import Thresholds, learn_thresholds
from darklaunch.score.judged_dimensions import JudgedDimensions, judged_dimensions
from darklaunch.score.latency_ratios import quantile_ratios
from tests.evidence.test_latency import BEGINS, counts

NAME = "GET /users/{id}"
BODY, STATUS, P50, P95, P99 = Dimension.BODY, Dimension.STATUS, *RUNGS
LATER = BEGINS + dt.timedelta(hours=1)
NEVER = (
    "Latency was asked for and never recorded in the shadow, or not in production: let the recorder write latency_ms, "
    "or set the rungs of scoring.latency_ratios to null."
)
NOT_YET = "No latency has been judged yet: that begins after the launch's first full day."


def judged(histograms=(), thresholds=None, *, recent=(), until=LATER, rungs=(P50, P95)):
    return judged_dimensions(histograms, thresholds, recent=recent, until=until, rungs=rungs, level=0.95)


def moved(histogram, bins):
    """The same latencies, all some bins higher."""
    return dataclasses.replace(histogram, first_bin=histogram.first_bin + bins)


def test_responses_and_errors_are_judged_without_a_latency():
    assert judged(rungs=()).at(NAME) == {BODY: None, STATUS: None}


def test_a_rung_that_was_never_recorded_says_so():
    assert judged().at(NAME) == {BODY: None, STATUS: None, P50: NEVER, P95: NEVER}


@pytest.mark.parametrize("until", [BEGINS, BEGINS - dt.timedelta(hours=3)])
def test_until_thresholds_hold_nothing_is_judged(until):
    histogram = counts(2000)
    assert judged([histogram]).at(NAME)[P50] == NOT_YET
    assert judged([histogram], learn_thresholds([histogram], BEGINS), until=until).at(NAME)[P50] == NOT_YET


def test_an_endpoint_waits_for_its_own_first_day():
    thresholds = learn_thresholds([counts(2000, endpoint="GET /old")], BEGINS)
    assert judged([counts(2000)], thresholds, rungs=[P99]).at(NAME) == {
        BODY: None,
        STATUS: None,
        P99: "No latency at p99 has been judged yet: that begins after the endpoint's first full day.",
    }


def test_an_endpoint_is_judged_on_the_rungs_that_it_has_a_threshold_of():
    # 100 requests are enough for p95, and not for p99
    histogram = counts(100)
    thresholds = learn_thresholds([histogram], BEGINS)
    assert judged([histogram], thresholds, rungs=(P99, P95, P50)).at(NAME) == dict.fromkeys((BODY, STATUS, P50, P95))


def test_rungs_come_in_their_order_whatever_order_they_were_asked_for_in():
    histogram = counts(2000)
    thresholds = learn_thresholds([histogram], BEGINS)
    assert list(judged([histogram], thresholds, rungs=(P99, P50, P95)).at(NAME)) == [BODY, STATUS, P50, P95, P99]


def test_a_look_before_an_endpoint_is_judged_stays_what_it_was():
    histogram = counts(2000)
    thresholds = learn_thresholds([], BEGINS).with_day([histogram], LATER)
    assert judged([histogram], thresholds, until=LATER).at(NAME)[P50] is not None
    assert judged([histogram], thresholds, until=LATER + dt.timedelta(hours=1)).at(NAME)[P50] is None


@pytest.mark.parametrize(
    ("histograms", "thresholds", "counted", "wanted"),
    [
        ((), None, (), {P50: NEVER, P95: NEVER}),
        ((counts(2000),), None, (), {P50: NOT_YET, P95: NOT_YET}),
        ((counts(2000),), learn_thresholds([], BEGINS), (), {}),
        ((counts(2000),), learn_thresholds([], BEGINS), (P95, P99), {P95: None}),
    ],
)
def test_a_group_is_judged_on_what_its_members_have_units_of(histograms, thresholds, counted, wanted):
    assert judged(histograms, thresholds).at("group few", counted) == {BODY: None, STATUS: None} | wanted


@pytest.mark.parametrize(
    ("bins", "requests", "judges"),
    [
        (0, 2000, True),
        (-40, 2000, True),  # 30 % are above, more than half of a half
        (-55, 2000, False),  # 22.5 %
        (45, 2000, True),  # 72.5 %, less than halfway to all
        (55, 2000, False),  # 77.5 %
        (55, 99, True),  # too few to tell
        (55, 101, False),
    ],
)
def test_a_threshold_that_no_longer_is_about_its_quantile_judges_nothing(bins, requests, judges):
    thresholds = learn_thresholds([counts(2000)], BEGINS)
    at = judged([counts(2000)], thresholds, recent=[moved(counts(requests), bins)]).at(NAME)
    assert (at[P50] is None) is judges


def test_a_threshold_that_drifted_is_told_with_both_shares():
    thresholds = learn_thresholds([counts(2000)], BEGINS)
    at = judged([counts(2000)], thresholds, recent=[moved(counts(2000), 60)]).at(NAME)
    assert at[P50] == (
        "Latency at p50 is not judged: in the last 7 days 80.0 % of production's requests were slower than its "
        "threshold, on the launch's first day 50.0 %. Another launch learns a new one."
    )


def test_where_a_clock_is_coarse_shares_are_those_of_spread_latencies():
    # all take 12 ms by a clock of milliseconds: half of them, spread to 13, are above 12.5
    first = int(np.floor(np.log(12.0) / np.log(1.02)))
    each = np.full((20, 1), 200.0)
    histogram = dataclasses.replace(
        counts(2000),
        first_bin=first,
        arms={Arm.PRODUCTION: each, Arm.SHADOW: each, Arm.BASELINE: np.zeros((20, 1))},
    )
    limits = {NAME: {P50: 12.5}}
    fine = Thresholds(begins=BEGINS, limits_ms=limits)
    coarse = Thresholds(begins=BEGINS, limits_ms=limits, resolution_ms={Arm.PRODUCTION: 1.0})
    assert judged([histogram], fine, recent=[histogram]).at(NAME)[P50] is not None
    assert judged([histogram], coarse, recent=[histogram]).at(NAME)[P50] is None


@pytest.mark.parametrize(("limit_ms", "share"), [(1e-3, "100 %"), (1.02**100.45, "99.77 %"), (1e8, "0 %")])
def test_a_threshold_beyond_every_latency_has_all_or_none_above_it(limit_ms, share):
    thresholds = Thresholds(begins=BEGINS, limits_ms={NAME: {P50: limit_ms}})
    assert f"7 days {share} of" in judged([counts(2000)], thresholds, recent=[counts(2000)]).at(NAME)[P50]


def test_the_quantiles_of_a_look_say_which_of_them_are_judged():
    histogram = counts(40_000, slower=3)
    look = judged([histogram], learn_thresholds([histogram], BEGINS), rungs=[P95])
    assert look.latencies() == {NAME: quantile_ratios(histogram, 0.95, {P95})}
    assert [each.judged for each in look.latencies()[NAME].values()] == [False, True, False]


def test_beside_a_baseline_it_is_the_reference_and_productions_latencies_are_its_own():
    histogram = counts(40_000, slower=4)
    arms = dict(histogram.arms) | {
        Arm.BASELINE: histogram.arms[Arm.PRODUCTION],
        Arm.PRODUCTION: histogram.arms[Arm.SHADOW],
    }
    beside = dataclasses.replace(histogram, arms=arms, counts=dict.fromkeys(Arm, histogram.counts[Arm.SHADOW]))
    for name, report in quantile_ratios(beside, 0.95).items():
        alone = quantile_ratios(histogram, 0.95)[name]
        assert (report.ratio, report.low, report.high) == (alone.ratio, alone.low, alone.high)
        assert (report.baseline_ms, report.production_ms) == (alone.production_ms, alone.shadow_ms)
        assert alone.baseline_ms is None
    nothing = dataclasses.replace(beside, arms=arms | {Arm.PRODUCTION: np.zeros_like(arms[Arm.SHADOW])})
    assert {report.production_ms for report in quantile_ratios(nothing, 0.95).values()} == {None}


def test_without_histograms_there_are_no_quantiles():
    assert JudgedDimensions(histograms={}, thresholds=None, rungs=frozenset(), level=0.95).latencies() == {}
