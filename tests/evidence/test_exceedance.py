"""Which requests are slower than a threshold, where a clock is too coarse to tell?"""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from darklaunch.capture.arm import Arm
from darklaunch.evidence.dimension import Dimension
from darklaunch.evidence.latency.exceedance import rung_counts
from darklaunch.evidence.latency.thresholds import LatencyThresholds, Thresholds

START = dt.datetime(2026, 3, 2, tzinfo=dt.timezone.utc)
IDS = [f"r{n}" for n in range(2000)]


def more_slow(limit_ms, resolution_ms, *, shadow_ms=0.0, ids=IDS):
    """Of requests that take production 10 ms: 1 where the shadow alone is slow, -1 where production alone is."""
    table = pa.table(
        {
            "request_id": ids,
            "endpoint": pa.array(["GET /x"] * len(ids)).dictionary_encode(),
            "bucket": pa.array([START] * len(ids), pa.timestamp("us", "UTC")),
            "outcome": pa.array(["match"] * len(ids)).dictionary_encode(),
            "production_latency_ms": pa.array([10.0] * len(ids)),
            "shadow_latency_ms": pa.array([shadow_ms] * len(ids)),
            "baseline_latency_ms": pa.nulls(len(ids), pa.float64()),
            "baseline_mismatch": pa.nulls(len(ids), pa.bool_()),
        }
    )
    rung = Dimension.LATENCY_P50
    learned = Thresholds(begins=START, limits_ms={"GET /x": {rung: limit_ms}}, resolution_ms=resolution_ms)
    counts = rung_counts(table, np.zeros(len(ids), bool), LatencyThresholds(learned=learned, ratios={rung: 1.0}))
    assert counts["lat_p50_pairs"].all()
    return counts["lat_p50_unpaired"].tolist()


@pytest.mark.parametrize(
    ("limit_ms", "step_ms", "share"), [(15.0, None, 0.0), (15.0, 10.0, 0.5), (17.5, 10.0, 0.25), (20.0, 10.0, 0.0)]
)
def test_latencies_of_a_coarse_clock_are_spread_evenly_over_its_step(limit_ms, step_ms, share):
    counts = more_slow(limit_ms, {} if step_ms is None else {Arm.PRODUCTION: step_ms})
    assert -sum(counts) == pytest.approx(share * len(IDS), abs=70)
    assert set(counts) <= {0, -1}
    assert share or not any(counts)


def test_what_ties_in_both_arms_still_ties_once_it_is_spread():
    both = {Arm.PRODUCTION: 10.0, Arm.SHADOW: 10.0}
    assert not any(more_slow(15.0, both, shadow_ms=10.0))


def test_where_a_request_lies_in_the_step_of_its_clock_depends_on_its_id_alone():
    step = {Arm.PRODUCTION: 10.0}
    assert more_slow(15.0, step, ids=IDS[::-1]) == more_slow(15.0, step)[::-1]
