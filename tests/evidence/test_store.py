"""Does the evidence of a launch come to the same by the hour as added up, whatever its patterns?"""

import datetime as dt
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darklaunch.evidence import store
from darklaunch.evidence.dimension import Dimension
from darklaunch.evidence.hours import SUMS
from darklaunch.evidence.patterns import Side
from darklaunch.evidence.units import PATTERN
from darklaunch.storage.state import read_state
from darklaunch.window import HOUR, Window

START = dt.datetime(2026, 3, 2, 7, tzinfo=dt.timezone.utc)
END = START + 61 * HOUR
NAMES = ("GET /a", "GET /b", "*")


@st.composite
def rows(draw):
    """One row of the table of evidence: clean units, or some that showed something."""
    m = draw(st.integers(0, 4))
    shown = dict.fromkeys(PATTERN, 0)
    if m:
        worse = draw(st.integers(0, m))
        better = draw(st.integers(0, m - worse))
        unpaired = draw(st.integers(0, m - worse - better))
        covered = draw(st.integers(worse + better, m - unpaired))
        shown |= {"m": m, "m_baseline": covered, "k_plus": worse, "k_minus": better, "k_unpaired": unpaired}
        shown["missing"] = draw(st.integers(0 if worse + better + unpaired else 1, 2))
    else:
        shown["m_baseline"] = draw(st.integers(0, 1))
        shown["missing"] = draw(st.sampled_from([0, 0, 0, 1]))
        if shown["missing"]:
            shown["m_baseline"] = 0
    units = draw(st.integers(1, 50))
    pairs = 0 if not m and shown["missing"] else units * max(m, 1)
    return {
        "endpoint": draw(st.sampled_from(NAMES)),
        "bucket": START + draw(st.integers(0, 60)) * HOUR,
        "dimension": draw(st.sampled_from([Dimension.BODY.value, Dimension.STATUS.value])),
        "sample_rate": draw(st.sampled_from([1.0, 0.5, 0.01])),
        **shown,
        "units": units,
        "pairs": pairs,
        "bodies_equal": 0,
        "mismatches": units * (shown["k_plus"] + shown["k_unpaired"]),
        "baseline_pairs": units * shown["m_baseline"],
        "baseline_mismatches": units * shown["k_minus"],
        "production_missing": 0,
    }


def state_of(folder, written):
    """The state of a launch whose evidence is some rows of the first 61 hours."""
    buckets = pa.array([each["bucket"] for each in written], pa.timestamp("us", "UTC"))
    table = pa.Table.from_pylist(written).set_column(1, "bucket", buckets)
    return store.replace_units(read_state(Path(folder)), Window(start=START, end=END), table)


@settings(max_examples=60, deadline=None)
@given(st.lists(rows(), min_size=1, max_size=25))
def test_units_by_the_hour_are_those_that_count_for_a_block(written):
    with tempfile.TemporaryDirectory() as folder:
        launch = store.read_evidence(state_of(folder, written), END)
    assert launch.by_hour is not None
    for endpoint, dimensions in launch.evidence.items():
        for dimension, evidence in dimensions.items():
            blocking = evidence.table(Side.BLOCKING)
            hourly = launch.by_hour.table(endpoint, dimension, signed=evidence.signed)
            if hourly is None:
                assert all(excess <= 0.0 for _, _, excess in blocking.rows)
                continue
            assert type(blocking)(hourly.since(0), baseline=evidence.signed) == blocking
            if all(pattern.covered for pattern in evidence.patterns):
                assert evidence.table(Side.COMPARED) == blocking


@settings(max_examples=60, deadline=None)
@given(st.lists(rows(), min_size=1, max_size=25))
def test_each_pattern_is_there_once_with_the_sums_of_all_its_hours(written):
    with tempfile.TemporaryDirectory() as folder:
        launch = store.read_evidence(state_of(folder, written), END)
    with_baseline = {each["bucket"] for each in written if each["endpoint"] == "*" and each["baseline_pairs"]}
    wanted = defaultdict(Counter)
    for row in written:
        key = (row["endpoint"], row["dimension"], row["sample_rate"], row["bucket"] in with_baseline)
        wanted[(*key, *(row[name] for name in PATTERN))].update({name: row[name] for name in SUMS})
    summed = {
        (endpoint, dimension.value, each.sample_rate, each.baseline_hour, *(getattr(each, name) for name in PATTERN)): {
            name: getattr(each, name) for name in SUMS
        }
        for endpoint, dimensions in launch.evidence.items()
        for dimension, evidence in dimensions.items()
        for each in evidence.patterns
    }
    assert summed == wanted
    assert sum(len(each.patterns) for of in launch.evidence.values() for each in of.values()) == len(wanted)


def unweighted(rows):
    """Units by their excess: weights are of an endpoint's first hour, which differs between launches."""
    counts = Counter()
    for units, _, excess in rows:
        counts[excess] += units
    return counts


@settings(max_examples=60, deadline=None)
@given(st.lists(rows(), min_size=1, max_size=25))
def test_the_last_day_holds_the_units_of_a_launch_that_began_with_it(written):
    begins = max(each["bucket"] for each in written) - 23 * HOUR
    with tempfile.TemporaryDirectory() as folder:
        state = state_of(folder, written)
        launch, day = store.read_evidence(state, END), store.read_evidence(state, END, since=begins)
    for endpoint, dimensions in launch.evidence.items():
        for dimension in dimensions:
            expected = day.evidence.get(endpoint, {}).get(dimension)
            rows_expected = expected.table(Side.BLOCKING, signed=True).rows if expected is not None else ()
            last_day = launch.by_hour.last_day(endpoint, dimension, signed=True)
            assert unweighted(last_day.rows) == unweighted(rows_expected)


def test_a_weight_of_which_no_unit_counts_takes_no_bet_away(tmp_path):
    def row(hour, rate, **counts):
        zero = dict.fromkeys((*PATTERN, *SUMS), 0)
        place = {"endpoint": "*", "bucket": START + hour * HOUR, "dimension": "body", "sample_rate": rate}
        return place | zero | {"units": 1, "pairs": 1} | counts

    answered = {"m_baseline": 1, "baseline_pairs": 1}
    # the baseline answers in both hours, and not what was sampled at a half
    written = [row(0, 1.0, m=1, k_plus=1, mismatches=1, **answered), row(1, 1.0, **answered), row(1, 0.5)]
    launch = store.read_evidence(state_of(tmp_path, written), END)
    hourly = launch.by_hour.table("*", Dimension.BODY, signed=True)
    assert (hourly.largest_weight, hourly.kinds) == (1.0, 2)


def test_a_block_rests_on_whole_days_counted_from_the_first_hour():
    def clean(hour):
        counts = dict.fromkeys(PATTERN, 0) | {"units": 1, "pairs": 1, "bodies_equal": 0, "mismatches": 0}
        sums = dict.fromkeys(("baseline_pairs", "baseline_mismatches", "production_missing"), 0)
        return {
            "endpoint": "*",
            "bucket": START + hour * HOUR,
            "dimension": "body",
            "sample_rate": 1.0,
            **counts,
            **sums,
        }

    hours = pa.Table.from_pylist([clean(hour) for hour in range(50)])
    with tempfile.TemporaryDirectory() as folder:
        state = store.replace_units(read_state(Path(folder)), Window(start=START, end=START + 50 * HOUR), hours)
        for until, whole in ((23, 0), (24, 24), (47, 24), (48, 48), (50, 48)):
            launch = store.read_evidence(state, START + until * HOUR)
            days = launch.whole_days.get("*", {})
            assert sum(evidence.total("pairs") for evidence in days.values()) == whole
            assert launch.evidence["*"][Dimension.BODY].total("pairs") == until


@pytest.mark.parametrize(("since", "pairs"), [(None, 10), (4, 6)])
def test_hours_before_a_declared_restart_are_not_scored(since, pairs):
    counts = dict.fromkeys(PATTERN, 0) | {"units": 1, "pairs": 1, "bodies_equal": 0, "mismatches": 0}
    sums = dict.fromkeys(("baseline_pairs", "baseline_mismatches", "production_missing"), 0)
    fixed = {"endpoint": "*", "dimension": "body", "sample_rate": 1.0, **counts, **sums}
    hours = pa.Table.from_pylist([{"bucket": START + hour * HOUR, **fixed} for hour in range(10)])
    with tempfile.TemporaryDirectory() as folder:
        state = store.replace_units(read_state(Path(folder)), Window(start=START, end=START + 10 * HOUR), hours)
        begins = None if since is None else START + since * HOUR
        launch = store.read_evidence(state, START + 10 * HOUR, since=begins, promoting_since=START + 4 * HOUR)
    assert launch.evidence["*"][Dimension.BODY].total("pairs") == pairs
    if since is None:
        assert launch.promoting is not None
        assert launch.promoting["*"][Dimension.BODY].total("pairs") == 6
    else:
        assert launch.promoting is None
