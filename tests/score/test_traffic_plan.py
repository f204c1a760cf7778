"""The plan of a launch, from production's traffic alone."""

import datetime as dt
import math

import pyarrow as pa
import pytest

from darklaunch.score.traffic_plan import plan_launch

MONDAY = dt.datetime(2026, 3, 2, tzinfo=dt.timezone.utc)
NEEDED = 3660.12
"""Clean units to promote at an excess of 0.001 and an alpha of 0.05; test_forecast has it from the formula."""


def plan(*rows, minimum_days=0.0, tau=lambda _: 0.001):
    columns = zip(*rows, strict=True)
    names = ("endpoint", "hour", "sample_rate", "units", "requests")
    traffic = pa.table(dict(zip(names, map(list, columns), strict=True)))
    return plan_launch(traffic, begins=MONDAY, tolerated_excess_at=tau, alpha=0.05, minimum_days=minimum_days)


def test_half_a_day_of_traffic_stands_for_half_a_day():
    (alone,) = plan(*(("GET /x", hour, 1.0, 100, 150) for hour in range(12)))
    assert (alone.endpoint, alone.requests, alone.effective_pairs) == ("GET /x", 3600.0, 2400.0)
    assert alone.days == alone.days_sampled_whole == pytest.approx(NEEDED / 2400, rel=1e-3)
    assert alone.promotion == dt.date(2026, 3, 4)
    assert not alone.needs_group


def test_traffic_of_a_day_is_no_whole_number():
    alone, _ = plan(("GET /x", 0, 1.0, 1, 2), *(("GET /y", hour, 1.0, 1, 1) for hour in range(32)))[::-1]
    assert (alone.endpoint, alone.requests, alone.effective_pairs) == ("GET /x", 1.5, 0.75)
    assert alone.days_sampled_whole == pytest.approx(NEEDED / 0.75, rel=1e-3)


def test_where_no_number_of_units_would_do_the_policys_days_are_planned():
    (alone,) = plan(("GET /x", 0, 1.0, 1, 1), tau=lambda _: 0.0, minimum_days=0.01)
    assert alone.days == 0.01


def test_thirty_days_are_not_too_long():
    (alone,) = plan(*(("GET /x", hour, 1.0, 10_000, 10_000) for hour in range(24)), minimum_days=30.0)
    assert (alone.days, alone.needs_group) == (30.0, False)


def test_units_weigh_by_the_least_rate_of_their_earliest_hour():
    (alone,) = plan(("GET /x", 5, 0.1, 10, 10), ("GET /x", 5, 0.5, 10, 10), ("GET /x", 4, 0.2, 10, 10))
    assert alone.effective_pairs == pytest.approx((10 * 0.2 / 0.1 + 10 * 0.2 / 0.5 + 10) * 12)
    assert alone.days / alone.days_sampled_whole == pytest.approx((100 + 20 + 50) / (20 + 4 + 10))
    assert alone.least_sample_rate == 0.1


def test_the_policys_days_are_waited_for():
    (alone,) = plan(*(("GET /x", hour, 1.0, 10_000, 10_000) for hour in range(24)), minimum_days=7.0)
    assert (alone.days, alone.days_sampled_whole) == (7.0, 7.0)
    assert alone.promotion == dt.date(2026, 3, 9)


@pytest.mark.parametrize(("units", "needs"), [(123, False), (121, True)])
def test_an_endpoint_that_takes_more_than_thirty_days_is_better_off_in_a_group(units, needs):
    hours = (("GET /x", hour, 1.0, 5 if hour else units - 23 * 5, 9) for hour in range(24))
    (alone,) = plan(*hours)
    assert alone.needs_group is needs
    assert math.isclose(alone.days, NEEDED / units, rel_tol=1e-3)


def test_the_endpoint_with_the_most_traffic_comes_first_and_of_equal_ones_the_first_by_name():
    plans = plan(("GET /b", 0, 1.0, 5, 5), ("GET /c", 0, 1.0, 9, 9), ("GET /a", 0, 1.0, 5, 5))
    assert [each.endpoint for each in plans] == ["GET /c", "GET /a", "GET /b"]


def test_an_endpoint_has_its_own_tolerated_excess():
    plans = plan(("GET /a", 0, 1.0, 5, 5), ("GET /b", 0, 1.0, 5, 5), tau=lambda name: 0.01 if "a" in name else 0.001)
    assert plans[0].days < plans[1].days / 9


def test_a_promotion_that_no_calendar_holds_is_the_last_day_of_a_thousand_years():
    (alone,) = plan(("GET /x", 0, 1.0, 1, 1), tau=lambda _: 1e-9)
    assert alone.promotion == (MONDAY + dt.timedelta(days=365_000)).date()
