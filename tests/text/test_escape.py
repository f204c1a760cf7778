"""Escapes: what is printed shows every character and does nothing."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.publish.formatting import visible
from darklaunch.text.escape import MAXIMUM_CHARACTERS, cut, escape, printable, printable_ascii, quoted

EVERY = [chr(point) for point in range(sys.maxunicode + 1)]


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a\x1b[2J", "a\\x1b[2J"),
        ("a\nb\rc\td", "a\\nb\\rc\\td"),
        ("\u202e\x9b\x7f", "\\u202e\\x9b\\x7f"),
        ("\ud800\U000e0001", "\\ud800\\U000e0001"),
        ("größe '\\'", "größe '\\'"),
    ],
)
def test_what_acts_is_escaped_and_the_rest_stays(text, escaped):
    assert printable(text) == escaped


def test_whatever_can_not_be_printed_is_escaped_in_one_spelling():
    escaped = [character for character in EVERY if not character.isprintable()]
    assert [escape(character) for character in escaped] == [
        character.encode("unicode_escape", "surrogatepass").decode() for character in escaped
    ]


@given(st.text())
def test_a_comment_is_one_line_of_ascii(text):
    assert printable_ascii(text).isascii()
    assert printable_ascii(text).isprintable()
    assert printable_ascii(printable_ascii(text)) == printable_ascii(text)


@given(st.text(st.characters(categories=("Cc", "Zl", "Zp")), max_size=20))
def test_the_report_spells_its_escapes_likewise(text):
    assert visible(text) == printable(text)


@given(st.text())
def test_an_error_names_a_value_in_a_few_printable_characters(text):
    assert cut(text).isprintable()
    assert len(cut(text)) <= MAXIMUM_CHARACTERS
    assert quoted(text) == f"'{cut(text)}'"
