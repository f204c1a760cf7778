"""Limits of the comparison: what just fits, and what does not."""

import gzip
from decimal import Decimal

import pytest

from darklaunch.diff.difference import Compared, VolatileValue
from darklaunch.diff.http.content_coding import MAXIMUM_BODY_BYTES, MAXIMUM_ENCODINGS, decode_content
from darklaunch.diff.http.form import parse_form
from darklaunch.diff.http.markup import MAXIMUM_MARKUP_BYTES, parse_html, parse_xml
from darklaunch.diff.http.markup_tree import MAXIMUM_ELEMENTS, ElementTreeBuilder, MarkupTooLargeError
from darklaunch.diff.http.multipart import parse_multipart
from darklaunch.diff.http.parsed_body import Binary, Json, Text, Undecodable
from darklaunch.diff.rules.action import MAXIMUM_QUOTED, quoted
from darklaunch.diff.values.json_text import MAXIMUM_VALUES, BodyTooLargeError, check_size, parse_exact
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


def test_a_body_of_64_mebibytes_is_the_longest_that_is_decoded():
    longest = bytes(64 * 2**20)
    assert len(longest) == MAXIMUM_BODY_BYTES
    assert decode_content(longest, ()) == longest
    assert decode_content(longest + b"x", ()) == Undecodable("larger than 67108864 bytes")


def test_four_content_codings_are_the_most_that_are_undone():
    body = b"x"
    for _ in range(MAXIMUM_ENCODINGS):
        body = gzip.compress(body)
    assert MAXIMUM_ENCODINGS == 4
    assert decode_content(body, ("gzip",) * 4) == b"x"
    assert decode_content(gzip.compress(body), ("gzip",) * 5) == Undecodable("more than 4 content encodings")


@pytest.mark.parametrize("parse", [parse_xml, parse_html])
def test_markup_of_eight_mebibytes_is_the_longest_that_is_read(parse):
    assert MAXIMUM_MARKUP_BYTES == 8 * 2**20
    longest = b"<p>x</p>".ljust(MAXIMUM_MARKUP_BYTES)
    assert isinstance(parse(longest, None), Json)
    assert parse(longest + b" ", None) == Undecodable("markup larger than 8388608 bytes")


def test_html_of_500_levels_is_the_deepest_that_is_read():
    # two levels are html and body, which a parser of HTML adds
    assert isinstance(parse_html(b"<div>" * 498, None), Json)
    assert parse_html(b"<div>" * 499, None) == Undecodable("nested too deeply")


def test_html_with_a_text_beyond_the_limit_of_its_parser_is_not_compared_by_what_was_read_before():
    # seven mebibytes that are fourteen as UTF-8
    body = b"<p>a</p><p>" + "é".encode("latin-1") * 7 * 2**20 + b"</p>"
    assert parse_html(body, "latin-1") == Undecodable(
        "markup nested too deeply, or with texts or entities that are too large"
    )


def test_half_a_million_elements_are_the_most_that_are_read():
    builder = ElementTreeBuilder()
    for _ in range(MAXIMUM_ELEMENTS):
        builder.start("a", {})
        builder.end("a")
    assert MAXIMUM_ELEMENTS == 500_000
    with pytest.raises(MarkupTooLargeError, match="more than 500000 elements"):
        builder.start("a", {})


def test_xml_of_more_elements_than_are_read_says_so():
    body = b"<r>" + b"<a/>" * MAXIMUM_ELEMENTS + b"</r>"
    assert parse_xml(body, None) == Undecodable("more than 500000 elements")


@pytest.mark.parametrize("kind", [bytes, bytes.decode])
def test_a_json_text_of_more_than_four_million_values_is_not_read(kind):
    # one opening bracket and a comma behind each value but the last
    assert MAXIMUM_VALUES == 4_000_000
    check_size(kind(b"[" + b"10," * 3_999_999 + b"1]"))
    with pytest.raises(BodyTooLargeError, match="more than 4000000 values"):
        parse_exact(kind(b"[" + b"10," * 4_000_000 + b"1]"))
