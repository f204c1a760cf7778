"""When are the thresholds of a launch learned, from which hours, and do they stay?"""

import datetime as dt
import math

import pyarrow as pa
import pytest

from darklaunch.capture.arm import Arm
from darklaunch.evidence.latency.store import read_histograms, read_thresholds, replace_histograms, with_thresholds
from darklaunch.evidence.latency.thresholds import learn_thresholds
from darklaunch.stats.latency import LOG_STEP
from darklaunch.storage.state import read_state
from darklaunch.window import HOUR, Window

START = dt.datetime(2026, 3, 2, 7, tzinfo=dt.timezone.utc)
DAY = 24 * HOUR
SCHEMA = pa.schema(
    [
        ("endpoint", pa.string()),
        ("bucket", pa.timestamp("us", "UTC")),
        ("arm", pa.string()),
        ("bin", pa.int32()),
        ("weight", pa.float64()),
        ("requests", pa.int64()),
    ]
)


def rows(endpoint, hours, place):
    """Fifty requests an hour that take both arms a bin's time."""
    return [
        {"endpoint": endpoint, "bucket": START + hour * HOUR, "arm": arm, "bin": place, "weight": 100.0, "requests": 50}
        for hour in hours
        for arm in ("production", "shadow")
    ]


@pytest.fixture
def launch(tmp_path):
    """Two days: one endpoint was slower on the second, another had its first traffic on it."""
    made = [*rows("GET /old", range(24), 100), *rows("GET /old", range(24, 50), 200), *rows("GET /new", [30, 31], 150)]
    window = Window(start=START, end=START + 50 * HOUR)
    return replace_histograms(read_state(tmp_path), window, pa.Table.from_pylist(made, schema=SCHEMA))


def within_bin(limit_ms, place):
    return math.exp(LOG_STEP * place) <= limit_ms <= math.exp(LOG_STEP * (place + 1))


@pytest.mark.parametrize(("since", "until", "requests"), [(None, 24, 1200), (None, 50, 2500), (20, 30, 500)])
def test_only_the_hours_asked_for_are_added_up(since, until, requests, launch):
    begins = None if since is None else START + since * HOUR
    old = {each.endpoint: each for each in read_histograms(launch, START + until * HOUR, begins)}["GET /old"]
    assert old.counts[Arm.PRODUCTION].sum() == requests
    assert old.total(Arm.SHADOW).sum() == 2 * requests


def test_without_an_hour_there_is_no_histogram(launch, tmp_path):
    assert list(read_histograms(launch, START)) == []
    assert list(read_histograms(read_state(tmp_path / "other"), START + DAY)) == []


def test_nothing_is_learned_before_the_first_day_is_over(launch, tmp_path):
    assert with_thresholds(launch, START + DAY - HOUR) is launch
    assert read_thresholds(launch) is None
    empty = read_state(tmp_path / "other")
    assert with_thresholds(empty, START + DAY) is empty


def test_thresholds_are_those_of_the_first_day_whatever_came_since(launch):
    learned = read_thresholds(with_thresholds(launch, START + DAY))
    assert learned == learn_thresholds(read_histograms(launch, START + DAY), START + DAY)
    assert learned.limits_ms.keys() == {"GET /old"}
    assert all(within_bin(limit_ms, 100) for limit_ms in learned.limits_ms["GET /old"].values())


def test_a_new_endpoint_is_judged_from_the_end_of_its_day_on_and_the_others_as_before(launch):
    first = with_thresholds(launch, START + DAY)
    assert with_thresholds(first, START + 2 * DAY - HOUR) is first
    second = with_thresholds(first, START + 2 * DAY)
    before, learned = read_thresholds(first), read_thresholds(second)
    assert learned.limits_ms["GET /old"] == before.limits_ms["GET /old"]
    assert all(within_bin(limit_ms, 150) for limit_ms in learned.limits_ms["GET /new"].values())
    assert (learned.begins_at("GET /old"), learned.begins_at("GET /new")) == (START + DAY, START + 2 * DAY)
    # a launch that is looked at late learns the same
    assert read_thresholds(with_thresholds(launch, START + 50 * HOUR)) == learned
    assert with_thresholds(second, START + 50 * HOUR) is second
