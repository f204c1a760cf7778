"""Text and numbers as people read them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.publish import formatting
from darklaunch.text.numbers import rate
from darklaunch.text.undefined import Undefined


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.9499999, "94.9 %"),
        (0.95, "95 %"),
        (0.57, "57 %"),
        (0.98996, "98.9 %"),
        (0.99999, ">99.99 %"),
        (1.0, ">99.99 %"),
        (0.0002, "<0.1 %"),
        (0.0, "none"),
    ],
)
def test_a_confidence_is_never_rounded_up(value, written):
    assert formatting.confidence(value) == written


@pytest.mark.parametrize(("value", "written"), [(0, "none"), (0.2, "1"), (2345.6, "2,350"), (1_234_567, "1,240,000")])
def test_what_is_needed_is_rounded_up(value, written):
    assert formatting.needed(value) == written


@given(st.floats(0.01, 1e12))
def test_what_is_needed_is_never_less_than_it_is(value):
    assert int(formatting.needed(value).replace(",", "")) >= value


@pytest.mark.parametrize(
    ("value", "written"), [(0, "0.00 ms"), (0.5, "0.50 ms"), (12.34, "12.3 ms"), (1234.6, "1,235 ms")]
)
def test_latencies_keep_three_digits(value, written):
    assert formatting.milliseconds(value) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-05-01T00:00:00Z", "2026-05-01 00:00 UTC"),
        ("2026-05-01T02:00:00+02:00", "2026-05-01 00:00 UTC"),
        ("2026-05-01T00:00:00", "2026-05-01 00:00 UTC"),
        ("yesterday", "yesterday"),
    ],
)
def test_moments_are_told_in_utc(text, written):
    assert formatting.moment(text) == written


@given(st.text(st.characters()))
def test_visible_text_holds_nothing_that_acts(text):
    made = formatting.visible(text)
    assert {unicodedata.category(each) for each in made}.isdisjoint({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
    assert formatting.visible(made, longest=len(made)) == made
    made.encode()


def test_readable_text_stays_as_it_is():
    assert formatting.visible("GET /Straße/été/商品/عربى?q=a b\\n") == "GET /Straße/été/商品/عربى?q=a b\\n"


def test_letters_that_no_line_can_break_between_are_taken_apart():
    assert formatting.visible("\u0e01" + "\u0e33" * 6) == "\u0e01" + "\u0e33" * 4 + "\\u0e33" * 2


def test_a_tower_of_marks_is_taken_down():
    assert formatting.visible("e" + "\u0301" * 6) == "e" + "\u0301" * 4 + "\\u0301\\u0301"


def test_long_text_is_cut_and_says_by_how_much():
    assert formatting.visible("x" * 1700) == "x" * 600 + "… (1,100 more characters)"


def test_a_value_that_is_no_text_is_written_as_json():
    assert formatting.visible({"a": [True, None, "\u202e"]}) == '{"a": [true, null, "\\u202e"]}'
    assert formatting.visible(None) == "(nothing)"


def test_a_null_without_a_reason_admits_it():
    assert formatting.formatted(Undefined(), rate).reason == "no reason was recorded"
