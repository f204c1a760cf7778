"""Edges: what no table can be is refused, what is just enough is enough."""

import math

import numpy as np
import pytest

from darklaunch.stats import UnitTable, closed_e_bh, e_bh, late_regression, log_threshold
from darklaunch.stats.hourly_table import HourlyTable, hourly_rows
from darklaunch.stats.sample import collapse

SOME = collapse([(1, 1.0, 0.5), (2, 1.0, 1.0)], lowest_excess=0.0)


def test_an_hour_before_the_launchs_first_is_refused():
    with pytest.raises(ValueError, match="hour -1: count from the launch's first"):
        HourlyTable(rows=hourly_rows(SOME, np.asarray([0, -1])), baseline=False)
    assert HourlyTable(rows=hourly_rows(SOME, np.asarray([0, 0])), baseline=False).kinds == 2


def test_hours_for_other_rows_are_refused():
    with pytest.raises(ValueError, match="3 hours for 2 rows: give one for each"):
        HourlyTable(rows=hourly_rows(SOME, np.asarray([0, 1, 2])), baseline=False)


@pytest.mark.parametrize("tested", [-0.001, 1.001, float("nan")])
def test_an_excess_that_no_release_can_have_is_not_tested(tested):
    with pytest.raises(ValueError, match=r"must lie in \[0, 1\]: give a tolerated excess"):
        late_regression([[(1, 1.0, 0.0)]], tested)


@pytest.mark.parametrize("tested", [0.0, 1.0])
def test_none_and_all_are_excesses(tested):
    assert late_regression([[(1, 1.0, 0.0)]], tested)[0] <= 1e-12


def test_tables_of_other_bets_do_not_add_up():
    with pytest.raises(ValueError, match="noisy == True plus noisy == False, must agree: bets are chosen once"):
        UnitTable([(1, 1.0, 0.0)], noisy=True) + UnitTable([(1, 1.0, 0.0)])
    with pytest.raises(ValueError, match="baseline == False plus baseline == True, must agree"):
        UnitTable([]) + UnitTable([], baseline=True)


def test_what_two_noisy_tables_add_up_to_is_noisy():
    both = UnitTable([(1, 1.0, 0.0)], noisy=True, baseline=True) + UnitTable([(2, 1.0, 0.0)], noisy=True, baseline=True)
    assert both == UnitTable([(3, 1.0, 0.0)], noisy=True, baseline=True)


def test_as_many_units_as_a_float_can_count_are_the_most():
    assert UnitTable([(2.0**53, 1.0, 0.0)]).effective_units == 2.0**53
    with pytest.raises(ValueError, match=r"units must lie in \[0, 2\*\*53\]: count units"):
        UnitTable([(2.0**53 + 2, 1.0, 0.0)])


def test_an_excess_of_all_that_is_nearly_refuted_is_not_refuted():
    few = UnitTable([(4, 1.0, 0.0)])
    assert -1.0 < few.log_e_promote(1.0) - log_threshold(0.05) < 0.0
    assert few.upper(0.05) == 1.0
    bad = UnitTable([(1, 1.0, 1.0)])
    alpha = math.exp(-bad.log_e_block(0.0) - 0.5)
    assert bad.lower(alpha) == 0.0


def test_two_of_three_are_rejected_together_that_would_not_be_one_by_one():
    log_es = [math.log(50.0), 0.0, math.log(20.5)]
    assert e_bh(log_es, 0.05, 3) == ()
    assert closed_e_bh(log_es, 0.05) == (0, 2)
