"""Guards: each holds exactly where it says, and says by how much."""

import dataclasses
import datetime as dt

import pytest

from darklaunch.decide.guards import (
    is_judged_alone,
    may_block,
    stands_with_rest,
    unmet_endpoint_guards,
    unmet_launch_guards,
)
from darklaunch.evidence.coverage import Coverage, Traffic
from darklaunch.evidence.panel import Panel
from darklaunch.stats import log_threshold
from tests.decide.test_decision import make_score
from tests.decide.test_reasons import Since
from tests.score.test_endpoint_score import POLICY, pattern

UTC = dt.timezone.utc
SEEN = Coverage(hours=48, missing_hours_of_day=(), traffic={"GET /x": Traffic(hours=2, dates=2)})
HOURS = tuple(dt.datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in range(7))


def of_launch(coverage, **changes):
    return unmet_launch_guards(dataclasses.replace(POLICY, **changes), dataclasses.replace(SEEN, **coverage))


def of_endpoint(coverage=SEEN, *, score=None, policy=POLICY, **changes):
    return unmet_endpoint_guards(
        dataclasses.replace(score or make_score(body=(pattern(100),)), **changes), policy, coverage
    )


def test_a_launch_that_meets_every_guard_is_told_nothing():
    assert of_launch({}, require_all_hours=True) == []
    assert of_endpoint() == []


def test_hours_of_the_day_without_traffic_are_named_where_all_are_required():
    said = ["No traffic yet in these hours of the day (UTC): 03, 11."]
    assert of_launch({"missing_hours_of_day": (3, 11)}, require_all_hours=True) == said
    assert of_launch({"missing_hours_of_day": (3, 11)}) == []


def test_a_sampler_that_takes_the_same_users_every_day_holds():
    panel = Panel(returning=0.9, by_chance=0.2)
    assert panel.is_fixed
    assert of_launch({"panel": panel}) == [
        "90.0 % of the sampled users or sessions had been sampled on an earlier day: the evidence is about them alone. "
        "Let the sampler take others every day."
    ]


@pytest.mark.parametrize(
    ("files", "named"),
    [(("a.parquet",), "a.parquet. Mend"), (("a", "b"), "a and 1 more. Mend"), (tuple("ab" * 600), "a and 1,199 more")],
)
def test_lost_files_are_counted_and_the_first_is_named(files, named):
    (said,) = of_launch({"lost_files": files})
    assert said.startswith("Files of the capture log could not be read, and what they held was not seen: " + named)
    assert said.endswith("Mend them and run their hours again, or set policy.allow_lost_files.")
    assert of_launch({"lost_files": files}, allow_lost_files=True) == []


@pytest.mark.parametrize(("hours", "more"), [(1, ". "), (5, ". "), (6, " and 1 more. "), (7, " and 2 more. ")])
def test_of_empty_hours_five_are_named(hours, more):
    (said,) = of_launch({"empty_hours": HOURS[:hours]})
    named = ", ".join(f"2026-03-02T{hour:02d}" for hour in range(min(hours, 5)))
    assert said == (
        f"No row of any arm in these hours (UTC), although there is traffic around them: {named}{more}Find what was "
        "lost, or set policy.allow_lost_files."
    )


@pytest.mark.parametrize(("units", "alone"), [(499, False), (500, True)])
def test_an_endpoint_is_judged_alone_from_half_an_expected_mismatch_on(units, alone):
    assert is_judged_alone(make_score(body=(pattern(units),))) is alone


@pytest.mark.parametrize(
    ("units", "wrong", "late", "stands"),
    [
        (4_999, 0, None, True),
        (5_000, 0, None, False),
        (1_998, 2, None, True),  # as much as tolerated
        (1_997, 3, None, False),
        (100, 0, 3.9, True),
        (100, 0, 4.0, False),
    ],
)
def test_an_endpoint_stands_with_the_rest_while_it_is_small_and_nothing_speaks_against_it(units, wrong, late, stands):
    score = make_score(body=(pattern(units), pattern(wrong, 1, k_unpaired=1)) if wrong else (pattern(units),))
    # the only dimension has all of the evidence: log(1 / alpha) is 2.996
    response = dataclasses.replace(score.response, late=Since(0.1, log_e=late - 1.0) if late else None)
    assert stands_with_rest(dataclasses.replace(score, dimensions=(response,)), POLICY) is stands


def test_an_endpoint_without_a_judged_request_stands_with_the_rest():
    assert stands_with_rest(make_score(body=()), POLICY)


@pytest.mark.parametrize(
    ("units", "hours", "may"), [(10, 1, True), (9, 1, False), (2, 2, True), (2, 1, False), (1, 2, False)]
)
def test_one_event_is_no_regression_yet(units, hours, may):
    coverage = dataclasses.replace(SEEN, traffic={"GET /x": Traffic(hours=hours, dates=1)})
    assert may_block(make_score(body=(pattern(units),)), coverage) is may


def test_a_stretch_that_is_worse_holds():
    score = make_score(body=(pattern(100),))
    late = dataclasses.replace(score.response, late=Since(0.04, log_e=log_threshold(0.05)))
    (said,) = of_endpoint(score=dataclasses.replace(score, dimensions=(late,)))
    assert said.startswith("Worse since Saturday 2026-03-07 14:00 UTC")
    early = dataclasses.replace(score.response, late=Since(0.04, log_e=2.9957))
    assert of_endpoint(score=dataclasses.replace(score, dimensions=(early,))) == []


@pytest.mark.parametrize(
    ("dates", "wanted", "said"),
    [
        (1, 2, ["Traffic was seen on 1 date (UTC); the policy asks for 2."]),
        (2, 2.5, ["Traffic was seen on 2 dates (UTC); the policy asks for 2.5."]),
        (2, 2, []),
    ],
)
def test_dates_with_traffic_are_counted(dates, wanted, said):
    coverage = dataclasses.replace(SEEN, traffic={"GET /x": Traffic(hours=9, dates=dates)})
    assert of_endpoint(coverage, policy=dataclasses.replace(POLICY, minimum_days=wanted)) == said


@pytest.mark.parametrize(("hours_ago", "recent"), [(24, True), (25, False)])
def test_traffic_has_to_be_of_the_last_day(hours_ago, recent):
    until = dt.datetime(2026, 3, 9, 5, tzinfo=UTC)
    last = int(until.timestamp()) // 3600 - hours_ago
    coverage = dataclasses.replace(SEEN, until=until, traffic={"GET /x": Traffic(hours=9, dates=2, last_hour=last)})
    said = ["No request of the last 24 hours was judged: nobody knows how the release answers now."]
    assert of_endpoint(coverage) == ([] if recent else said)


def test_a_volatile_path_that_collapsed_holds_its_endpoint_alone():
    coverage = dataclasses.replace(SEEN, collapsed={"GET /x": ("One value.",), "GET /y": ("Another.",)})
    assert of_endpoint(coverage) == ["One value."]


@pytest.mark.parametrize(("noise", "holds"), [(None, False), (0.1, False), (0.11, True)])
def test_noise_above_the_policys_holds(noise, holds):
    said = (
        "Production differs from itself in 11.0 % of the requests; above 10.0 % a regression would be lost in it. "
        "Declare rules for what is volatile."
    )
    assert of_endpoint(noise=noise) == ([said] if holds else [])


@pytest.mark.parametrize(("excess", "holds"), [(None, False), (0.001, False), (0.0011, True)])
def test_more_requests_than_sessions_that_differ_hold(excess, holds):
    coverage = dataclasses.replace(SEEN, traffic={"GET /x": Traffic(hours=9, dates=2, largest_share=0.25)})
    said = (
        "0.11 % of all requests differ, though only 0 % of a session's; 0.10 % are tolerated of both. The largest "
        "session that differs in each hour makes 25.0 % of the traffic."
    )
    assert of_endpoint(coverage, request_excess=excess) == ([said] if holds else [])


def test_where_the_sessions_differ_too_the_evidence_says_so_by_itself():
    score = make_score(body=(pattern(900), pattern(9, 1, k_unpaired=1)))
    assert of_endpoint(score=score, request_excess=0.5) == []
    assert of_endpoint(score=make_score(body=()), request_excess=0.5) != []


@pytest.mark.parametrize(("completeness", "holds"), [(None, False), (0.99, False), (0.98, True)])
def test_unseen_requests_beyond_the_share_that_is_put_up_with_hold(completeness, holds):
    said = (
        "98.0 % of the requests that production answered could be compared; 99.0 % are wanted, and until then what "
        "was not seen counts against it."
    )
    assert of_endpoint(completeness=completeness) == ([said] if holds else [])


def test_as_many_rows_without_one_of_production_as_are_put_up_with_hold_nothing():
    assert of_endpoint(production_missing=0.5, least_completeness=0.5) == []


@pytest.mark.parametrize(("missing", "holds"), [(0.01, False), (0.02, True)])
def test_rows_of_the_shadow_without_one_of_production_hold(missing, holds):
    said = (
        "2.00 % of the shadow's rows have no row of production: what it answered was not recorded, or was lost; at "
        "most 1.00 % may be so."
    )
    assert of_endpoint(production_missing=missing, least_completeness=0.99) == ([said] if holds else [])
