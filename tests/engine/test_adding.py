"""Counts add up: any split of a row set that is closed under request ids comes to the counts of the whole."""

import datetime as dt
import random

import pyarrow as pa
import pytest

from darklaunch.capture.selection import Selection
from darklaunch.diff.comparers import Comparers
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rules.actions import Ignore, Learned
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.diff.values.shape_inference import infer_shape
from darklaunch.engine.bucket import Counting, count_bucket
from darklaunch.engine.counted import add_counted
from darklaunch.evidence.dimension import Dimension
from darklaunch.evidence.latency.thresholds import LatencyThresholds, Thresholds
from darklaunch.window import Window
from tests.engine.buckets import read_arms
from tests.worlds import START, row, write_log

SELECTION = Selection(
    window=Window(start=START, end=START + dt.timedelta(hours=2)), max_pair_gap=dt.timedelta(minutes=10)
)
COUNTING = Counting(
    selection=SELECTION,
    thresholds=LatencyThresholds(
        learned=Thresholds(begins=START, limits_ms={"GET /e0": {Dimension.LATENCY_P50: 10.0}}),
        ratios={Dimension.LATENCY_P50: 1.1},
    ),
    watched=True,
)
GROUPS = {"both": ("GET /e0", "GET /e1")}
RULES = RuleSet(
    [
        Rule(path="$.body.at", action=Ignore(), why="x"),
        Rule(path="$.body.load", action=Learned(shape=infer_shape([0.1, 0.9])), why="x"),
    ]
)
FAILED = {"status": None, "error": "timeout", "body": None}


def world(seed, count=150):
    chance = random.Random(seed)
    rows = []
    for n in range(count):
        common = {
            "at": chance.uniform(0, 7000),
            "endpoint": f"/e{n % 3}",
            "unit_id": f"u{chance.randrange(40)}",
            "sample_rate": chance.choice([1.0, 0.1, 0.3]),
        }
        for arm in ("production", "shadow", "baseline"):
            changes = {"latency_ms": chance.choice([None, 5.0, 10.5, 20.0])}
            if chance.random() < 0.08:
                changes |= FAILED
            if chance.random() < 0.03:
                changes |= {"sample_rate": 7.0}
            for _ in range(chance.choice([0, 1, 1, 1, 1, 1, 2])):
                body = {"at": chance.random(), "load": chance.random(), "price": chance.choice([1, 1, 1, 2])}
                rows.append(row(f"r{n}", arm, **{"body": body, **common, **changes}))
    chance.shuffle(rows)
    return rows


def sorted_counts(counts):
    """Everything that a window's report and state are made of, in an order of its own."""
    closed = counts.closed(GROUPS)
    order = [(name, "ascending") for name in closed.patterns.column_names]
    return (
        closed.profiles,
        closed.window.outcomes,
        closed.window.status_counts(),
        closed.window.top_differences(),
        closed.window.settled,
        closed.window.variety,
        closed.window.incomparable,
        closed.patterns.sort_by(order).to_pylist(),
        closed.histograms.to_pylist(),
        closed.panel.to_pylist(),
    )


@pytest.mark.parametrize("seed", range(8))
def test_any_split_of_the_requests_adds_up_to_the_whole(tmp_path, seed):
    arms = read_arms(write_log(tmp_path, world(seed)), SELECTION)
    chance = random.Random(seed)
    parts_of = {f"r{n}": chance.randrange(4) for n in range(150)}
    parts = []
    for part in range(4):
        chosen = {
            arm: rows.filter(pa.array([parts_of[name] == part for name in rows["request_id"].to_pylist()]))
            for arm, rows in arms.items()
        }
        parts.append(count_bucket(chosen, COUNTING, Comparers(RULES, Masking.NONE))[1])
    chance.shuffle(parts)
    _, whole = count_bucket(arms, COUNTING, Comparers(RULES, Masking.NONE))
    assert sorted_counts(add_counted(parts)) == sorted_counts(whole)
    assert sorted_counts(add_counted([add_counted(parts[:2]), add_counted(parts[2:])])) == sorted_counts(whole)


def test_the_order_of_rows_changes_nothing(tmp_path):
    arms = read_arms(write_log(tmp_path, world(99)), SELECTION)
    shuffled = {
        arm: rows.take(pa.array(random.Random(arm).sample(range(rows.num_rows), rows.num_rows)))
        for arm, rows in arms.items()
    }
    first, second = (count_bucket(each, COUNTING, Comparers(RULES, Masking.NONE)) for each in (arms, shuffled))
    assert sorted_counts(first[1]) == sorted_counts(second[1])
    ordered = [pairs.sort_by("request_id").to_pylist() for pairs, _ in (first, second)]
    assert ordered[0] == ordered[1]
