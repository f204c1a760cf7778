"""Where things lie in the drawings."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.capture.arm import Arm
from darklaunch.pair.funnel import Box, Fate
from darklaunch.publish.excess_range import ExcessRange
from darklaunch.publish.svg import WIDTH, Scale, funnel_bar
from tests.publish import sample

SCALE = Scale(range=ExcessRange(low=-0.005, high=0.2, unit=0.001))


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_a_larger_excess_never_lies_further_left(first, second):
    assert SCALE.x(min(first, second)) <= SCALE.x(max(first, second))
    assert 0 <= SCALE.x(first) <= WIDTH


def test_what_is_below_the_tolerated_excess_lies_left_of_its_line():
    made = SCALE.interval(sample.report_of(sample.entry("GET /", "promote", 100_000, 10)))
    assert made is not None
    assert made.low_x < made.excess_x < made.high_x < made.tolerated_x


def test_a_bound_far_on_the_left_is_cut_and_says_so():
    few = sample.entry("GET /", "hold", 41, 0)
    scale = Scale(range=ExcessRange.over(sample.report_of(few), []))
    assert scale.interval(sample.report_of(few)).cut
    assert not scale.interval(sample.report_of(few | {"excess_low": -0.001})).cut


def test_every_upper_bound_and_every_tolerated_excess_is_on_the_scale():
    made = sample.report(sample.full())
    drawn = ExcessRange.over(made.fleet, made.endpoints)
    assert all(endpoint.excess_high <= drawn.high for endpoint in made.endpoints)
    assert all(endpoint.tolerated_excess < drawn.high for endpoint in made.endpoints)


def test_an_endpoint_without_bounds_has_no_interval():
    assert SCALE.interval(sample.report_of(sample.entry("GET /", "hold", 41, 0, excess_low=None))) is None


def test_labels_of_the_axis_leave_each_other_room():
    ticks = SCALE.ticks
    assert [tick.label for tick in ticks] == ["0", "0.1%", "1%", "10%"]
    assert all(right.x - left.x >= 15 for left, right in pairwise(ticks))


def test_a_scale_without_zero_is_refused():
    with pytest.raises(ValueError, match="zero"):
        ExcessRange(low=0.1, high=0.2, unit=0.15)


def test_a_bar_holds_every_row_of_its_arm():
    bar = funnel_bar(sample.report(sample.full()).window.funnel.rows, Arm.SHADOW)
    assert sum(segment.rows for segment in bar) == 268_712
    assert sum(segment.width for segment in bar) == pytest.approx(100, abs=0.01)


def test_every_box_has_a_part_of_the_bar_and_a_meaning():
    bar = funnel_bar({box: {Arm.SHADOW: 1} for box in Box}, Arm.SHADOW)
    assert [(segment.fate, segment.rows) for segment in bar] == [
        (Fate.PAIRED, 1), (Fate.MISSING, 2), (Fate.UNUSABLE, 7), (Fate.ASIDE, 3),
    ]  # fmt: skip
    assert len({box.meaning for box in Box}) == len(Box)


def test_an_arm_without_rows_has_an_empty_bar():
    assert [segment.width for segment in funnel_bar({Box.PAIRED: {Arm.SHADOW: 0}}, Arm.SHADOW)] == [0, 0, 0, 0]
