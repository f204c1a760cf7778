"""Is the resolution of a clock told from a histogram, and do spread latencies have the quantiles of the true ones?"""

import numpy as np
import pytest

from darklaunch.stats.latency import LEAST_MS, LOG_STEP, bin_of, quantiles_ms
from darklaunch.stats.resolution import resolution_ms, spread


def histogram(latencies_ms):
    bins = np.floor(np.log(np.maximum(latencies_ms, LEAST_MS)) / LOG_STEP).astype(int)
    first = int(bins.min())
    return np.bincount(bins - first).astype(float), first


def latencies(median_ms, *, size=20_000):
    return np.random.default_rng(5).lognormal(np.log(median_ms), 0.5, size)


@pytest.mark.parametrize(
    ("median_ms", "step", "wanted"),
    [
        (12.0, 1.0, 1.0),
        (12.0, 0.1, None),  # bins of 2 % are wider than a tenth
        (1.5, 0.1, 0.1),
        (120.0, 10.0, 10.0),
        (0.4, 1.0, 1.0),  # nearly all are 0
        (2.0, 1.0, 1.0),
        (400.0, 1.0, None),
        (12.0, None, None),
        (0.02, None, None),
    ],
)
def test_the_step_is_that_of_the_clock(median_ms, step, wanted):
    true = latencies(median_ms)
    recorded = true if step is None else np.floor(true / step) * step
    assert resolution_ms(*histogram(recorded)) == wanted


def test_a_few_latencies_tell_no_step():
    assert resolution_ms(*histogram(np.asarray([12.0, 12.0, 13.0]))) is None


@pytest.mark.parametrize("median_ms", [3.0, 12.0, 30.0])
@pytest.mark.parametrize("q", [0.5, 0.95, 0.99])
def test_spread_over_the_step_quantiles_are_those_of_the_true_latencies(median_ms, q):
    true = latencies(median_ms)
    coarse, first = histogram(np.floor(true))
    made, start = spread(coarse, first, 1.0)
    assert made.sum() == pytest.approx(true.size)
    assert float(quantiles_ms(made, start, q)) == pytest.approx(np.quantile(true, q), rel=0.03)


def test_a_bin_wider_than_the_step_is_spread_from_its_low_edge_to_a_step_beyond_its_high_one():
    first = bin_of(500.0)
    low, high = (np.exp(LOG_STEP * (first + edge)) for edge in (0, 1))
    made, start = spread(np.asarray([100.0]), first, 1.0)
    assert (start, made.sum()) == (first, pytest.approx(100.0))
    assert made[1] == pytest.approx(100.0 / (high - low + 1.0))


def test_without_a_step_a_histogram_stays_as_it_is():
    requests, first = histogram(latencies(12.0))
    assert spread(requests, first, 0.0) == (requests, first)
