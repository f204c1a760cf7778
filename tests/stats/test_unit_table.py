import itertools
import math
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darklaunch.stats import UnitTable
from tests.stats.tables import GOLDEN, TAUS, from_counts, rows, tables


@pytest.mark.parametrize("case", GOLDEN["unit_tables"])
def test_a_table_of_sessions_has_the_reference_values(case):
    table = UnitTable(case["rows"], baseline=case["baseline"])
    assert table.log_e_promote(case["tau"]) == pytest.approx(case["log_e_promote"], abs=1e-6)
    assert table.log_e_block(case["tau"]) == pytest.approx(case["log_e_block"], abs=1e-6)
    assert table.bounds(0.95) == pytest.approx(case["interval_95_two_sided"], abs=6e-9)
    assert table.estimate == pytest.approx(case["estimate"], abs=6e-9)
    assert table.units_needed(case["tau"], 0.05) == pytest.approx(case["clean_units_needed"], abs=1e-3)


def test_effective_units_are_the_sum_of_the_weights():
    assert UnitTable([(100, 1.0, 0.0), (50, 0.1, 1.0)]).effective_units == pytest.approx(105.0)
    assert UnitTable([]).effective_units == 0.0


def test_the_estimate_is_the_weighted_mean_excess():
    assert UnitTable([(90, 1.0, 0.0), (100, 0.1, 0.5)]).estimate == pytest.approx(0.05)
    assert from_counts(100, 1, 5, baseline=True).estimate == pytest.approx(-0.04)


def test_an_empty_table_has_no_estimate():
    assert UnitTable([]).estimate is None
    assert UnitTable([(0, 1.0, 1.0)]).estimate is None


def test_very_small_weights_still_have_an_estimate():
    assert UnitTable([(0.1, 5e-324, 0.5)]).estimate == 0.5


@settings(deadline=None)
@given(parts=st.booleans().flatmap(lambda arm: st.lists(tables(baseline=arm), min_size=2, max_size=4)))
def test_the_order_of_merging_never_changes_a_bit(parts):
    merged = {sum(order[1:], start=order[0]) for order in itertools.islice(itertools.permutations(parts), 24)}
    assert len(merged) == 1
    values = {(table.log_e_promote(0.001), table.log_e_block(0.001)) for table in merged}
    at_once = UnitTable([row for part in parts for row in part.rows], baseline=parts[0].baseline)
    assert values == {(at_once.log_e_promote(0.001), at_once.log_e_block(0.001))}


@settings(deadline=None)
@given(some=rows(baseline=True), tau=TAUS, cut=st.integers(1, 9))
def test_splitting_units_in_parts_and_merging_changes_nothing(some, tau, cut):
    halves = [(units * share, weight, excess) for units, weight, excess in some for share in (cut / 10, 1 - cut / 10)]
    whole, parts = UnitTable(some, baseline=True), UnitTable(halves, baseline=True)
    assert parts.log_e_promote(tau) == pytest.approx(whole.log_e_promote(tau), rel=1e-9, abs=1e-9)
    assert parts.log_e_block(tau) == pytest.approx(whole.log_e_block(tau), rel=1e-9, abs=1e-9)


def test_an_empty_table_adds_nothing():
    table = from_counts(1000, 3)
    assert table + UnitTable([]) == table


def test_tables_with_and_without_a_baseline_do_not_add():
    with pytest.raises(ValueError, match="must agree"):
        UnitTable([]) + UnitTable([], baseline=True)


def test_tables_of_the_same_units_are_equal_and_hash_alike():
    forwards, backwards = UnitTable([(1, 1.0, 0.0), (2, 1.0, 1.0)]), UnitTable([(2, 1.0, 1.0), (1, 1.0, 0.0)])
    assert forwards == backwards
    assert hash(forwards) == hash(backwards)
    assert forwards != UnitTable(forwards.rows, baseline=True)


@pytest.mark.parametrize("name", ["rows", "baseline", "other"])
def test_a_table_can_not_be_changed(name):
    # a slotted frozen class answers an unknown name with TypeError on some versions of Python
    with pytest.raises((AttributeError, TypeError)):
        setattr(UnitTable([]), name, ())


def test_a_table_survives_a_pickle():
    table = from_counts(10_000, 3, 2, baseline=True)
    copy = pickle.loads(pickle.dumps(table))  # noqa: S301 - our own bytes
    assert copy == table
    assert copy.bounds(0.95) == table.bounds(0.95)


def test_a_negative_excess_needs_a_baseline_arm():
    assert UnitTable([(1, 1.0, -0.5)], baseline=True).estimate == -0.5
    with pytest.raises(ValueError, match="without a baseline arm"):
        UnitTable([(1, 1.0, -0.5)])


@pytest.mark.parametrize("tau", [-0.001, 1.001, math.nan, math.inf])
@pytest.mark.parametrize("ask", ["log_e_promote", "log_e_block"])
def test_a_tolerated_excess_that_can_not_be_is_refused(ask, tau):
    with pytest.raises(ValueError, match=r"must lie in \[0, 1\]"):
        getattr(UnitTable([]), ask)(tau)


def test_with_a_baseline_arm_the_tested_excess_may_be_negative():
    assert from_counts(1000, 0, 300, baseline=True).log_e_promote(-0.1) > 3
    with pytest.raises(ValueError, match=r"must lie in \[-1, 1\]"):
        UnitTable([], baseline=True).log_e_promote(-1.5)


@pytest.mark.parametrize("alpha", [0.0, 1.0, -0.05, math.nan])
@pytest.mark.parametrize("ask", ["upper", "lower"])
def test_an_alpha_that_is_no_probability_is_refused(ask, alpha):
    with pytest.raises(ValueError, match="strictly between 0 and 1"):
        getattr(UnitTable([]), ask)(alpha)


@pytest.mark.parametrize("level", [0.0, 1.0, 95, math.nan])
def test_a_level_that_is_no_probability_is_refused(level):
    with pytest.raises(ValueError, match=r"level == .* strictly between 0 and 1"):
        from_counts(10, 0).bounds(level)
