"""How many hours have been learned from, however windows overlap?"""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from darklaunch.noise.learned import hours_covered
from darklaunch.window import HOUR, Window

START = dt.datetime(2026, 3, 2, tzinfo=dt.timezone.utc)
WINDOWS = st.lists(
    st.builds(
        lambda at, hours: Window(start=START + at * HOUR, end=START + (at + hours) * HOUR),
        st.integers(0, 40),
        st.integers(1, 20),
    ),
    max_size=6,
)


@given(windows=WINDOWS, until=st.none() | st.integers(-5, 70).map(lambda at: START + at * HOUR))
def test_overlapping_hours_count_once_and_only_those_before_a_moment(windows, until):
    hours = {window.start + number * HOUR for window in windows for number in range(window.hours)}
    assert hours_covered(windows, until=until) == sum(1 for hour in hours if until is None or hour < until)


def test_a_window_of_centuries_is_counted_at_once():
    window = Window(start=dt.datetime(1900, 1, 1, tzinfo=dt.timezone.utc), end=START)
    assert hours_covered([window]) == window.hours
