"""The short form of the calibration, and its table."""

import sys

import numpy as np
import pytest

from darklaunch.stats import BLOCK, BLOCK_BASELINE, PROMOTE, UnitTable, late_regression
from darklaunch.stats.latency import bin_of
from tests.calibration import __main__ as program
from tests.calibration.batch import PLAIN, SIGNED, TAU, log_e
from tests.calibration.late import late_log_es
from tests.calibration.latency import histograms
from tests.calibration.row import Claim, Row, Size, about, at_most_alpha, median_day
from tests.calibration.table import as_lines, as_markdown

SHORT = Size(full=False)
NOT_REPRODUCED = {
    "C5": ["e-value, estimated design effect"],
    "C9": ["median day at 0.1 of the limit"],
}
"""Figures of the design that could not be reproduced."""


@pytest.mark.parametrize("name", program.ROWS)
def test_what_is_promised_holds(name):
    row = program.run_row(name, SHORT)
    assert row.broken == []
    assert [claim.name for claim in row.claims if claim.unmet] == NOT_REPRODUCED.get(name, [])


KINDS = [(1.0, 0.0), (0.05, 0.0), (1.0, 1.0), (0.3, -0.5), (1.0, -1.0)]
COUNTS = np.asarray(
    [
        [5000.0, 300.0, 3.0, 7.0, 1.0],
        [0.0, 0.0, 0.0, 0.0, 0.0],
        [10.0, 0.0, 9.0, 0.0, 0.0],
        [1e6, 9e5, 900.0, 40.0, 0.0],
    ]
)


@pytest.mark.parametrize("tau", [0.001, 0.0, 0.1])
def test_the_batch_gives_what_a_unit_table_gives(tau):
    batches = log_e(PROMOTE, tau, KINDS, COUNTS), log_e(BLOCK_BASELINE, tau, KINDS, COUNTS)
    for row, promote, block in zip(COUNTS, *batches, strict=True):
        table = UnitTable([(units, *kind) for units, kind in zip(row, KINDS, strict=True)], baseline=True)
        assert promote == pytest.approx(table.log_e_promote(tau), rel=1e-12, abs=1e-9)
        assert block == pytest.approx(table.log_e_block(tau), rel=1e-12, abs=1e-9)


def test_latencies_fall_into_the_bins_of_the_product():
    logs = np.log([[0.5, 1.5, 10.0, 999.0]])
    (arm,), _, first = histograms(logs)
    assert (np.flatnonzero(arm.sum(axis=0)) + first).tolist() == [bin_of(ms) for ms in (0.5, 1.5, 10.0, 999.0)]


def test_more_false_promotions_than_alpha_and_chance_allow_break_the_promise():
    assert at_most_alpha("promoted", 0.054, 20_000).holds
    assert not at_most_alpha("promoted", 0.056, 20_000).holds


def test_a_rival_may_stray_by_chance_in_the_short_form_only():
    assert about("Wilson", 0.21, 0.18, 1_000, SHORT).holds
    assert not about("Wilson", 0.21, 0.18, 1_000, Size(full=True)).holds


@pytest.mark.parametrize(("early", "fits"), [(0.5, True), (0.49, True), (0.62, False)])
def test_a_median_passes_when_chance_could_have_turned_it_over(early, fits):
    days = np.where(np.arange(1000) < early * 1000, 4.0, 5.0)
    assert median_day("day", days, 5).holds is fits


@pytest.mark.parametrize("share", [0.01, 0.2])
def test_the_program_fails_exactly_when_a_promise_is_broken(monkeypatch, capsys, share):
    def row(_size, _rng):
        return Row(id="C1", setup="none", claims=(at_most_alpha("promoted", share, 1000),))

    monkeypatch.setitem(program.ROWS, "C1", row)
    monkeypatch.setattr(sys, "argv", ["calibration", "--only", "C1"])
    assert program.main() == (share > 0.1)
    assert ("BROKEN" in capsys.readouterr().out) is (share > 0.1)


def test_both_tables_say_which_figure_was_not_reproduced():
    claim = Claim(name="rival", measured=0.17, wanted="about 0.17", rival=True, unmet="the design states 0.25")
    row = Row(id="C5", setup="clusters", claims=(at_most_alpha("promoted", 0.01, 1000), claim))
    assert any("NOT REPRODUCED: the design states 0.25" in line for line in as_lines(row))
    assert as_markdown(row) == (
        "| C5 | clusters | at most 0.05 | promoted 0.010 | rival 0.170 | ok, a stated figure not reproduced |"
    )


@pytest.mark.parametrize("baseline", [False, True])
def test_the_recursion_over_hours_gives_what_the_product_gives(baseline):
    kinds = SIGNED if baseline else PLAIN
    units = np.random.default_rng(4).multinomial(90, [0.97, 0.02, 0.01], 30)[np.newaxis, :, : len(kinds)]
    logs = late_log_es(BLOCK_BASELINE if baseline else BLOCK, TAU, kinds, units.astype(float))[0]
    hours = [[(count, *kind) for count, kind in zip(hour, kinds, strict=True)] for hour in units[0].tolist()]
    for until in (1, 7, 30):
        assert logs[until - 1] == pytest.approx(late_regression(hours[:until], TAU, baseline=baseline)[0], abs=1e-9)
