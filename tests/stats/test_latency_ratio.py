"""Ratios of latencies and their intervals by sections."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.stats.latency import LOG_STEP, LatencyRatio, latency_ratio, quantiles_ms, section_interval
from tests.stats.tables import GOLDEN


def sectioned(production_logs, shadow_logs, sections=20):
    """Both arms by section and bin, requests by section, and the first bin; pairs go round the sections."""
    bins = np.floor(np.stack([production_logs, shadow_logs]) / LOG_STEP).astype(int)
    first, places = int(bins.min()), np.arange(len(production_logs)) % sections
    arms = np.zeros((2, 20, int(bins.max()) - first + 1))
    for arm in range(2):
        np.add.at(arms[arm], (places, bins[arm] - first), 1)
    return arms[0], arms[1], np.bincount(places, minlength=20).astype(float), first


def pairs(rng, size, ratio=1.0):
    """Log latencies of both arms: lognormal, sigma 1, correlation 0.7."""
    shared, own, other = rng.normal(size=(3, size))
    return [0.7**0.5 * shared + 0.3**0.5 * arm + 3.0 for arm in (own, other)] + np.log([[1.0], [ratio]])


@pytest.mark.parametrize("case", GOLDEN["sectioning"])
def test_the_interval_is_the_reference_value(case):
    interval = section_interval(case["log_ratios"], case["centre"], 0.95)
    assert interval == pytest.approx(case["interval_95"], abs=5e-7)
    assert math.exp(case["centre"]) == pytest.approx(case["ratio"], abs=5e-7)


@pytest.mark.parametrize(
    ("log_ratios", "centre", "level"),
    [
        ([0.1], 0.1, 0.95),
        ([], 0.0, 0.95),
        ([0.1, 0.2], 0.1, 1.0),
        ([0.1, 0.2], 0.1, 0.0),
        ([0.1, math.nan], 0.1, 0.95),
        ([0.1, -math.inf], 0.1, 0.95),
        ([0.1, 0.2], math.nan, 0.95),
    ],
)
def test_what_has_no_spread_has_no_interval(log_ratios, centre, level):
    with pytest.raises(ValueError, match="give"):
        section_interval(log_ratios, centre, level)


@pytest.mark.parametrize("q", [0.5, 0.95, 0.99])
def test_swapping_the_arms_inverts_the_ratio_and_its_interval(q):
    production, shadow, counts, first = sectioned(*pairs(np.random.default_rng(8), 20_000, 1.3))
    ratio = latency_ratio(production, shadow, counts, first, q, 0.95)
    swapped = latency_ratio(shadow, production, counts, first, q, 0.95)
    assert (swapped.ratio, swapped.low, swapped.high) == pytest.approx((1 / ratio.ratio, 1 / ratio.high, 1 / ratio.low))
    assert ratio.low < ratio.ratio < ratio.high


@given(st.permutations(range(20)))
def test_the_order_of_twenty_sections_leaves_no_trace(order):
    production, shadow, counts, first = sectioned(*pairs(np.random.default_rng(9), 4000))
    permuted = latency_ratio(production[order], shadow[order], counts[order], first, 0.95, 0.95)
    expected = latency_ratio(production, shadow, counts, first, 0.95, 0.95)
    assert (permuted.low, permuted.high) == pytest.approx((expected.low, expected.high), rel=1e-12)


@pytest.mark.parametrize(
    ("size", "q", "parts"),
    [
        (10_000, 0.99, 20),
        (9_980, 0.99, 10),
        (5_000, 0.99, 10),
        (4_990, 0.99, None),
        (2_000, 0.95, 20),
        (1_000, 0.95, 10),
        (200, 0.5, 20),
        (180, 0.5, 10),
        (90, 0.5, None),
        (2_000, 0.05, 20),
        (900, 0.05, None),
    ],
)
def test_five_requests_beyond_the_quantile_are_needed_in_every_section(size, q, parts):
    production, shadow, counts, first = sectioned(*pairs(np.random.default_rng(4), size, 1.2))
    ratio = latency_ratio(production, shadow, counts, first, q, 0.95)
    if parts is None:
        assert (ratio.low, ratio.high) == (None, None)
        assert "too few requests beyond the quantile" in ratio.reason
        assert ratio.ratio > 1.0
        return
    joined = [np.stack([arm[part::parts].sum(axis=0) for part in range(parts)]) for arm in (production, shadow)]
    logs = [np.log(quantiles_ms(arm, first, q)) for arm in joined]
    assert (ratio.low, ratio.high) == section_interval(logs[1] - logs[0], math.log(ratio.ratio), 0.95)


@pytest.mark.parametrize(("hours", "has_interval"), [(20, True), (19, True), (10, True), (9, False), (1, False)])
def test_ten_hours_in_a_row_are_enough_for_an_interval(hours, has_interval):
    production, shadow, counts, first = sectioned(*pairs(np.random.default_rng(6), 40_000), sections=hours)
    ratio = latency_ratio(production, shadow, counts, first, 0.95, 0.95)
    assert (ratio.low is not None) == has_interval


@pytest.mark.parametrize(("kept", "has_interval"), [(20, True), (19, False)])
def test_no_section_goes_without_a_request_beyond_the_quantile(kept, has_interval):
    production, shadow, counts, first = sectioned(*pairs(np.random.default_rng(6), 40_000))
    # sections 3 and 13 are one when there are ten: half of what is kept comes from each
    for section, size in ((3, kept - kept // 2), (13, kept // 2)):
        production[section], shadow[section], counts[section] = 0.0, 0.0, size
        production[section, 5], shadow[section, 5] = size, size
    assert (latency_ratio(production, shadow, counts, first, 0.95, 0.95).low is not None) == has_interval


def test_a_section_that_only_one_arm_has_does_not_make_a_bound_of_nothing():
    production, shadow, counts, first = sectioned(*pairs(np.random.default_rng(6), 40_000))
    shadow[[3, 13]] = 0.0
    assert latency_ratio(production, shadow, counts, first, 0.5, 0.95).low is None


def test_no_latency_has_no_ratio():
    some, none = np.ones((20, 4)), np.zeros((20, 4))
    assert latency_ratio(some, none, some.sum(axis=1), 0, 0.5, 0.95) is None
    assert latency_ratio(none, some, some.sum(axis=1), 0, 0.5, 0.95) is None


def test_other_shapes_are_refused():
    with pytest.raises(ValueError, match="give sections first, 20 of them"):
        latency_ratio(np.ones((10, 3)), np.ones((10, 3)), np.ones(10), 0, 0.5, 0.95)


@pytest.mark.parametrize(
    "wrong",
    [
        {"low": 1.0},
        {"high": 1.0},
        {"low": 1.0, "high": 2.0, "reason": "too few"},
        {},
        {"low": math.nan, "high": math.nan},
        {"low": 1.0, "high": math.inf},
        {"production_ms": 0.0, "reason": "too few"},
        {"shadow_ms": math.nan, "reason": "too few"},
    ],
)
def test_a_ratio_can_not_be_built_wrong(wrong):
    with pytest.raises(ValueError, match=r"both bounds, or a reason|finite numbers above 0"):
        LatencyRatio(**{"production_ms": 1.0, "shadow_ms": 2.0, **wrong})


def test_the_interval_covers_the_true_ratio_about_as_often_as_it_says():
    rng, runs, covered = np.random.default_rng(12), 400, dict.fromkeys((0.5, 0.95, 0.99), 0)
    for _ in range(runs):
        production, shadow, counts, first = sectioned(*pairs(rng, 10_000, 1.1))
        for q in covered:
            interval = latency_ratio(production, shadow, counts, first, q, 0.95)
            covered[q] += interval.low <= 1.1 <= interval.high
    shares = [hits / runs for hits in covered.values()]
    assert shares == pytest.approx([0.953, 0.962, 0.935], abs=0.03)
