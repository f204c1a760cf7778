"""The thresholds of a launch and the quantiles that people read."""

import json
import math
import time
from dataclasses import asdict
from datetime import datetime, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.capture.arm import Arm
from darklaunch.evidence.dimension import RUNGS, Dimension
from darklaunch.evidence.latency.counts import LatencyCounts, LatencyRows, by_endpoint
from darklaunch.evidence.latency.thresholds import Thresholds, learn_thresholds
from darklaunch.score.latency_ratios import no_latency, quantile_ratios
from darklaunch.stats.latency import MOST_MS, bin_of, quantiles_ms

BEGINS = datetime(2026, 3, 3, 14, tzinfo=timezone.utc)
NAMES = ("GET /users/{id}", "POST /orders", "*")
ROW = st.tuples(
    st.integers(0, 2), st.integers(0, 60), st.integers(0, 2), st.integers(-40, 400), st.sampled_from([1, 2, 20])
)


def counts(requests, *, endpoint="GET /users/{id}", slower=0, weight=1.0, bins=200):
    """Requests evenly in bins and sections, the shadow some bins slower."""
    each = np.full((20, bins), requests / 20 / bins)
    production, shadow = np.pad(each, ((0, 0), (0, slower))), np.pad(each, ((0, 0), (slower, 0)))
    counted = np.bincount(np.arange(requests) % 20, minlength=20).astype(float)
    return LatencyCounts(
        endpoint=endpoint,
        first_bin=100,
        arms={
            Arm.PRODUCTION: production * weight,
            Arm.SHADOW: shadow * weight,
            Arm.BASELINE: np.zeros(production.shape),
        },
        counts={Arm.PRODUCTION: counted, Arm.SHADOW: counted, Arm.BASELINE: np.zeros(20)},
    )


def columns(rows):
    """Rows of (endpoint, hour, place of the arm, bin, weight of one request) as columns."""
    endpoints, hours, arms, bins, weights = np.asarray(rows, dtype=float).reshape(-1, 5).T
    return LatencyRows(
        endpoints=endpoints.astype(int),
        hours=hours.astype(int),
        arms=arms.astype(int),
        bins=bins.astype(int),
        weights=weights,
        requests=np.ones(len(weights), dtype=int),
    )


def plain(counted):
    """Histograms as values that compare."""
    return [
        (
            histogram.endpoint,
            histogram.first_bin,
            [histogram.arms[arm].tolist() for arm in Arm],
            [histogram.counts[arm].tolist() for arm in Arm],
        )
        for histogram in counted
    ]


@given(st.lists(ROW, max_size=80).flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_order_in_which_histograms_are_added_up_leaves_no_trace(both):
    assert plain(by_endpoint(NAMES, columns(both[0]))) == plain(by_endpoint(NAMES, columns(both[1])))


@given(st.lists(ROW, max_size=80))
def test_added_up_rows_hold_what_the_rows_held(rows):
    counted = {histogram.endpoint: histogram for histogram in by_endpoint(NAMES, columns(rows))}
    assert set(counted) == {NAMES[row[0]] for row in rows}
    for place, name in enumerate(NAMES):
        mine = [row for row in rows if row[0] == place]
        for section in range(20):
            of_section = [row for row in mine if row[1] % 20 == section]
            if name in counted:
                histogram = counted[name]
                for place_of_arm, arm in enumerate(Arm):
                    of_arm = [row[4] for row in of_section if row[2] == place_of_arm]
                    assert histogram.arms[arm][section].sum() == sum(of_arm)
                    assert histogram.counts[arm][section] == len(of_arm)
        for _, hour, arm, bin_, _ in mine:
            assert counted[name].arms[list(Arm)[arm]][hour % 20, bin_ - counted[name].first_bin] > 0


def test_a_mark_for_no_answer_does_not_widen_a_histogram():
    rows = [(0, 0, 0, bin_of(0.0), 1), (0, 0, 1, 2**31 - 1, 1)]
    (counted,) = by_endpoint(NAMES, columns(rows))
    assert counted.arms[Arm.PRODUCTION].shape == (20, bin_of(MOST_MS) - bin_of(0.0) + 1)
    assert counted.arms[Arm.SHADOW][0, -1] == 1.0


def test_no_row_is_no_endpoint():
    assert list(by_endpoint(NAMES, columns([]))) == []


def test_columns_of_unlike_length_are_refused():
    some = columns([(0, 0, 0, 5, 1)] * 3)
    with pytest.raises(ValueError, match="flat ones of one length"):
        LatencyRows(
            endpoints=some.endpoints[:2],
            hours=some.hours,
            arms=some.arms,
            bins=some.bins,
            weights=some.weights,
            requests=some.requests,
        )


def test_histograms_of_other_shapes_are_refused():
    ones = np.ones((20, 3))
    for shapes in ((ones, ones[:, :2], ones[:, 0]), (ones[:5], ones[:5], ones[:5, 0]), (ones, ones, ones[:5, 0])):
        with pytest.raises(ValueError, match="histograms of shapes"):
            LatencyCounts(
                endpoint="x",
                first_bin=0,
                arms=dict(zip(Arm, (*shapes[:2], shapes[0]), strict=True)),
                counts=dict.fromkeys(Arm, shapes[2]),
            )


def test_a_threshold_is_productions_quantile_of_the_first_day():
    histogram = counts(2000, slower=7)
    learned = learn_thresholds([histogram], BEGINS)
    expected = {rung: float(quantiles_ms(histogram.total(Arm.PRODUCTION), 100, q)) for rung, q in RUNGS.items()}
    assert learned.limits_ms[histogram.endpoint] == expected
    assert learned.begins == BEGINS


@pytest.mark.parametrize(
    ("requests", "rungs"),
    [
        (500, {"lat_p50", "lat_p95", "lat_p99"}),
        (499, {"lat_p50", "lat_p95"}),
        (100, {"lat_p50", "lat_p95"}),
        (99, {"lat_p50"}),
        (10, {"lat_p50"}),
        (9, set()),
        (0, set()),
    ],
)
def test_a_rung_needs_five_captured_latencies_beyond_its_quantile(requests, rungs):
    counted = counts(requests, weight=100.0)
    # sampled at 1 %: what counts is what was captured, not what it stands for
    learned = learn_thresholds([counted], BEGINS)
    assert {rung.value for rung in learned.judged(counted.endpoint)} == rungs


def test_an_endpoint_that_was_not_there_on_the_first_day_has_no_threshold():
    assert learn_thresholds([counts(2000)], BEGINS).judged("GET /new") == frozenset()


def test_thresholds_come_back_from_json_as_they_were():
    hostile = counts(700, endpoint='=cmd|"</script>\x1b[31m')
    learned = learn_thresholds([counts(2000), hostile, counts(3, endpoint="POST /few")], BEGINS)
    assert Thresholds.from_dict(json.loads(json.dumps(learned.as_dict(), allow_nan=False))) == learned


@pytest.mark.parametrize("limit", [0.0, -1.0, math.inf, math.nan])
def test_a_threshold_that_no_latency_can_be_is_refused(limit):
    with pytest.raises(ValueError, match="wanted numbers above 0"):
        Thresholds(begins=BEGINS, limits_ms={"x": {Dimension.LATENCY_P50: limit}})


def test_the_quantiles_and_ratios_of_all_rungs_are_told():
    quantiles = quantile_ratios(counts(40_000, slower=5), 0.95)
    assert list(quantiles) == ["p50", "p95", "p99"]
    for entry in quantiles.values():
        assert (entry.judged, entry.reason) == (True, None)
        assert entry.ratio == pytest.approx(1.02**5)
        assert entry.shadow_ms == pytest.approx(entry.production_ms * entry.ratio)
        assert entry.low == pytest.approx(entry.high) == pytest.approx(1.02**5)


def test_a_ratio_without_an_interval_is_told_with_the_reason():
    quantiles = quantile_ratios(counts(300, slower=5), 0.95)
    assert quantiles["p50"].reason is None
    assert (quantiles["p99"].low, quantiles["p99"].high) == (None, None)
    assert "too few requests" in quantiles["p99"].reason
    assert quantiles["p99"].ratio == pytest.approx(1.02**5)


def test_no_latency_is_told_nothing_about():
    quantiles = quantile_ratios(counts(0), 0.95)
    assert quantiles == no_latency()
    assert {entry.ratio for entry in quantiles.values()} == {None}
    assert all(entry.reason for entry in quantiles.values())


def test_a_rung_that_an_endpoint_is_not_judged_by_is_told_as_such():
    quantiles = quantile_ratios(counts(40_000), 0.95, {Dimension.LATENCY_P50})
    assert [entry.judged for entry in quantiles.values()] == [True, False, False]


def test_what_is_told_is_json_whatever_was_measured():
    rows = [(0, hour, arm, (-349, 2**31 - 1)[(hour + arm) % 2], 1) for hour in range(20) for arm in (0, 1)] * 200
    (counted,) = by_endpoint(NAMES, columns(rows))
    ratios = quantile_ratios(counted, 0.95)
    json.dumps({name: asdict(ratio) for name, ratio in ratios.items()}, allow_nan=False)
    thresholds = learn_thresholds([counted], BEGINS)
    assert Thresholds.from_dict(json.loads(json.dumps(thresholds.as_dict(), allow_nan=False))) == thresholds


@pytest.mark.slow
def test_twelve_million_rows_of_five_thousand_endpoints_take_seconds():
    endpoints, sections, bins = 5000, 20, 60
    size = endpoints * sections * 2 * bins
    place = np.arange(size)
    requests = np.random.default_rng(0).integers(1, 40, size)
    rows = LatencyRows(
        endpoints=place // (2 * bins) % endpoints,
        hours=place // (2 * bins * endpoints),
        arms=place // bins % 2,
        bins=place % bins + 100,
        weights=requests.astype(float),
        requests=requests,
    )
    began = time.process_time()
    quantiles = [
        quantile_ratios(histogram, 0.95)
        for histogram in by_endpoint([str(histogram) for histogram in range(endpoints)], rows)
    ]
    assert time.process_time() - began < 10.0
    assert len(quantiles) == endpoints
