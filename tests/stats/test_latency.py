"""Histograms of latencies: their bins and quantiles."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from darklaunch.stats.latency import LEAST_MS, LOG_STEP, MOST_MS, bin_of, quantiles_ms
from tests.stats.tables import GOLDEN

LATENCIES = st.lists(st.floats(LEAST_MS, 1e7), min_size=1, max_size=60)
QUANTILES = st.floats(0.001, 0.999)


def histogram(latencies_ms):
    """Weights by bin and the first bin."""
    bins = np.asarray([bin_of(latency_ms) for latency_ms in latencies_ms])
    return np.bincount(bins - bins.min()).astype(float), int(bins.min())


@pytest.mark.parametrize("case", GOLDEN["histogram_bin"])
def test_a_bin_is_the_reference_value(case):
    assert bin_of(case["x"]) == case["bin"]


@pytest.mark.parametrize(("latency_ms", "same_as"), [(0.0, LEAST_MS), (1e-300, LEAST_MS), (1.7e308, MOST_MS)])
def test_what_no_clock_measures_falls_into_the_outermost_bins(latency_ms, same_as):
    assert bin_of(latency_ms) == bin_of(same_as)


@pytest.mark.parametrize("latency_ms", [-1.0, -1e-9, math.inf, -math.inf, math.nan])
def test_what_is_no_latency_is_refused(latency_ms):
    with pytest.raises(ValueError, match="leave the row out"):
        bin_of(latency_ms)


@given(st.floats(LEAST_MS, MOST_MS))
def test_a_latency_lies_between_the_edges_of_its_bin(latency_ms):
    number = bin_of(latency_ms)
    assert 1.02**number * (1 - 1e-9) <= latency_ms <= 1.02 ** (number + 1) * (1 + 1e-9)


@given(LATENCIES, QUANTILES)
def test_a_quantile_lies_in_the_bin_of_the_latency_that_it_is(latencies_ms, q):
    place = q * len(latencies_ms)
    assume(abs(place - round(place)) > 1e-9)
    exact = sorted(latencies_ms)[math.ceil(place) - 1]
    assert abs(math.log(float(quantiles_ms(*histogram(latencies_ms), q)) / exact)) <= LOG_STEP * (1 + 1e-9)


@given(LATENCIES, st.lists(QUANTILES, min_size=2, max_size=6))
def test_a_higher_quantile_is_no_lower(latencies_ms, qs):
    quantiles = [float(quantiles_ms(*histogram(latencies_ms), q)) for q in sorted(qs)]
    assert all(later >= earlier * (1 - 1e-12) for earlier, later in itertools.pairwise(quantiles))


@given(st.lists(st.integers(-200, 700), min_size=1, max_size=60), QUANTILES, st.integers(-50, 50))
def test_slowing_every_latency_by_whole_bins_moves_a_quantile_by_exactly_these(steps, q, bins):
    # from the middle of a bin, where rounding can't move a latency into the next one
    latencies_ms = [1.02 ** (step + 0.5) for step in steps]
    slower = histogram([latency_ms * 1.02**bins for latency_ms in latencies_ms])
    expected = float(quantiles_ms(*histogram(latencies_ms), q)) * 1.02**bins
    assert float(quantiles_ms(*slower, q)) == pytest.approx(expected, rel=1e-10)


@given(LATENCIES, QUANTILES, st.sampled_from([2.0, 0.01, 100.0, 3.7]))
def test_the_unit_of_the_weights_does_not_matter(latencies_ms, q, weight):
    weights, first = histogram(latencies_ms)
    assert quantiles_ms(weights * weight, first, q) == pytest.approx(quantiles_ms(weights, first, q), rel=1e-9)


@pytest.mark.parametrize(("q", "mean", "worst"), [(0.5, 0.001, 0.004), (0.95, 0.003, 0.009), (0.99, 0.005, 0.02)])
def test_bins_of_two_percent_move_a_quantile_by_some_tenths_of_a_percent(q, mean, worst):
    rng, errors = np.random.default_rng(5), []
    for _ in range(60):
        logs = rng.normal(size=10_000) + 3.0
        bins = np.floor(logs / LOG_STEP).astype(int)
        quantile = float(quantiles_ms(np.bincount(bins - bins.min()).astype(float), int(bins.min()), q))
        errors.append(abs(quantile / np.exp(np.quantile(logs, q)) - 1))
    assert np.mean(errors) <= mean
    assert max(errors) <= worst


@pytest.mark.parametrize("weight", [1.0, 3.7, 0.1, 1 / 3, 1e9])
def test_a_quantile_between_two_latencies_is_the_lower_one_however_sums_are_rounded(weight):
    weights, first = histogram([1.0] * 5 + [2.0] * 3 + [3.0, 4.0])
    assert float(quantiles_ms(weights * weight, first, 0.5)) == pytest.approx(1.02)


def test_quantiles_of_many_histograms_are_those_of_each():
    weights = np.random.default_rng(3).integers(0, 9, (4, 5, 30)).astype(float)
    quantiles = quantiles_ms(weights, -7, 0.95)
    assert quantiles.shape == (4, 5)
    assert quantiles[2, 3] == quantiles_ms(weights[2, 3], -7, 0.95)


def test_a_mark_for_no_answer_does_not_become_infinite():
    assert float(quantiles_ms(np.ones(1), 35_835, 0.99)) == pytest.approx(MOST_MS)


@pytest.mark.parametrize("q", [0.0, 1.0, -0.5, 2.0, math.nan])
def test_what_is_no_quantile_is_refused(q):
    with pytest.raises(ValueError, match="strictly between 0 and 1"):
        quantiles_ms(np.ones(3), 0, q)


def test_nothing_has_no_quantile():
    with pytest.raises(ValueError, match="without a latency"):
        quantiles_ms(np.asarray([[1.0, 2.0], [0.0, 0.0]]), 0, 0.5)
