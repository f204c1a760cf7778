"""The scores of a launch at one look, and the late regressions among them."""

import dataclasses
import datetime as dt
import math

import numpy as np
import pyarrow as pa
import pytest

from darklaunch.evidence.by_hour import blocking_units, hourly_units
from darklaunch.evidence.coverage import Coverage
from darklaunch.evidence.dimension import Dimension
from darklaunch.evidence.launch_evidence import LaunchEvidence
from darklaunch.evidence.patterns import Evidence
from darklaunch.evidence.places import rated_places
from darklaunch.score.judged_dimensions import judged_dimensions
from darklaunch.score.late import Searched, search
from darklaunch.score.launch_score import ScoringPlan, score_launch
from darklaunch.score.precompute import precompute
from darklaunch.stats import UnitTable, late_regression
from darklaunch.stats.hourly_table import HourlyTable, hourly_rows
from darklaunch.stats.sample import collapse
from tests.score.test_endpoint_score import SCORING, make_score, pattern

BODY, STATUS = Dimension.BODY, Dimension.STATUS
BEGINS = dt.datetime(2026, 3, 2, tzinfo=dt.timezone.utc)
FIRST = int(BEGINS.timestamp()) // 3600
PLAN = ScoringPlan(
    scoring=SCORING,
    tolerated_excess=0.001,
    tolerated_excess_of={"GET /loose": 0.01},
    latency_ratios={},
    groups={},
    rest_group=True,
)
NO_LATENCY = judged_dimensions((), None, until=BEGINS, rungs=(), level=0.95)
BY_HOUR = [[(100, 1.0, 0.0)]] * 40 + [[(90, 1.0, 0.0), (10, 1.0, 1.0)]] * 5
"""Forty clean hours, then five in which every tenth unit is worse."""


def hourly(hours=BY_HOUR, *, name="GET /x", dimension=BODY, begin=0):
    """Rows of each hour as ``by_hour`` has them."""
    flat = [(begin + hour, *row) for hour, rows in enumerate(hours) for row in rows]
    columns = {
        "endpoint": pa.array([name] * len(flat)).dictionary_encode(),
        "dimension": pa.array([dimension.value] * len(flat)).dictionary_encode(),
        "hour": pa.array([FIRST + row[0] for row in flat]),
        "sample_rate": pa.array([1.0 / row[2] for row in flat]),
        "units": pa.array([row[1] for row in flat]),
    }
    rows, excesses = pa.table(columns), np.asarray([row[3] for row in flat])
    part = blocking_units(rows, rated_places(rows), excesses, np.ones(len(flat), bool))
    return hourly_units([part], {name: 1.0}, BEGINS, begin + len(hours))


def of(name, *patterns, dimension=BODY):
    return {name: {dimension: Evidence(endpoint=name, patterns=patterns, dimension=dimension)}}


def scored(names, evidence, **more):
    coverage, more = Coverage(hours=45, missing_hours_of_day=()), {"whole_days": evidence} | more
    return score_launch(names, LaunchEvidence(evidence=evidence, coverage=coverage, **more), NO_LATENCY, PLAN)


def test_an_endpoint_without_evidence_gets_the_score_of_nothing():
    found, missing = scored(["GET /x", "GET /y"], of("GET /x", pattern(9000)))
    assert (found.endpoint, found.pairs, missing.endpoint, missing.pairs) == ("GET /x", 9000, "GET /y", 0)
    assert (missing.match_rate, missing.completeness, missing.response.excess) == (None, None, None)


def test_an_endpoint_is_scored_at_its_own_tolerated_excess():
    loose, other = scored(["GET /loose", "GET /x"], of("GET /loose", pattern(90)) | of("GET /x", pattern(90)))
    assert (loose.tolerated_excess, other.tolerated_excess) == (0.01, 0.001)


def test_a_block_rests_on_whole_days_and_a_promotion_on_what_counts_towards_it():
    wrong = pattern(50, 1, k_unpaired=1)
    evidence = of("GET /x", pattern(9000), wrong)
    (whole,) = scored(["GET /x"], evidence)
    (clean_days,) = scored(["GET /x"], evidence, whole_days=of("GET /x", pattern(9000)))
    (none_counts,) = scored(["GET /x"], evidence, promoting={})
    (clean_counts,) = scored(["GET /x"], evidence, promoting=of("GET /x", pattern(9000)))
    assert clean_days.log_e_block < 0 < whole.log_e_block
    promote = [each.response.log_e_promote for each in (clean_days, whole, clean_counts)]
    assert promote[0] == promote[1] < 0 < promote[2]
    assert none_counts.log_e_promote == pytest.approx(0.0)
    assert clean_counts.response.excess == whole.response.excess
    # nothing of an endpoint in the whole days
    (no_day,) = scored(["GET /x"], evidence, whole_days={})
    assert no_day.log_e_block < 0


def test_a_release_that_became_worse_is_found_and_told_since_when():
    (score,) = scored(["GET /x"], of("GET /x", pattern(4450), pattern(50, 1, k_unpaired=1)), by_hour=hourly())
    log_e, since, _ = late_regression(BY_HOUR, 0.001)
    assert score.response.log_e_late == pytest.approx(log_e)
    assert score.response.log_e_stretch == pytest.approx(late_regression(BY_HOUR, 0.002)[0])
    stretch = score.response.worse_since()
    assert (since, stretch.hour) == (40, BEGINS + dt.timedelta(hours=40))
    prior = 0.9 / 720
    assert stretch.at_least == UnitTable([(450, 1.0, 0.0), (50, 1.0, 1.0)]).lower(0.05 * prior)
    assert score.response.log_e_block == max(score.response.log_e_whole_days, score.response.log_e_stretch) + math.log(
        0.5
    )


def test_what_can_not_be_judged_has_no_evidence():
    late = make_score(pattern(9000))
    table = HourlyTable(rows=hourly_rows(collapse([(9, 1.0, 1.0)], lowest_excess=0.0), np.asarray([3])), baseline=False)
    (found,) = search([Searched(units=table, tolerated_excess=0.001)], begins=BEGINS, hours=9, stretch=2.0)
    bad = dataclasses.replace(late.response, late=found)
    assert bad.log_e_late > 0
    none = dataclasses.replace(bad, unjudged="Not recorded.")
    assert [none.log_e_promote, none.log_e_whole_days, none.log_e_late, none.log_e_stretch] == [-math.inf] * 4
    assert none.log_e_block == -math.inf
    assert (none.confidence, none.regression_confidence) == (0.0, 0.0)
    assert late.response.log_e_late == late.response.log_e_stretch == -math.inf
    assert late.response.worse_since() is None


def test_a_stretch_is_blocked_at_several_times_what_is_tolerated_and_at_most_at_all():
    def found(excess, stretch):
        table = HourlyTable(
            rows=hourly_rows(collapse([(9, 1.0, 1.0)], lowest_excess=0.0), np.asarray([0])), baseline=False
        )
        (late,) = search([Searched(units=table, tolerated_excess=excess)], begins=BEGINS, hours=2, stretch=stretch)
        return late

    rows = [[(9, 1.0, 1.0)], []]
    assert found(0.01, 3.0).at_stretch.log_e == pytest.approx(late_regression(rows, 0.03)[0])
    assert found(0.01, 3.0).at_tolerated.log_e == pytest.approx(late_regression(rows, 0.01)[0])
    assert found(0.6, 3.0).at_stretch.log_e == pytest.approx(late_regression(rows, 1.0)[0])
    # none is tolerated of latencies, and several times none is none
    none = found(0.0, 3.0)
    assert none.at_stretch == none.at_tolerated


def test_tables_of_one_tested_excess_and_of_two_keep_their_places():
    def table(units, excess=0.001):
        sample = collapse([(units, 1.0, 1.0)], lowest_excess=0.0)
        return Searched(
            units=HourlyTable(rows=hourly_rows(sample, np.asarray([1])), baseline=False), tolerated_excess=excess
        )

    tables = [table(3), table(5, 0.0), table(7), table(9, 0.0)]
    together = search(tables, begins=BEGINS, hours=4, stretch=2.0)
    alone = [search([each], begins=BEGINS, hours=4, stretch=2.0)[0] for each in tables]
    assert [(each.at_tolerated, each.at_stretch) for each in together] == [
        (each.at_tolerated, each.at_stretch) for each in alone
    ]
    assert [each.units for each in together] == [each.units for each in tables]


@pytest.mark.parametrize(("wrong_hours_ago", "high_is_low"), [(24, False), (25, True)])
def test_the_bound_of_the_last_day_is_that_of_its_24_hours(wrong_hours_ago, high_is_low):
    hours = [[(9000, 1.0, 0.0)] for _ in range(48)]
    hours[48 - wrong_hours_ago] = [(9000, 1.0, 0.0), (900, 1.0, 1.0)]
    score = make_score(pattern(9_000_000))
    (computed,) = precompute([score], hourly(hours))
    day = UnitTable([row for rows in hours[24:] for row in rows])
    assert computed.response.last_day_high == day.upper(0.05)
    assert (computed.response.last_day_high < 0.0001) is high_is_low


def test_a_day_is_bounded_only_beside_what_may_be_promoted_and_where_there_was_traffic():
    few = make_score(pattern(100))
    assert precompute([few], hourly())[0].response.last_day_high is None
    other = make_score(pattern(9000), endpoint="GET /other")
    assert precompute([other], hourly())[0].response.last_day_high is None
    assert precompute([make_score(pattern(9000))], None)[0].response.last_day_high is None


def test_a_share_that_is_just_complete_enough_is_complete():
    just, less = (make_score(pattern(judged), pattern(100 - judged, missing=1)) for judged in (99, 98))
    assert just.log_e_promote == make_score(pattern(99)).log_e_promote
    assert less.log_e_promote < make_score(pattern(98)).log_e_promote


def test_no_scores_are_no_work():
    assert precompute([]) == []
    assert precompute([], hourly()) == []


def test_what_was_learned_is_watched_and_never_promotes():
    evidence = of("GET /x", pattern(9000)) | {}
    evidence["GET /x"][Dimension.VOLATILE] = Evidence(
        endpoint="GET /x", patterns=(pattern(10),), dimension=Dimension.VOLATILE
    )
    (score,) = scored(["GET /x"], evidence)
    assert [each.dimension for each in score.dimensions] == [BODY, STATUS, Dimension.VOLATILE]
    assert score.limiting.dimension is STATUS
    assert dataclasses.replace(score, dimensions=(score.dimensions[0], score.dimensions[2])).limiting.dimension is BODY
