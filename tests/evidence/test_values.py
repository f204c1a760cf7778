"""Values of the evidence: what they can't be, and what they are before anything was seen."""

import datetime as dt

import pytest

from darklaunch.evidence.coverage import Coverage, Traffic, coverage_of
from darklaunch.evidence.dimension import Dimension
from darklaunch.evidence.latency.thresholds import Thresholds, judged_thresholds
from darklaunch.evidence.launch_evidence import add_up_launch
from darklaunch.window import HOUR

START = dt.datetime(2026, 3, 2, 7, tzinfo=dt.timezone.utc)
NONE = Thresholds(begins=START, limits_ms={})


@pytest.mark.parametrize(("hours", "dates"), [(1, 2), (3, -1)])
def test_no_endpoint_has_traffic_on_more_dates_than_hours(hours, dates):
    with pytest.raises(ValueError, match="wanted no more dates than hours"):
        Traffic(hours=hours, dates=dates)


def test_a_launch_without_hours_has_no_evidence():
    nothing = add_up_launch([], [])
    assert (nothing.evidence, nothing.by_hour, nothing.hours) == ({}, None, 0)
    assert nothing.coverage == Coverage(hours=0, missing_hours_of_day=tuple(range(24)))


def test_hours_between_others_are_empty_and_those_of_every_night_are_not():
    days = [START + day * 24 * HOUR + hour * HOUR for day in range(2) for hour in (0, 1, 3, 4)]
    coverage = coverage_of(days, {})
    assert coverage.empty_hours == (days[1] + HOUR, days[5] + HOUR)
    assert coverage.until == days[-1] + HOUR
    assert coverage.hours == 8
    late = coverage_of([*days[:4], *days[4:6]], {})
    assert late.empty_hours == (days[1] + HOUR,)
    # an hour that had traffic on another day
    assert coverage_of([days[0], days[1], days[3], days[6]], {}).empty_hours == (days[2], days[4], days[5])


def test_rungs_come_in_their_order():
    ratios = {Dimension.LATENCY_P99: 1.2, Dimension.LATENCY_P50: 1.1}
    assert judged_thresholds(NONE, ratios).rungs == (Dimension.LATENCY_P50, Dimension.LATENCY_P99)


@pytest.mark.parametrize(("thresholds", "ratios"), [(None, {Dimension.LATENCY_P50: 1.1}), (NONE, {})])
def test_without_thresholds_or_ratios_no_latency_is_judged(thresholds, ratios):
    assert judged_thresholds(thresholds, ratios) is None
