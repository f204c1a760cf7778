"""Is the promise kept? Seeded simulations, judged by what chance allows."""

import math

import numpy as np
import pytest

from darklaunch.stats import clopper_pearson, log_threshold
from tests.stats.tables import from_counts

TAU = 1e-3
ALPHA = 0.05
LOOKS = 30
PER_LOOK = 1000
RUNS = 20_000
ALLOWED = ALPHA + 3 * math.sqrt(ALPHA * (1 - ALPHA) / RUNS)


@pytest.fixture(scope="module")
def mismatches():
    """Mismatches seen by each look, in runs whose true excess is exactly the tolerated one: (RUNS, LOOKS)."""
    return np.random.default_rng(20240229).binomial(PER_LOOK, TAU, size=(RUNS, LOOKS)).cumsum(axis=1)


def share_ever(mismatches, ask):
    """The share of runs where the answer for (units, mismatches) was yes at any look."""
    ever = np.zeros(RUNS, dtype=bool)
    for look in range(LOOKS):
        seen, places = np.unique(mismatches[:, look], return_inverse=True)
        answers = np.array([ask((look + 1) * PER_LOOK, int(count)) for count in seen])
        ever |= answers[places]
    return ever.mean()


def test_looking_30_times_at_the_boundary_promotes_less_often_than_alpha(mismatches):
    def promotes(n, b):
        return from_counts(n, b).log_e_promote(TAU) >= log_threshold(ALPHA)

    share = share_ever(mismatches, promotes)
    assert share <= ALLOWED
    assert share == pytest.approx(0.026, abs=0.005)


def test_looking_30_times_at_the_boundary_blocks_less_often_than_alpha(mismatches):
    def blocks(n, b):
        return from_counts(n, b).log_e_block(TAU) >= log_threshold(ALPHA)

    assert share_ever(mismatches, blocks) <= ALLOWED


def test_the_interval_misses_the_truth_less_often_than_it_says_over_30_looks(mismatches):
    def misses(n, b):
        low, high = from_counts(n, b).bounds(1 - ALPHA)
        return not low <= TAU <= high

    assert share_ever(mismatches, misses) <= ALLOWED


def test_the_one_look_interval_breaks_the_promise_when_looked_at_30_times(mismatches):
    def promotes(n, b):
        return clopper_pearson(b, n, 1 - 2 * ALPHA)[1] < TAU

    assert share_ever(mismatches, promotes) == pytest.approx(0.168, abs=0.02)
