import math

import pytest
from hypothesis import assume, given, settings

from darklaunch.stats import UnitTable, log_threshold
from tests.stats.tables import ALPHAS, GOLDEN, TAUS, from_counts, tables


@pytest.mark.parametrize("case", GOLDEN["clean_units_needed_from_nothing"])
def test_the_clean_units_needed_from_nothing_are_the_reference_value(case):
    assert UnitTable([]).units_needed(case["tau"], case["alpha"]) == pytest.approx(case["value"], abs=1e-3)


@pytest.mark.parametrize(
    ("mismatches", "needed"),
    [(0, 3.660), (1, 6.884), (2, 9.090), (3, 11.084), (4, 12.939), (5, 14.702), (10, 22.783), (20, 37.267)],
)
def test_each_mismatch_costs_as_many_clean_units_as_the_design_tabulates(mismatches, needed):
    # the table counts all units, mismatching ones included, in units of 1 / tau
    clean = from_counts(mismatches, mismatches).units_needed(0.001, 0.05)
    assert (clean + mismatches) * 0.001 == pytest.approx(needed, abs=6e-4)


@settings(deadline=None)
@given(table=tables(), tau=TAUS, alpha=ALPHAS)
def test_the_forecast_units_added_make_exactly_the_evidence(table, tau, alpha):
    needed = table.units_needed(tau, alpha)
    assume(needed)
    then = table + UnitTable([(needed, 1.0, 0.0)], baseline=table.baseline)
    assert then.log_e_promote(tau) == pytest.approx(log_threshold(alpha), rel=1e-9, abs=1e-9)


@settings(deadline=None)
@given(table=tables(), tau=TAUS, alpha=ALPHAS)
def test_nothing_is_needed_exactly_when_the_evidence_is_there(table, tau, alpha):
    assert (table.units_needed(tau, alpha) == 0.0) == (table.log_e_promote(tau) >= log_threshold(alpha))


@pytest.mark.parametrize("tau", [0.0, -0.1])
def test_no_clean_units_are_enough_without_a_tolerated_excess(tau):
    assert from_counts(1000, 0, 3, baseline=True).units_needed(tau, 0.05) is None


def test_without_a_tolerated_excess_nothing_is_needed_once_the_evidence_is_there():
    assert from_counts(1000, 0, 30, baseline=True).units_needed(0.0, 0.05) == 0.0


@pytest.mark.parametrize("tau", [5e-324, 1e-320])
def test_a_number_of_units_beyond_any_float_is_none(tau):
    assert UnitTable([]).units_needed(tau, 0.05) is None


def test_a_hopeless_table_still_has_a_finite_forecast():
    needed = from_counts(1_000_000, 1_000_000).units_needed(0.001, 0.05)
    assert 1e8 < needed < 1e10


@pytest.mark.parametrize(("n", "b"), [(0, 0), (500, 0), (2000, 0), (3000, 1), (9000, 5)])
def test_as_it_goes_at_least_as_many_are_needed_as_if_all_were_clean(n, b):
    table = from_counts(n, b)
    clean, expected = table.units_needed(0.001, 0.05), table.units_expected(0.001, 0.05)
    assert expected is not None
    assert expected >= clean > 0


def test_traffic_that_goes_on_as_expected_promotes_then():
    table = from_counts(10_000, 0, 0, baseline=True) + from_counts(2000, 40, 60, baseline=True)
    needed = table.units_expected(0.0, 0.05)
    share = needed / 12_000
    more = from_counts(12_000 * share, 40 * share, 60 * share, baseline=True)
    assert (table + more).log_e_promote(0.0) == pytest.approx(-math.log(0.05), abs=1e-6)


@pytest.mark.parametrize(("n", "b"), [(5000, 5), (100, 1), (50_000, 45)])
def test_an_excess_near_the_limit_is_promised_nothing(n, b):
    assert from_counts(n, b).units_expected(0.001, 0.05) is None


def test_what_is_promoted_needs_no_more():
    assert from_counts(9000, 0).units_expected(0.001, 0.05) == 0.0
    assert from_counts(0, 0).units_expected(0.0, 0.05) is None
