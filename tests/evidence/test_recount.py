"""Are units that are counted again from the table of pairs those that would have been counted at first?"""

import datetime as dt
import random

import pyarrow.parquet as pq
import pytest

from darklaunch.capture.selection import Selection
from darklaunch.evidence.dimension import RUNGS, Dimension
from darklaunch.evidence.latency.recount import count_group, count_rungs, rung_names
from darklaunch.evidence.latency.thresholds import LatencyThresholds, Thresholds
from darklaunch.evidence.units import unit_patterns
from darklaunch.window import HOUR, Window
from tests.engine.buckets import counted
from tests.worlds import START, row, write_log

SELECTION = Selection(window=Window(start=START, end=START + 2 * HOUR), max_pair_gap=dt.timedelta(minutes=10))
LIMITS = {Dimension.LATENCY_P50: 15.0, Dimension.LATENCY_P95: 28.0}
JUDGED = LatencyThresholds(
    learned=Thresholds(begins=START, limits_ms=dict.fromkeys(("GET /a", "GET /b", "GET /c"), LIMITS)),
    ratios=dict.fromkeys(LIMITS, 1.1),
)
MEMBERS = ["GET /a", "GET /b"]


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """Requests of two hours at three endpoints; half of them the baseline answered, and some answers differ."""
    chance, rows = random.Random(5), []
    for n in range(300):
        common = {"at": chance.uniform(0, 7199), "endpoint": f"/{'abc'[n % 3]}", "unit_id": f"u{n // 9}"}
        for arm in ("production", "shadow", "baseline")[: 2 + n % 2]:
            body = {"n": chance.choice([n, n, n, 0])}
            rows.append(row(f"r{n}", arm, body=body, latency_ms=chance.uniform(5.0, 30.0), **common))
    return write_log(tmp_path_factory.mktemp("log"), rows)


@pytest.fixture(scope="module")
def parts(log, tmp_path_factory):
    """The table of pairs as it lies on disk; units lie in several parts."""
    pairs, _ = counted(log, SELECTION)
    folder = tmp_path_factory.mktemp("pairs")
    for n in range(3):
        pq.write_table(pairs.slice(100 * n, 100), folder / f"part-{n}.parquet")
    return folder


def at_first(log, thresholds):
    """The patterns of all units and of a group, counted with the thresholds from the captures."""
    _, counts = counted(log, SELECTION, thresholds=thresholds)
    return unit_patterns(counts.units, {"some": MEMBERS}).to_pylist()


def in_order(patterns):
    return sorted(patterns, key=lambda each: [str(value) for value in each.values()])


def test_the_rungs_of_a_window_are_counted_again_as_with_thresholds_from_the_start(log, parts):
    again = count_rungs(parts, JUDGED, {"some": MEMBERS}).to_pylist()
    expected = [each for each in at_first(log, JUDGED) if each["dimension"] in {rung.value for rung in LIMITS}]
    assert in_order(again) == in_order(expected)
    assert {each["endpoint"] for each in again} == {"GET /a", "GET /b", "GET /c", "*", "group some"}
    assert sum(each["k_plus"] + each["k_minus"] for each in again) > 0
    assert {each["dimension"] for each in again} <= set(rung_names().to_pylist())
    assert rung_names().to_pylist() == [rung.value for rung in RUNGS]


@pytest.mark.parametrize("thresholds", [JUDGED, None])
@pytest.mark.parametrize("hour", [0, 1])
def test_the_units_of_a_group_are_counted_from_a_moment_on(thresholds, hour, log, parts):
    since = START + hour * HOUR
    again = count_group(parts, thresholds, "some", MEMBERS, since).to_pylist()
    expected = [
        each for each in at_first(log, thresholds) if each["endpoint"] == "group some" and each["bucket"] >= since
    ]
    assert in_order(again) == in_order(expected)
    assert {each["bucket"] for each in again} == {START + n * HOUR for n in range(hour, 2)}
