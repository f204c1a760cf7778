"""Two values side by side: which places are marked, and that nothing else becomes markup."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from darklaunch.publish.formatting import visible
from darklaunch.publish.page.marking import marked


@pytest.mark.parametrize(
    ("production", "shadow", "production_marked", "shadow_marked"),
    [
        ("12.30", "12.31", "12.<mark>30</mark>", "12.<mark>31</mark>"),
        ("[1,2,3]", "[1,3]", "[1,<mark>2,</mark>3]", "[1,3]"),
        ("same", "same", "same", "same"),
        ("alpha", "omega", "<mark>alpha</mark>", "<mark>omega</mark>"),
        (None, "<b>", "(nothing)", "<mark>&lt;b&gt;</mark>"),
        ("a", None, "<mark>a</mark>", "(nothing)"),
        ("", "a", "", "<mark>a</mark>"),
    ],
)
def test_the_places_that_differ_are_marked(production, shadow, production_marked, shadow_marked):
    pair = marked(production, shadow)
    assert (pair.production, pair.shadow) == (production_marked, shadow_marked)


def test_long_values_are_marked_between_their_common_ends():
    pair = marked("start " + "a " * 250 + "end", "start " + "b " * 250 + "end")
    assert pair.production.startswith("start <mark>a ")
    assert pair.production.endswith("</mark> end")


@given(st.text(max_size=80), st.text(max_size=80))
def test_without_the_marks_it_is_the_escaped_text(production, shadow):
    pair = marked(production, shadow)
    for value, side in ((production, pair.production), (shadow, pair.shadow)):
        assert re.sub("</?mark>", "", side) == escape(visible(value))


@given(st.text(max_size=40))
def test_equal_values_have_no_mark(value):
    assert "<mark>" not in marked(value, value).production
