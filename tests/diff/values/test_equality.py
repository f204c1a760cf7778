"""Equality of JSON values: by value in numbers, by type in booleans, at any depth."""

from decimal import Decimal

import pytest

from darklaunch.diff.values.equality import canonical_bytes, canonical_multiset, json_equal
from darklaunch.diff.values.json_text import Constant
from tests.diff.factories import answer, differences_of


def nested(value, depth=3_000):
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "other", "equal"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        (True, True, True),
        (None, False, False),
        ("1", 1, False),
        (Decimal("0.1"), 0.1, False),
        (Decimal("0.5"), 0.5, True),
        ([1], [1.0], True),
        ([1], [True], False),
        ([[1, 2]], [[1, 2, 3]], False),
        ([1], (1,), False),
        ({"a": [1]}, {"a": [True]}, False),
        ({"a": 1}, {"b": 1}, False),
        ({"a": 1, "b": 2}, {"b": 2.0, "a": 1}, True),
        ([Decimal("1e400")], [Decimal("1e400")], True),
        ([Decimal("1e400")], [Decimal("2e400")], False),
        ([{}], [[]], False),
        ([Constant("NaN")], [{"name": "NaN"}], False),
        ([Constant("NaN")], [Constant("NaN")], True),
        ([Constant("NaN")], [Constant("Infinity")], False),
    ],
)
def test_values_are_equal_by_type_and_value(value, other, equal):
    assert json_equal(value, other) is equal
    assert json_equal(other, value) is equal


@pytest.mark.parametrize(
    ("other", "equal"), [(1, True), (1.0, True), (True, False), (2, False), ([], False), ({"a": 1}, False)]
)
def test_trees_that_are_too_deep_to_recurse_into_are_compared(other, equal):
    assert json_equal(nested(1), nested(other)) is equal


@pytest.mark.parametrize(
    ("one", "two"),
    [({"a": 1}, {"b": 1}), ({"a": 1}, {"a": 1, "b": 1}), ([1], [1, 1]), ({"a": "x"}, {"a": "y"}), ([None], [0])],
)
def test_deep_trees_with_other_leaves_differ(one, two):
    assert not json_equal(nested(one), nested(two))
    assert json_equal(nested(one), nested(one))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"b": 1.0, "a": 2}, b'{"a":2,"b":1}'),
        (1e2, b"100"),
        (True, b"true"),
        (Decimal("0.10"), b"0.1"),
        (2**64, b'{"":"18446744073709551616e0"}'),
        (-(2**63), b"-9223372036854775808"),
        (-(2**63) - 1, b'{"":"-9223372036854775809e0"}'),
        (Decimal("-1200e30"), b'{"":"-12e32"}'),
        (Decimal("0.1000000000000000055"), b'{"":"1000000000000000055e-19"}'),
        (-0.0, b"0"),
        (-2.0, b"-2"),
        (1.5e-7, b"1.5e-7"),
        (Constant("NaN"), b'{"":"NaN"}'),
        (["\ud800", 1], b'["\\ud800", 1]'),
    ],
)
def test_equal_values_have_one_spelling(value, written):
    assert canonical_bytes(value) == written


def test_a_constant_is_not_the_object_that_names_it():
    production, shadow = answer(b'{"a":[NaN]}'), answer(b'{"a":[{"name":"NaN"}]}')
    assert differences_of(production, shadow) == [("$.body.a[*]", "type_changed", True)]


def test_elements_are_told_in_an_order_of_their_own():
    assert canonical_multiset([2, "a", 1.0, None]) == canonical_multiset([None, 1, "a", 2.0])
    assert canonical_multiset([1, 1]) != canonical_multiset([1])
