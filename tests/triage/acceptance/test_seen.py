"""Differences of a cause as the table of pairs holds them, and their values, read back."""

from decimal import Decimal

import pytest

from darklaunch.diff.difference import Kind
from darklaunch.diff.privacy.masking import MAXIMUM_LENGTH
from darklaunch.diff.privacy.secrets import MASKED
from darklaunch.triage.acceptance import seen
from darklaunch.triage.acceptance.seen import Hidden, NoValue, SeenDifference, seen_differences
from darklaunch.triage.finding import group_parts
from tests.triage.windows import difference, pair, pairs_table, part_of, rows_table


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (None, NoValue.ABSENT),
        ("null", None),
        ("true", True),
        ("12", 12),
        ("1.50", Decimal("1.50")),
        ('"a"', "a"),
        ("{3 members}", Hidden.OBJECT),
        ("[12 elements]", Hidden.ARRAY),
        ('"{3 members}"', "{3 members}"),
        ("NaN", Hidden.SCALAR),
        ("no JSON", Hidden.SCALAR),
        ("[1]", Hidden.SCALAR),
        (f'"{MASKED}"', Hidden.SCALAR),
        ('"' + "a" * (MAXIMUM_LENGTH - 2) + "…", Hidden.SCALAR),
        ('"a…"', "a…"),
    ],
)
def test_a_value_is_what_its_text_says_or_hidden(text, value):
    found = seen._value(text, "$.body.a")
    assert found == value
    assert type(found) is type(value)


def test_of_a_body_as_a_whole_nothing_but_an_excerpt_is_known():
    assert seen._value('"a"', "$.body") is Hidden.SCALAR


def found(place, kind, production, shadow, requests):
    return SeenDifference(
        endpoint="GET /items/{id}", path=place, kind=kind, production=production, shadow=shadow, requests=requests
    )


def seen_of(tables, path):
    """What was seen of the cause whose first requests differ at a path."""
    parts = [part_of(each, rows_table([])) for each in tables]
    causes, _ = group_parts(parts)
    (cause,) = [each for each in causes if any(path in change.path for change in each.members[0].changes)]
    return seen_differences(parts, cause)


def test_differences_of_a_cause_are_counted_by_place_kind_and_values_whatever_the_parts():
    price = difference("$.body.prices['sku-17']", "type_changed", '"1"', "1")
    other = difference("$.body.prices['sku-23']", "type_changed", '"1"', "2")
    went = difference("$.body.tax", "missing", "1", None)
    settled = difference("$.body.at", rule="ignore $.body.at")
    pairs = [pair(f"a{n}", [price, went, settled]) for n in range(6)]
    pairs += [pair(f"b{n}", [other, went]) for n in range(4)]
    # the same place, but of another cause
    pairs += [pair(f"c{n}", [difference("$.status", production="200", shadow="500"), went]) for n in range(5)]
    whole = pairs_table(pairs)
    for tables in ([whole], [whole.slice(0, 3), whole.slice(3)]):
        assert seen_of(tables, "prices") == [
            found("$.body.prices['sku-17']", Kind.TYPE_CHANGED, "1", 1, 6),
            found("$.body.prices['sku-23']", Kind.TYPE_CHANGED, "1", 2, 4),
            found("$.body.tax", Kind.MISSING, 1, NoValue.ABSENT, 10),
        ]


def test_what_a_change_everywhere_adds_to_a_request_is_not_seen_of_another_cause():
    wide, own = difference("$.headers.server"), difference("$.body.price", "missing", "1", None)
    pairs = [pair(f"a{n}", [wide, own] if n < 20 else [wide]) for n in range(200)]
    pairs += [pair(f"{name}{n}", [wide], endpoint=f"GET /{name}") for name in "bc" for n in range(200)]
    assert seen_of([pairs_table(pairs)], "price") == [found("$.body.price", Kind.MISSING, 1, NoValue.ABSENT, 20)]
    assert sum(each.requests for each in seen_of([pairs_table(pairs)], "server")) == 600
