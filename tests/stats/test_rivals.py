"""Are the usual ways, against which the calibration holds ours, what the literature says they are?"""

import math

import numpy as np
import pytest
from scipy import stats

from tests.calibration import rivals
from tests.stats.tables import GOLDEN


@pytest.mark.parametrize("name", ["wilson", "jeffreys", "clopper_pearson"])
@pytest.mark.parametrize("case", GOLDEN["fixed_n_95_two_sided"], ids=lambda case: f"{case['k']} of {case['n']}")
def test_an_interval_of_one_proportion_agrees_with_the_reference_to_six_digits(name, case):
    interval = getattr(rivals, name)(np.asarray(case["k"]), np.asarray(case["n"]))
    # the reference is rounded to 8 decimals
    assert [float(end) for end in interval] == pytest.approx(case[name], rel=1e-6, abs=6e-9)


@pytest.mark.parametrize("k", [0, 1, 7, 40])
def test_wilson_and_clopper_pearson_agree_with_scipy(k):
    test = stats.binomtest(k, 40)
    for method, interval in (("wilson", rivals.wilson), ("exact", rivals.clopper_pearson)):
        if k < 40 or method == "wilson":
            expected = test.proportion_ci(method=method)
            assert [float(end) for end in interval(np.asarray(k), np.asarray(40))] == pytest.approx(
                (expected.low, expected.high), abs=1e-12
            )


def test_tango_agrees_with_the_reference_to_six_digits():
    (case,) = GOLDEN["tango_95"]
    assert rivals.tango(case["b"], case["c"], case["n"]) == pytest.approx(case["value"], rel=1e-6)


@pytest.mark.parametrize(("b", "c"), [(5, 0), (0, 5), (12, 9), (40, 40)])
def test_the_ends_of_tangos_interval_are_where_its_score_reaches_z(b, c):
    low, high = rivals.tango(b, c, 2000)
    scores = [float(rivals.tango_score(np.asarray(b), np.asarray(c), np.asarray(2000), end)) for end in (low, high)]
    assert scores == pytest.approx([rivals.Z_TWO_SIDED, -rivals.Z_TWO_SIDED], abs=1e-6)


def test_newcombe_agrees_with_the_reference_to_six_digits():
    (case,) = GOLDEN["newcombe_95"]
    interval = rivals.newcombe(case["a"], case["b"], case["c"], case["n"])
    assert interval == pytest.approx(case["value"], rel=1e-6)


def test_wald_of_nothing_seen_claims_certainty():
    assert [float(end) for end in rivals.wald(np.asarray(0), np.asarray(1000))] == [0.0, 0.0]


def test_a_burst_is_measured_by_the_mismatches_that_come_together():
    # clusters with 1, 1 and 4 mismatches; none seen counts as no clustering
    assert rivals.mean_burst(np.asarray([6, 0]), np.asarray([18, 0])).tolist() == [3.0, 1.0]


def test_bh_rejects_what_the_step_up_rule_rejects():
    # 0.02 is above its own line of 0.0167, but three are below 3 * 0.05 / 3
    assert rivals.bh(np.asarray([0.02, 0.03, 0.04]), 0.05).tolist() == [True, True, True]
    assert rivals.bh(np.asarray([0.02, 0.04, 0.9]), 0.05).tolist() == [False, False, False]


def test_an_adaptive_bettor_starts_without_a_bet_and_wins_from_clean_hours():
    logs = rivals.adaptive_bettor(np.asarray([[0, 0, 0]]), 1000, 1e-3)[0]
    assert logs.tolist() == pytest.approx([0.0, *(n * 1000 * math.log1p(0.95e-3) for n in (1, 2))])
