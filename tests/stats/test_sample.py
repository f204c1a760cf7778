import math

import numpy as np
import pytest

from darklaunch.stats.sample import Sample, collapse


def test_equal_rows_are_collapsed_and_sorted():
    sample = collapse([(2, 1.0, 1.0), (3, 0.5, 0.0), (1, 1.0, 0.0), (4, 1.0, 1.0)], lowest_excess=0.0)
    assert sample.rows() == ((3.0, 0.5, 0.0), (1.0, 1.0, 0.0), (6.0, 1.0, 1.0))


def test_rows_of_0_units_leave_no_trace():
    assert collapse([(0, 1.0, 1.0)], lowest_excess=0.0).rows() == ()


def test_minus_zero_is_zero():
    sample = collapse([(1, 1.0, -0.0), (1, 1.0, 0.0)], lowest_excess=0.0)
    assert sample.rows() == ((2.0, 1.0, 0.0),)
    assert not np.signbit(sample.excesses[0])


def test_any_iterable_of_rows_will_do():
    assert collapse(((1, 1.0, 0.5) for _ in range(3)), lowest_excess=0.0).rows() == ((3.0, 1.0, 0.5),)


def test_the_columns_can_not_be_written_on():
    sample = collapse([(1, 1.0, 0.0)], lowest_excess=0.0)
    with pytest.raises(ValueError, match="read-only"):
        sample.units[0] = 5


@pytest.mark.parametrize(
    ("row", "lowest", "message"),
    [
        ((-1, 1.0, 0.0), 0.0, r"units must lie in \[0, 2\*\*53\]"),
        ((math.inf, 1.0, 0.0), 0.0, "units must lie"),
        ((math.nan, 1.0, 0.0), 0.0, "units must lie"),
        ((1, 0.0, 0.0), 0.0, "weight must be a finite number above 0"),
        ((1, math.inf, 0.0), 0.0, "weight must be"),
        ((1, math.nan, 0.0), 0.0, "weight must be"),
        ((1, 1.0, -0.1), 0.0, r"excess must lie in \[0, 1\] without a baseline arm"),
        ((1, 1.0, 1.1), 0.0, r"without a baseline arm: divide"),
        ((1, 1.0, -1.1), -1.0, r"excess must lie in \[-1, 1\] with a baseline arm: divide"),
        ((1, 1.0, math.nan), -1.0, "excess must lie"),
        ((1, 1.0), 0.0, "has 2 members"),
    ],
)
def test_a_row_out_of_range_is_refused_by_its_place(row, lowest, message):
    with pytest.raises(ValueError, match=message) as caught:
        collapse([(1, 1.0, 0.0), row], lowest_excess=lowest)
    assert "row 1 " in str(caught.value)


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="of one shape"):
        Sample(units=np.ones(2), weights=np.ones(3), excesses=np.ones(2))
