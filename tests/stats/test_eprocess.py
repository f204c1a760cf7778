import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darklaunch.stats import BLOCK, BLOCK_BASELINE, PROMOTE, UnitTable
from darklaunch.stats.eprocess import log_capitals, log_mixture
from tests.stats.tables import GOLDEN, TAUS, from_counts, tables


@pytest.mark.parametrize("case", GOLDEN["log_e_promote"])
def test_log_e_promote_is_the_reference_value(case):
    table = from_counts(case["n"], case["b"], case["c"], baseline=True)
    assert table.log_e_promote(case["tau"]) == pytest.approx(case["value"], abs=1e-6)


@pytest.mark.parametrize("case", GOLDEN["log_e_block"])
def test_log_e_block_is_the_reference_value(case):
    table = from_counts(case["n"], case["b"], case["c"], baseline=case["baseline"])
    assert table.log_e_block(case["tau"]) == pytest.approx(case["value"], abs=1e-6)


def test_the_e_value_is_the_mixture_of_the_products_written_out():
    units = [(1.0, 0.0)] * 30 + [(0.5, 1.0)] * 2 + [(1.0, 0.25)]
    table = UnitTable([(1, weight, excess) for weight, excess in units])
    for grid, log_e in ((PROMOTE, table.log_e_promote(0.04)), (BLOCK, table.log_e_block(0.04))):
        live = [
            (bet, percent)
            for bet, percent in zip(grid.bets, grid.percents, strict=True)
            if not (grid is BLOCK and bet * 0.04 >= 1)
        ]
        capitals = (
            percent / 100 * math.prod(1 + bet * weight * (excess - 0.04) for weight, excess in units)
            for bet, percent in live
        )
        assert log_e == pytest.approx(math.log(sum(capitals)), rel=1e-12)


@pytest.mark.parametrize("baseline", [False, True])
@pytest.mark.parametrize("rate", [0.001, 0.05, 0.3])
def test_one_unit_at_the_tested_excess_is_worth_at_most_1_on_average(baseline, rate):
    outcomes = [(rate, 1.0), (1 - rate, 0.0)] if not baseline else [(rate + 0.1, 1.0), (0.1, -1.0)]
    rest = 1 - sum(chance for chance, _ in outcomes)
    outcomes.append((rest, 0.0))
    for side in ("log_e_promote", "log_e_block"):
        worth = sum(
            chance * math.exp(getattr(UnitTable([(1, 1.0, excess)], baseline=baseline), side)(rate))
            for chance, excess in outcomes
            if chance > 0
        )
        assert worth <= 1 + 1e-12


def test_evidence_of_a_billion_clean_units_does_not_overflow():
    table = from_counts(1_000_000_000, 0)
    assert table.log_e_promote(0.001) == pytest.approx(1e9 * math.log1p(0.001) + math.log(0.25), rel=1e-9)
    assert -math.inf <= table.log_e_block(0.001) < -1000


def test_evidence_of_a_million_mismatches_does_not_overflow():
    table = from_counts(1_000_000, 1_000_000)
    assert 1000 < table.log_e_block(0.001) < math.inf
    assert -math.inf < table.log_e_promote(0.001) < -1000


def test_far_more_mismatches_than_tolerated_still_have_a_finite_e_value():
    assert from_counts(1_000_000, 1000).log_e_promote(1e-5) == pytest.approx(-5.712152, abs=1e-6)


@pytest.mark.parametrize("tested", [1e-3, 1.2345678e-9, 1e-20])
def test_the_all_in_node_keeps_the_digits_of_a_tiny_excess(tested):
    capitals = log_capitals(PROMOTE, from_counts(1, 1).sample, np.array([tested]))
    assert capitals[0, 0] == pytest.approx(math.log(0.25) + math.log(tested), rel=1e-14)


def test_the_all_in_node_dies_of_one_full_mismatch_at_an_excess_of_0():
    capitals = log_capitals(PROMOTE, from_counts(1, 1).sample, np.array([0.0]))
    assert capitals[0, 0] == -np.inf
    assert np.isfinite(capitals[0, 1:]).all()


@pytest.mark.parametrize("baseline", [False, True])
def test_at_a_tolerated_excess_of_0_clean_units_say_nothing(baseline):
    table = from_counts(10_000, 0, baseline=baseline)
    assert table.log_e_promote(0.0) == pytest.approx(0.0, abs=1e-12)
    assert table.log_e_block(0.0) == pytest.approx(0.0, abs=1e-12)


def test_at_a_tolerated_excess_of_0_the_sign_of_the_differences_decides():
    assert from_counts(1000, 5, 40, baseline=True).log_e_promote(0.0) > 5
    assert from_counts(1000, 40, 5, baseline=True).log_e_block(0.0) > 5


def test_an_empty_table_is_no_evidence():
    empty = UnitTable([])
    assert empty.log_e_promote(0.001) == pytest.approx(0.0, abs=1e-12)
    # the nodes that are void at this excess have lost their share
    assert empty.log_e_block(0.001) == pytest.approx(math.log(0.95))


def test_a_mixture_whose_nodes_are_all_ruined_is_minus_infinity():
    assert log_mixture(np.full((1, 3), -np.inf))[0] == -np.inf


@settings(deadline=None)
@given(table=tables(), taus=st.tuples(TAUS, TAUS))
def test_a_larger_tolerated_excess_never_weakens_promote_nor_strengthens_block(table, taus):
    small, large = sorted(taus)
    assert table.log_e_promote(small) <= table.log_e_promote(large) + 1e-9
    assert table.log_e_block(small) >= table.log_e_block(large) - 1e-9


@settings(deadline=None)
@given(table=tables(), tau=TAUS, clean=st.integers(1, 1_000_000))
def test_more_clean_units_never_lower_promote_nor_raise_block(table, tau, clean):
    more = table + UnitTable([(clean, 1.0, 0.0)], baseline=table.baseline)
    assert more.log_e_promote(tau) >= table.log_e_promote(tau) - 1e-9
    assert more.log_e_block(tau) <= table.log_e_block(tau) + 1e-9


@settings(deadline=None)
@given(table=tables(), tau=TAUS, count=st.integers(1, 50))
def test_more_mismatches_never_raise_promote_nor_lower_block(table, tau, count):
    more = table + UnitTable([(count, 1.0, 1.0)], baseline=table.baseline)
    assert more.log_e_promote(tau) <= table.log_e_promote(tau) + 1e-9
    assert more.log_e_block(tau) >= table.log_e_block(tau) - 1e-9


def test_the_baseline_grid_is_the_one_used_with_a_baseline_arm():
    # one clean unit: sum over nodes of share * (1 - bet * tau), without those that are void
    total = sum(
        percent / 100 * (1 - bet * 0.2)
        for bet, percent in zip(BLOCK_BASELINE.bets, BLOCK_BASELINE.percents, strict=True)
        if bet * 1.2 < 1
    )
    assert from_counts(1, 0, baseline=True).log_e_block(0.2) == pytest.approx(math.log(total))
