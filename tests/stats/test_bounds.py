import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darklaunch.stats import PROMOTE, UnitTable, log_threshold
from darklaunch.stats.batch import lowers, uppers
from darklaunch.stats.bounds import last_unrefuted
from tests.stats.tables import ALPHAS, GOLDEN, TAUS, from_counts, tables


@pytest.mark.parametrize("case", GOLDEN["interval_95_two_sided_counts"])
def test_the_two_sided_interval_is_the_reference_value(case):
    table = from_counts(case["n"], case["b"], case["c"], baseline=case["baseline"])
    assert table.bounds(0.95) == pytest.approx(case["value"], abs=6e-10)


@pytest.mark.parametrize("case", GOLDEN["one_sided_bounds_alpha_05"])
def test_the_one_sided_bounds_are_the_reference_values(case):
    table = from_counts(case["n"], case["b"], case["c"], baseline=case["baseline"])
    assert table.upper(0.05) == pytest.approx(case["upper"], rel=1e-5)
    assert table.lower(0.05) == pytest.approx(case["lower"], rel=1e-5)


@settings(deadline=None)
@given(table=tables(), alpha=ALPHAS, tau=TAUS)
def test_promote_exactly_when_the_upper_bound_lies_below_the_tolerated_excess(table, alpha, tau):
    assert (table.log_e_promote(tau) >= log_threshold(alpha)) == (table.upper(alpha) < tau)


@settings(deadline=None)
@given(table=tables(), alpha=ALPHAS, tau=TAUS)
def test_block_exactly_when_the_lower_bound_lies_above_the_tolerated_excess(table, alpha, tau):
    assert (table.log_e_block(tau) >= log_threshold(alpha)) == (table.lower(alpha) > tau)


@settings(deadline=None)
@given(table=tables(), alpha=ALPHAS)
def test_a_bound_is_the_last_number_not_refuted(table, alpha):
    upper, lower, threshold = table.upper(alpha), table.lower(alpha), log_threshold(alpha)
    assert table.log_e_promote(upper) < threshold
    assert table.log_e_block(lower) < threshold
    if upper < 1.0:
        assert table.log_e_promote(math.nextafter(upper, 1.0)) >= threshold
    if lower > (-1.0 if table.baseline else 0.0):
        assert table.log_e_block(math.nextafter(lower, -1.0)) >= threshold


@pytest.mark.parametrize(("b", "c"), [(b, c) for b in (0, 1, 3) for c in range(0, 16, 2)])
def test_at_a_tolerated_excess_of_0_bounds_and_evidence_agree_where_a_node_turns_void(b, c):
    table = from_counts(100, b, c, baseline=True)
    assert (table.log_e_promote(0.0) >= log_threshold(0.05)) == (table.upper(0.05) < 0.0)
    mirrored = from_counts(100, c, b, baseline=True)
    assert (mirrored.log_e_block(0.0) >= log_threshold(0.05)) == (mirrored.lower(0.05) > 0.0)


@pytest.mark.parametrize("count", range(1, 400, 7))
def test_bounds_and_evidence_agree_at_the_very_excess_where_a_node_turns_void(count):
    # with small weights only, the node 1000 is worth something just below 0.001 and is void there
    table = UnitTable([(count * 100, 0.01, 0.0), (count, 0.01, 1.0)])
    assert (table.log_e_block(0.001) >= log_threshold(0.05)) == (table.lower(0.05) > 0.001)


@settings(deadline=None)
@given(table=tables(), alpha=ALPHAS)
def test_the_estimate_lies_inside_the_bounds(table, alpha):
    if table.estimate is not None:
        assert table.lower(alpha) <= table.estimate <= table.upper(alpha)


@settings(deadline=None)
@given(table=tables(), levels=st.tuples(*[st.floats(0.01, 0.9999)] * 2))
def test_a_wider_level_is_a_wider_interval(table, levels):
    narrow, wide = (table.bounds(level) for level in sorted(levels))
    assert wide[0] <= narrow[0] <= narrow[1] <= wide[1]


@settings(deadline=None)
@given(table=tables(), alpha=ALPHAS)
def test_the_two_sided_interval_has_each_side_at_half_of_the_rest(table, alpha):
    low, high = table.bounds(1.0 - alpha)
    assert low == pytest.approx(table.lower(alpha / 2), rel=1e-9, abs=1e-12)
    assert high == pytest.approx(table.upper(alpha / 2), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("baseline", "lowest"), [(False, 0.0), (True, -1.0)])
def test_an_empty_table_refutes_nothing(baseline, lowest):
    assert UnitTable([], baseline=baseline).bounds(0.95) == (lowest, 1.0)


def test_one_unit_refutes_nothing():
    assert from_counts(1, 0).bounds(0.95) == (0.0, 1.0)
    assert from_counts(1, 0, baseline=True).bounds(0.95) == (-1.0, 1.0)


def test_clean_units_bound_the_excess_from_above_only():
    low, high = from_counts(10**9, 0).bounds(0.95)
    assert low == 0.0
    assert high == pytest.approx(4.41e-9, rel=0.01)


@pytest.mark.parametrize("baseline", [False, True])
def test_when_every_unit_mismatches_the_upper_bound_is_1(baseline):
    low, high = from_counts(1000, 1000, baseline=baseline).bounds(0.95)
    assert high == 1.0
    assert 0.9 < low < 1.0


def test_when_every_unit_is_negative_the_lower_bound_is_minus_1():
    low, high = from_counts(1000, 0, 1000, baseline=True).bounds(0.95)
    assert low == -1.0
    assert -1.0 < high < -0.9


def test_bounds_of_a_table_with_many_different_rows_obey_the_same_law():
    table = UnitTable([(100_000, 1.0, 0.0), *((1 + k % 3, 1.0, k / 997) for k in range(1, 997))])
    upper, lower = table.upper(0.05), table.lower(0.05)
    assert lower < table.estimate < upper
    assert table.log_e_promote(upper * (1 + 1e-12)) >= log_threshold(0.05) > table.log_e_promote(upper * (1 - 1e-12))
    assert table.log_e_block(lower * (1 - 1e-12)) >= log_threshold(0.05) > table.log_e_block(lower * (1 + 1e-12))


def test_evidence_that_does_not_depend_on_the_excess_keeps_the_start():
    weightless = UnitTable([(1, 5e-324, 0.25)])
    everywhere = weightless.log_e_promote(0.5)
    kept = last_unrefuted(PROMOTE, [weightless.sample], furthest=1.0, threshold=everywhere)
    assert kept.tolist() == [0.25]


@pytest.mark.parametrize("rows", [[(1, 5e-324, 1.0)], [(1, 1e-310, 0.5)], [(2.0**53, 1e300, 1.0)]])
def test_weights_as_extreme_as_numbers_can_be_have_bounds(rows):
    table = UnitTable(rows, baseline=True)
    assert -1.0 <= table.lower(0.05) <= table.estimate <= table.upper(0.05) <= 1.0


@pytest.mark.parametrize("alpha", [0.05, 0.001])
def test_many_tables_at_once_have_the_bounds_of_each_alone(alpha):
    counts = [(0, 0), (10, 0), (1000, 3), (50_000, 0), (50_000, 60), (7, 7)]
    many = [from_counts(n, b, baseline=baseline) for n, b in counts for baseline in (False, True)]
    assert uppers(many, alpha) == [table.upper(alpha) for table in many]
    assert lowers(many, alpha) == [table.lower(alpha) for table in many]


def test_an_alpha_next_to_1_still_has_bounds():
    low, high = from_counts(1000, 10).bounds(1e-16)
    assert low <= 0.01 <= high
    assert from_counts(1000, 10).upper(1.0 - 2**-53) >= 0.01
