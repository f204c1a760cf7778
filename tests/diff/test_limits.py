"""Limits of the comparison: what just fits, and what does not."""

from decimal import Decimal

from darklaunch.diff.difference import Compared, VolatileValue
from darklaunch.diff.http.form import parse_form
from darklaunch.diff.http.multipart import parse_multipart
from darklaunch.diff.http.parsed_body import Binary, Json, Text
from darklaunch.diff.rules.action import MAXIMUM_QUOTED, quoted
from darklaunch.diff.values.regex import MAXIMUM_MATCHED, pair_matcher


def test_a_text_of_ten_thousand_characters_is_the_longest_that_matches():
    matches = pair_matcher("a*")
    assert MAXIMUM_MATCHED == 10_000
    assert matches("a" * 10_000, "a")
    assert not matches("a" * 10_001, "a")
    assert not matches("a", "a" * 10_001)


def test_a_parameter_of_sixty_characters_is_quoted_whole():
    assert MAXIMUM_QUOTED == 60
    assert quoted("a" * 58) == '"' + "a" * 58 + '"'
    assert quoted("a" * 59) == '"' + "a" * 58 + "…"
    assert quoted("a\u202e") == '"a\\u202e"'


def test_an_exact_decimal_is_quoted_with_all_its_digits():
    assert quoted(Decimal("0.10000000000000000001")) == '"0.10000000000000000001"'


def test_bytes_are_told_by_size_and_twelve_digits_of_a_digest():
    assert Binary(b"abc").digest == "3 bytes, sha256 ba7816bf8f01"


def test_a_json_body_is_one_value_and_no_markup_unless_it_says_so():
    body = Json([])
    assert (body.markup, body.several, body.prefix) == (False, False, "")


def test_a_comparison_lists_all_that_differs_unless_it_says_so():
    assert Compared(False, ()).beyond == 0
    value = VolatileValue("$.body.a", 1, 0)
    assert (value.production, value.other) == (0, 0)


def test_a_form_is_read_in_its_charset():
    assert parse_form(b"a=%e9", "latin-1") == Json({"a": "é"})
    assert parse_form(b"a=%e9", "latin-1") == parse_form(b"a=%c3%a9", None)


def test_parts_begin_behind_a_blank_line_however_lines_end():
    def read(end):
        lines = [b"--x", b"content-type: text/plain", b"", b"hello", b"--x--", b""]
        return parse_multipart(end.join(lines), "x", lambda raw, _headers: Text(raw.decode()))

    part = {"headers": {"content-type": "text/plain"}, "body": "hello"}
    assert read(b"\r\n") == read(b"\n") == Json([part])
