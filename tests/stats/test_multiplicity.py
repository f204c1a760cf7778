import math
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.stats import closed_e_bh, e_bh
from tests.stats.tables import ALPHAS, GOLDEN

LOG_ES = st.lists(st.one_of(st.floats(-5, 12), st.sampled_from([-math.inf, math.inf, 0.0, 5.0])), max_size=12)


@pytest.mark.parametrize("case", GOLDEN["e_bh"])
def test_as_many_are_rejected_as_in_the_reference(case):
    log_es = [math.log(e) if e else -math.inf for e in case["e"]]
    assert e_bh(log_es, case["alpha"], len(log_es)) == tuple(range(case["rejected"]))


def test_indices_point_into_what_was_passed():
    assert e_bh([0.0, 20.0, -1.0, 30.0], 0.05, 4) == (1, 3)


def test_logs_beyond_any_float_are_compared():
    assert e_bh([5000.0, 1e6, math.inf, -math.inf], 0.05, 4) == (0, 1, 2)


def test_hypotheses_without_an_e_value_still_count():
    log_es = [math.log(50.0)]
    assert e_bh(log_es, 0.05, 2) == (0,)
    assert e_bh(log_es, 0.05, 3) == ()


def test_two_that_would_fail_alone_carry_each_other():
    assert e_bh([math.log(30.0)] * 2, 0.05, 2) == (0, 1)
    assert e_bh([math.log(30.0), 0.0], 0.05, 2) == ()


def test_no_hypotheses_are_no_rejections():
    assert e_bh([], 0.05, 0) == ()
    assert e_bh([], 0.05, 7) == ()


@given(log_es=LOG_ES, alpha=ALPHAS, raised=st.integers(0, 11), by=st.floats(0, 10))
def test_a_larger_e_value_never_loses_a_rejection(log_es, alpha, raised, by):
    before = set(e_bh(log_es, alpha, len(log_es)))
    larger = [log_e + by if index == raised else log_e for index, log_e in enumerate(log_es)]
    assert before <= set(e_bh(larger, alpha, len(larger)))


@given(log_es=LOG_ES)
def test_a_larger_alpha_never_loses_a_rejection(log_es):
    sets = [set(e_bh(log_es, alpha, len(log_es))) for alpha in (0.001, 0.01, 0.05, 0.2, 0.5)]
    assert all(small <= large for small, large in pairwise(sets))


@given(log_es=LOG_ES, alpha=ALPHAS, extra=st.integers(0, 20))
def test_the_defining_inequality_holds_for_the_rejected_and_for_no_more(log_es, alpha, extra):
    denominator = len(log_es) + extra
    rejected = e_bh(log_es, alpha, denominator)
    ranked = sorted(log_es, reverse=True)
    fits = [
        k for k in range(1, len(ranked) + 1) if ranked[k - 1] >= math.log(denominator) - math.log(alpha) - math.log(k)
    ]
    assert len(rejected) == max(fits, default=0)
    kept = [log_e for index, log_e in enumerate(log_es) if index not in rejected]
    assert all(log_es[index] > max(kept, default=-math.inf) for index in rejected)


@pytest.mark.parametrize(
    ("log_es", "alpha", "denominator", "message"),
    [
        ([1.0, 2.0], 0.05, 1, "denominator == 1 for 2 e-values"),
        ([math.nan], 0.05, 1, "NaN"),
        ([1.0], 0.0, 1, "alpha == 0.0"),
        ([1.0], 1.0, 1, "alpha == 1.0"),
    ],
)
def test_what_can_not_be_judged_is_refused(log_es, alpha, denominator, message):
    with pytest.raises(ValueError, match=message):
        e_bh(log_es, alpha, denominator)


def test_the_closure_rejects_what_all_subsets_allow():
    random = np.random.default_rng(2504)
    rejected_more = 0
    for _ in range(300):
        log_es = np.where(
            random.random(size := int(random.integers(1, 11))) < 0.2, -math.inf, random.normal(2, 3, size)
        )
        alpha = float(random.choice([0.05, 0.1, 0.3]))
        got = closed_e_bh(log_es.tolist(), alpha)
        assert len(got) == _largest_by_all_subsets(log_es, alpha)
        rejected_more += len(got) > len(e_bh(log_es.tolist(), alpha, size))
    assert rejected_more > 20


@given(log_es=LOG_ES, alpha=ALPHAS)
def test_the_closure_never_rejects_fewer_nor_what_is_no_evidence_by_itself(log_es, alpha):
    closed = closed_e_bh(log_es, alpha)
    assert len(closed) >= len(e_bh(log_es, alpha, len(log_es)))
    assert all(log_es[index] >= -math.log(alpha) for index in closed)


def _largest_by_all_subsets(log_es: np.ndarray, alpha: float) -> int:
    """The definition: every set of hypotheses is looked at, for every candidate of the largest e-values."""
    es, order = np.exp(log_es), np.argsort(-log_es, kind="stable")
    subsets = [list(each) for size in range(1, len(es) + 1) for each in combinations(range(len(es)), size)]
    for size in range(int((es >= 1 / alpha).sum()), 0, -1):
        candidate = set(order[:size].tolist())
        if all(es[each].mean() >= len(candidate & set(each)) / (alpha * size) for each in subsets):
            return size
    return 0
