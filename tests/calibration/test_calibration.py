"""The short form of the calibration: does every promise hold?"""

import numpy as np
import pytest

from darklaunch.stats import BLOCK_BASELINE, PROMOTE, UnitTable
from tests.calibration.__main__ import ROWS, SHORT, measured
from tests.calibration.batch import log_e


@pytest.mark.slow
@pytest.mark.parametrize("name", ROWS)
def test_what_is_promised_holds(name):
    assert measured(name, SHORT).broken == []


def test_the_batch_gives_what_a_unit_table_gives():
    kinds = [(1.0, 0.0), (0.05, 0.0), (1.0, 1.0), (0.3, -0.5)]
    counts = np.asarray([[5000.0, 300.0, 3.0, 7.0], [0.0, 0.0, 0.0, 0.0], [10.0, 0.0, 9.0, 0.0]])
    for row, promote, block in zip(
        counts, log_e(PROMOTE, 0.001, kinds, counts), log_e(BLOCK_BASELINE, 0.001, kinds, counts), strict=True
    ):
        table = UnitTable([(units, *kind) for units, kind in zip(row, kinds, strict=True)], baseline=True)
        assert promote == pytest.approx(table.log_e_promote(0.001), abs=1e-9)
        assert block == pytest.approx(table.log_e_block(0.001), abs=1e-9)
