"""Where the looks lie in the chart of a launch's confidence."""

from datetime import datetime, timedelta, timezone
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.decide.verdict import Verdict
from darklaunch.publish.history_chart import BOTTOM, LEFT, RIGHT, TOP, chart
from darklaunch.publish.html import environment
from darklaunch.publish.look import Look, Standing

START = datetime(2026, 5, 1, tzinfo=timezone.utc)
CONFIDENCES = st.one_of(st.none(), st.floats(0, 1))


def look(number, confidence, verdict="hold", regression=0.0):
    standing = Standing(
        verdict=Verdict(verdict),
        confidence=confidence,
        regression_confidence=regression,
        excess=None,
        excess_low=None,
        excess_high=None,
    )
    return Look(end=START + timedelta(days=number), look=number, fleet=standing, endpoints={})


def drawn(looks, level=0.95):
    template = environment().get_template("history.html.j2")
    return template.render(history=chart(looks, level))


def test_one_look_has_no_chart():
    assert chart([look(1, 0.5)], 0.95) is None
    assert drawn([look(1, 0.5)]).strip() == drawn([]).strip() == ""


@given(st.lists(CONFIDENCES, min_size=2, max_size=80), st.sampled_from([0.5, 0.9, 0.95, 0.99, 0.999]))
def test_every_point_lies_in_the_chart(confidences, level):
    made = chart([look(number, value, regression=value) for number, value in enumerate(confidences)], level)
    for point in (*made.confidence, *made.regression, *made.marks):
        assert LEFT <= point.x <= RIGHT
        assert TOP <= point.y <= BOTTOM
    assert TOP <= made.threshold.y <= BOTTOM


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_confidence_never_lies_lower_and_passes_the_line_only_at_the_level(lower, higher):
    made = chart([look(1, min(lower, higher)), look(2, max(lower, higher))], 0.95)
    low, high = (point.y for point in made.confidence)
    assert high <= low
    assert (high > made.threshold.y) <= (max(lower, higher) < 0.95)


def test_looks_lie_as_far_apart_as_their_windows_end():
    xs = [point.x for point in chart([look(0, 0.1), look(1, 0.2), look(4, 0.3)], 0.95).confidence]
    assert xs == [LEFT, LEFT + (RIGHT - LEFT) / 4, RIGHT]


def test_the_line_breaks_off_where_there_is_no_value():
    made = chart([look(1, 0.1), look(2, None), look(3, 0.3), look(4, 0.4)], 0.95)
    assert [point.command for point in made.confidence] == ["M", "M", "L"]


def test_labels_leave_each_other_room():
    for level in (0.9, 0.95, 0.98, 0.99):
        made = chart([look(1, 0.1), look(2, 0.2)], level)
        ys = sorted([made.threshold.y, *(tick.y for tick in made.ticks)])
        assert all(below - above >= 12 for above, below in pairwise(ys))


def test_of_many_looks_only_the_turns_of_the_verdict_are_marked():
    looks = [look(number, 0.5, "promote" if number >= 90 else "hold") for number in range(1, 121)]
    made = chart(looks, 0.95)
    assert [mark.verdict for mark in made.marks] == ["hold", "promote", "promote"]
    assert [(turn.look, turn.before, turn.after) for turn in made.turns] == [(90, "hold", "promote")]


def test_of_many_turns_the_last_are_told_and_the_others_counted():
    looks = [look(number, 0.5, "promote" if number % 2 else "hold") for number in range(1, 21)]
    made = chart(looks, 0.95)
    assert (len(made.turns), made.turns_left) == (8, 11)
    assert "11 earlier turns of the verdict" in drawn(looks)


def test_the_chart_of_a_month_by_the_hour_is_whole():
    looks = [look(number, number / 721) for number in range(1, 721)]
    page = drawn(looks)
    assert page.count("L") >= 719
    assert "more characters" not in page


@pytest.mark.parametrize("verdict", ["promote", "hold", "block"])
def test_the_page_has_the_chart_its_line_and_no_script(verdict):
    page = drawn([look(1, 0.2), look(2, 0.9612, verdict)])
    starts = []

    class Reading(HTMLParser):
        def handle_starttag(self, tag, attrs):
            starts.append((tag, dict(attrs)))

    Reading().feed(page)
    tags = [tag for tag, _ in starts]
    assert "script" not in tags
    label = next(attributes["aria-label"] for tag, attributes in starts if tag == "svg" and "role" in attributes)
    assert label == (
        f"Confidence to promote all endpoints together over 2 looks; now 96.1 %, wanted 95 %, verdict {verdict}"
    )
    assert "at most once in 20 such launches, however often anybody looks" in page
