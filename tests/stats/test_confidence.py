import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.stats import confidence, log_threshold
from tests.stats.tables import GOLDEN


@pytest.mark.parametrize("case", GOLDEN["score"])
def test_the_confidence_is_the_reference_value(case):
    assert confidence(case["log_e"]) == pytest.approx(case["score"], abs=1e-6)


@given(pair=st.tuples(*[st.floats(allow_nan=False)] * 2))
def test_more_evidence_is_never_less_confidence_and_it_is_a_fraction(pair):
    low, high = map(confidence, sorted(pair))
    assert 0.0 <= low <= high <= 1.0


@pytest.mark.parametrize(("log_e", "expected"), [(-math.inf, 0.0), (0.0, 0.0), (1e6, 1.0), (math.inf, 1.0)])
def test_the_extremes_have_a_confidence(log_e, expected):
    assert confidence(log_e) == expected


def test_enough_evidence_at_alpha_is_a_confidence_of_1_minus_alpha():
    assert confidence(log_threshold(0.05)) == pytest.approx(0.95)


def test_an_undefined_e_value_is_refused():
    with pytest.raises(ValueError, match="log_e is NaN"):
        confidence(math.nan)
