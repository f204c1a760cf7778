"""Which hours a window is that is told by the clock or by a span."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.cli.command import Arguments
from darklaunch.cli.schedule.windows import NAMED, cut, named_window, parse_every, window_of
from darklaunch.errors import UsageError
from darklaunch.window import HOUR, Window

NOW = dt.datetime(2026, 3, 2, 14, 7, 31, 5, tzinfo=dt.timezone.utc)


def at(day, hour=0):
    return dt.datetime(2026, 3, day, hour, tzinfo=dt.timezone.utc)


@pytest.mark.parametrize(
    ("name", "now", "start", "end"),
    [
        ("last-hour", NOW, at(2, 13), at(2, 14)),
        ("last-hour", at(2, 14), at(2, 13), at(2, 14)),
        ("last-hour", at(2, 14) - dt.timedelta(microseconds=1), at(2, 12), at(2, 13)),
        ("last-hour", at(2) + dt.timedelta(minutes=5), at(1, 23), at(2)),
        ("yesterday", NOW, at(1), at(2)),
        ("yesterday", at(2), at(1), at(2)),
        ("yesterday", at(2) - dt.timedelta(microseconds=1), dt.datetime(2026, 2, 28, tzinfo=dt.timezone.utc), at(1)),
    ],
)
def test_a_named_window_is_the_hour_or_the_day_that_was_over_last(name, now, start, end):
    assert named_window(name, now) == Window(start=start, end=end)


@given(
    st.datetimes(timezones=st.just(dt.timezone.utc)).filter(lambda now: now.year > 1), st.sampled_from(sorted(NAMED))
)
def test_a_named_window_is_over_and_the_next_one_is_not(now, name):
    window = named_window(name, now)
    assert window.end <= now < window.end + NAMED[name]
    assert window.end - window.start == NAMED[name]


def test_an_unknown_name_is_answered_with_those_there_are():
    with pytest.raises(UsageError, match="found 'today', wanted last-hour or yesterday"):
        named_window("today", NOW)


@pytest.mark.parametrize("other", [{"start": "2026-03-02"}, {"end": "2026-03-02"}, {"start": "x", "end": "y"}])
def test_a_name_and_an_end_are_two_windows(other):
    with pytest.raises(UsageError, match="--window: found it beside --from or --to"):
        window_of(Arguments(command="run", window="yesterday", **other), NOW)


def test_a_command_line_names_its_window_either_way_or_none():
    assert window_of(Arguments(command="run"), NOW) is None
    assert window_of(Arguments(command="run", window="yesterday"), NOW) == Window(start=at(1), end=at(2))
    both = Arguments(command="run", start="2026-03-01", end="2026-03-02T00:00Z")
    assert window_of(both, NOW) == Window(start=at(1), end=at(2))


@pytest.mark.parametrize(("text", "hours"), [("1h", 1), ("6h", 6), ("1d", 24), ("14d", 336)])
def test_a_length_is_whole_hours_or_days(text, hours):
    assert parse_every(text) == hours * HOUR


@pytest.mark.parametrize("text", ["", "0h", "1", "30m", "1.5h", "-1h", "1 h", "h", "01h", "12345h", "\u0661h", "1h\n"])
def test_what_is_no_such_length_is_refused(text):
    with pytest.raises(UsageError, match=r"--every: found .*, wanted whole hours or days"):
        parse_every(text)


@given(st.integers(1, 40), st.integers(1, 30))
def test_the_windows_of_a_span_are_equal_next_to_each_other_and_all_of_it(number, hours):
    span = Window(start=at(1, 5), end=at(1, 5) + number * hours * HOUR)
    windows = cut(span, hours * HOUR, now=span.end)
    assert len(windows) == number
    assert {window.hours for window in windows} == {hours}
    assert (windows[0].start, windows[-1].end) == (span.start, span.end)
    assert all(first.end == second.start for first, second in itertools.pairwise(windows))


def test_a_rest_is_refused():
    with pytest.raises(UsageError, match=r"found 25 hours .*, wanted a multiple of the 24 hours of --every"):
        cut(Window(start=at(1), end=at(2, 1)), 24 * HOUR, now=at(3))


def test_an_hour_that_is_not_over_is_refused():
    assert len(cut(Window(start=at(2, 12), end=at(2, 14)), HOUR, now=NOW)) == 2
    with pytest.raises(UsageError, match=r"would be judged by half; give 2026-03-02T14:00:00\+00:00 or earlier"):
        cut(Window(start=at(2, 12), end=at(2, 15)), HOUR, now=NOW)
