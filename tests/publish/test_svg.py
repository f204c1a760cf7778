"""Where things lie in the drawings."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.publish.svg import WIDTH, Scale, funnel_bar
from tests.publish import sample

SCALE = Scale(low=-0.005, high=0.2, unit=0.001)


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_a_larger_excess_never_lies_further_left(one, other):
    assert SCALE.x(min(one, other)) <= SCALE.x(max(one, other))
    assert 0 <= SCALE.x(one) <= WIDTH


def test_what_is_below_the_tolerated_excess_lies_left_of_its_line():
    made = SCALE.interval(sample.entry("GET /", "promote", 100_000, 10))
    assert made is not None
    assert made.low_x < made.excess_x < made.high_x < made.tolerated_x


def test_a_bound_far_on_the_left_is_cut_and_says_so():
    few = sample.entry("GET /", "hold", 41, 0)
    scale = Scale.over(few, [])
    assert scale.interval(few).cut
    assert not scale.interval(few | {"excess_low": -0.001}).cut


def test_every_upper_bound_and_every_tolerated_excess_is_on_the_scale():
    made = sample.full()
    scale = Scale.over(made["fleet"], made["endpoints"])
    assert all(entry["excess_high"] <= scale.high for entry in made["endpoints"])
    assert all(entry["tolerated_excess"] < scale.high for entry in made["endpoints"])


def test_an_endpoint_without_bounds_has_no_interval():
    assert SCALE.interval(sample.entry("GET /", "hold", 41, 0, excess_low=None)) is None


def test_labels_of_the_axis_leave_each_other_room():
    ticks = SCALE.ticks
    assert [tick.label for tick in ticks] == ["0", "0.1%", "1%", "10%"]
    assert all(right.x - left.x >= 15 for left, right in pairwise(ticks))


def test_a_scale_without_zero_is_refused():
    with pytest.raises(ValueError, match="zero"):
        Scale(low=0.1, high=0.2, unit=0.15)


def test_a_bar_holds_every_row_of_its_arm():
    rows = sample.full()["funnel"]["rows"]
    bar = funnel_bar(rows, "shadow")
    assert sum(segment.rows for segment in bar) == 268_712
    assert sum(segment.width for segment in bar) == pytest.approx(100, abs=0.01)


def test_a_box_nobody_knows_is_set_aside_and_not_lost():
    bar = funnel_bar({"paired": {"shadow": 3}, "eaten": {"shadow": 2}}, "shadow")
    assert [(segment.group, segment.rows) for segment in bar if segment.rows] == [("paired", 3), ("aside", 2)]


def test_an_arm_without_rows_has_an_empty_bar():
    assert [segment.width for segment in funnel_bar({"paired": {"shadow": 0}}, "shadow")] == [0, 0, 0, 0]
