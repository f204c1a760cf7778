"""Paths and the patterns that rules are written in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.diff.values.json_path import ANY_INDEX, parse_pattern, render_path
from darklaunch.errors import UsageError

ITEMS_PRICE = ("body", "items", ANY_INDEX, "price")


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("$.body.items[*].price", ITEMS_PRICE, True),
        ("$.body.items.*.price", ITEMS_PRICE, True),
        ("$.body['items'][*][\"price\"]", ITEMS_PRICE, True),
        ("$..price", ITEMS_PRICE, True),
        ("$.body..price", ITEMS_PRICE, True),
        ("$.body.items", ITEMS_PRICE, False),
        ("$.body.items[*].price.x", ITEMS_PRICE, False),
        ("$.headers['Content-Type']", ("headers", "content-type"), True),
        ("$.status", ("status",), True),
        ("$.body['it\\'s']", ("body", "it's"), True),
        ('$.body["it\'s"]', ("body", "it's"), True),
        ("$.body['a\\bc']", ("body", "a\bc"), True),
        ("$.body['\\f\\n\\r\\t\\/\\\\']", ("body", "\f\n\r\t/\\"), True),
        ("$.body['\\ud83d\\ude00\\u00e9']", ("body", "\U0001f600é"), True),
        ("$.body[ 'items' ][\t* ]['price']", ITEMS_PRICE, True),
        ("$ .body\n.items [*]..price", ITEMS_PRICE, True),
        ("$.body..[ 'price' ]", ITEMS_PRICE, True),
        ("$.body['\\ud800']", ("body", "\ud800"), True),
        ("$.headers.content-type", ("headers", "content-type"), True),
        ("$.body.été😀", ("body", "été😀"), True),
    ],
)
def test_a_pattern_names_the_paths_it_should(pattern, path, expected):
    assert parse_pattern(pattern).matches(path) is expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "body",
        "$",
        "$.boddy.x",
        "$.body[0]",
        "$.body[ 0 ]",
        "$.body[?@.x]",
        "$.body[1:2]",
        "$.body..",
        "$.body['x",
        "$body.x",
        "$.body.items.[*]",
        "$.body.['items']",
        "$.body.*name",
        "$.body.items[*]price",
        "$.body.x ",
        "$.body. x",
        "$.body.. x",
        "$.body['\\q']",
        "$.body['\\u12']",
        "$.body['\\\"']",
        "$.body['a\tb']",
        "$.body['a','b']",
        "$.body.1st",
    ],
)
def test_what_is_no_path_is_refused_with_what_was_wanted(text):
    with pytest.raises(UsageError, match="path: found"):
        parse_pattern(text)


steps = st.lists(st.sampled_from(["a", "b", ANY_INDEX]), max_size=4).map(lambda selectors: ("body", *selectors))
patterns = st.lists(st.sampled_from([".a", ".b", "[*]", "..a", "..*"]), max_size=3).map(
    lambda parts: "$.body" + "".join(parts)
)


@given(patterns, patterns, steps)
def test_two_patterns_that_name_one_path_overlap(first_path, second_path, path):
    first, second = parse_pattern(first_path), parse_pattern(second_path)
    if first.matches(path) and second.matches(path):
        assert first.overlaps(second)
        assert second.overlaps(first)


@pytest.mark.parametrize(
    ("first_path", "second_path", "expected"),
    [
        ("$.body.a", "$.body.b", False),
        ("$.body.*", "$.body.b", True),
        ("$.body..a", "$.body.x.y.a", True),
        ("$.body..a", "$.body..b", False),
        ("$.body.a.b", "$.body.a", False),
        ("$.status", "$..*", True),
    ],
)
def test_overlap_is_found_where_there_is_one_and_only_there(first_path, second_path, expected):
    assert parse_pattern(first_path).overlaps(parse_pattern(second_path)) is expected


@given(st.lists(st.text(max_size=4) | st.just(ANY_INDEX), max_size=4))
def test_a_rendered_path_is_a_pattern_of_itself_and_prints(names):
    path = ("body", *names)
    text = render_path(path)
    assert text.isprintable()
    assert parse_pattern(text).matches(path)
