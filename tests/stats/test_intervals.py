import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from darklaunch.stats import clopper_pearson
from tests.stats.tables import GOLDEN


@pytest.mark.parametrize("case", GOLDEN["fixed_n_95_two_sided"])
def test_the_one_look_interval_is_the_reference_value(case):
    assert clopper_pearson(case["k"], case["n"], 0.95) == pytest.approx(case["clopper_pearson"], abs=6e-9)


@given(n=st.integers(1, 3000), share=st.floats(0, 1), level=st.sampled_from([0.5, 0.9, 0.95, 0.999]))
def test_the_one_look_interval_is_that_of_the_exact_binomial_test(n, share, level):
    k = round(share * n)
    expected = binomtest(k, n).proportion_ci(level, method="exact")
    assert clopper_pearson(k, n, level) == pytest.approx((expected.low, expected.high), rel=1e-8, abs=1e-12)


def test_no_trial_has_no_interval():
    assert clopper_pearson(0, 0, 0.95) is None


def test_a_clean_run_obeys_the_rule_of_three():
    assert clopper_pearson(0, 10_000, 0.9)[1] * 10_000 == pytest.approx(3.0, abs=0.01)


@pytest.mark.parametrize(
    ("k", "n", "level", "message"),
    [
        (-1, 10, 0.95, "0 <= k <= n"),
        (11, 10, 0.95, "0 <= k <= n"),
        (1, 10, 1.0, "level == 1.0"),
        (1, 10, 0.0, "level == 0.0"),
    ],
)
def test_counts_that_can_not_be_are_refused(k, n, level, message):
    with pytest.raises(ValueError, match=message):
        clopper_pearson(k, n, level)
