"""Text in cells: what a spreadsheet would calculate is text."""

import pytest

from darklaunch.publish.export.cells import cell_text, csv_text, is_formula_like


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(1)", " =1", "\u00a0=1", "\uff1d1"])
def test_a_formula_is_marked_as_text(text):
    assert is_formula_like(text)
    assert csv_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["GET /items/{id}", "a=1", "1-2", "", "'=1"])
def test_other_text_stays_as_it_is(text):
    assert csv_text(text) == text


def test_a_formula_behind_a_semicolon_is_marked_too():
    assert csv_text("a;=1+1; -2") == "a;'=1+1;' -2"


def test_what_acts_is_an_escape_and_what_is_long_says_so():
    assert cell_text("a\tb\r\u202e\x00") == "a\\tb\\r\\u202e\\x00"
    assert csv_text("\t=1").startswith("\\t=1")
    assert cell_text("x" * 100_000).endswith("… (97,000 more characters)")
    assert len(cell_text("\U000e0041" * 100_000)) <= 32_767
