import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.stats import UnitTable, late_regression
from darklaunch.stats.hourly_table import HourlyTable, hourly_rows
from darklaunch.stats.late import late_regressions, stakes
from darklaunch.stats.sample import Sample
from tests.stats.tables import TAUS, rows

# values by the definition, in decimals of 60 digits
GOLDEN = json.loads(Path(__file__).with_name("golden_late.json").read_text(encoding="utf-8"))
HOURS = st.lists(rows(baseline=False).filter(any), min_size=1, max_size=8)


@pytest.mark.parametrize("case", GOLDEN["prior"])
def test_the_stakes_are_those_of_the_reference(case):
    assert stakes(case["hour"] + 1)[-1] == pytest.approx(case["prior"], rel=1e-8)


def test_all_stakes_together_never_exceed_one():
    assert stakes(24 * 3_000).sum() <= 1.0


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: case["name"])
def test_the_values_are_those_of_the_reference(case):
    hours = [[tuple(row) for row in hour] for hour in case["hours"]]
    log_e, since, of_stretch = late_regression(hours, case["tested"], baseline=case["baseline"])
    assert log_e == pytest.approx(case["log_e_late"], abs=1e-6)
    assert since == case["since_hour"]
    assert of_stretch == pytest.approx(case["log_e_of_that_stretch"], abs=1e-6)


@given(hours=HOURS, tested=TAUS)
def test_it_is_the_mixture_of_the_block_e_values_of_all_stretches(hours, tested):
    shares = stakes(len(hours))
    logs = [
        math.log(shares[since]) + UnitTable([row for hour in hours[since:] for row in hour]).log_e_block(tested)
        for since in range(len(hours))
    ]
    wanted = np.logaddexp.reduce([*logs, math.log1p(-shares.sum())])
    assert late_regression(hours, tested)[0] == pytest.approx(float(wanted), rel=1e-9, abs=1e-9)


@given(hours=HOURS, tested=TAUS)
def test_units_without_a_mismatch_are_no_evidence(hours, tested):
    clean = [[(units, weight, 0.0) for units, weight, _ in hour] + [(1, 1.0, 0.0)] for hour in hours]
    assert late_regression(clean, tested)[0] <= 1e-12


def test_hours_without_traffic_do_not_move_the_beginning():
    bad = [(50, 1.0, 0.0), (10, 1.0, 1.0)]
    assert late_regression([[(100, 1.0, 0.0)], [], bad, []], 0.001)[1] == 2


def test_a_heavier_unit_later_voids_bets_instead_of_ruining_them():
    hours = [[(100, 1.0, 0.0)], [(5, 1.0, 1.0)], [(1, 200.0, 0.0)]]
    log_e, _, of_stretch = late_regression(hours, 0.001)
    assert math.isfinite(log_e)
    assert math.isfinite(of_stretch)


def test_many_tables_with_many_kinds_of_units_give_the_same_as_one_by_one():
    random = np.random.default_rng(7)
    tables = [_table(random, size=int(random.integers(1, 3_000))) for _ in range(40)]
    together = [late for (late,) in late_regressions(tables, [(0.001,)] * len(tables), 400)]
    alone = [late_regressions([table], [(0.001,)], 400)[0][0] for table in tables]
    assert [each.since_hour for each in together] == [each.since_hour for each in alone]
    assert [each.log_e for each in together] == pytest.approx([each.log_e for each in alone], rel=1e-9, abs=1e-9)


def test_no_hours_are_refused():
    with pytest.raises(ValueError, match="give the rows of each hour"):
        late_regression([], 0.001)


def test_hours_without_a_unit_are_no_evidence():
    assert late_regression([[], []], 0.001)[0] <= 0.0


def _table(random: np.random.Generator, size: int) -> HourlyTable:
    units = random.integers(1, 50, size).astype(float)
    excesses = np.where(random.random(size) < 0.9, 0.0, random.random(size))
    sample = Sample(units=units, weights=random.random(size) + 0.1, excesses=excesses)
    return HourlyTable(rows=hourly_rows(sample, np.sort(random.integers(0, 400, size))), baseline=False)
