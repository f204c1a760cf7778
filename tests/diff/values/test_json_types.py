"""Types of JSON values, and numbers as doubles hold them."""

from decimal import Decimal
from enum import IntEnum

import pytest

from darklaunch.diff.values.json_text import Constant
from darklaunch.diff.values.json_types import (
    LARGEST_DOUBLE,
    JsonType,
    ShapeType,
    enclosing_range,
    is_integer,
    json_type,
    saturated_double,
    shape_type,
)


class Name(str):
    """A text that is of a class of its own."""

    __slots__ = ()


class Code(IntEnum):
    """A number likewise."""

    OK = 200


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, JsonType.NULL),
        (True, JsonType.BOOLEAN),
        (1, JsonType.NUMBER),
        (1.0, JsonType.NUMBER),
        (Decimal(1), JsonType.NUMBER),
        (Constant("NaN"), JsonType.NUMBER),
        ("", JsonType.TEXT),
        ({}, JsonType.OBJECT),
        ([], JsonType.ARRAY),
        (Name("x"), JsonType.TEXT),
        (Code.OK, JsonType.NUMBER),
    ],
)
def test_a_value_has_one_of_six_types(value, kind):
    assert json_type(value) is kind


def test_types_of_shapes_are_told_apart_in_one_number():
    assert [kind.value for kind in ShapeType] == [1, 2, 4, 8, 16]
    assert shape_type([]) is shape_type({}) is ShapeType.STRUCTURE


def test_what_is_no_json_value_has_no_type():
    with pytest.raises(TypeError, match="found a set, wanted a JSON value"):
        json_type(set())


@pytest.mark.parametrize(
    ("number", "double"),
    [
        (10**400, LARGEST_DOUBLE),
        (-(10**400), -LARGEST_DOUBLE),
        (Decimal("1e400"), LARGEST_DOUBLE),
        (1.5e308, LARGEST_DOUBLE),
        (Decimal("-1e400"), -LARGEST_DOUBLE),
        (0.25, 0.25),
    ],
)
def test_what_no_double_holds_is_the_largest(number, double):
    assert saturated_double(number) == double


@pytest.mark.parametrize(
    ("number", "bounds"),
    [(0, (0, 0)), (12, (12, 12)), (1234, (1200, 1300)), (-1234, (-1300, -1200)), (Decimal("0.0199"), (0.019, 0.02))],
)
def test_a_number_lies_between_its_neighbours_of_two_digits(number, bounds):
    assert enclosing_range(number) == bounds


@pytest.mark.parametrize(
    ("number", "whole"),
    [(1, True), (1.0, True), (1.5, False), (Decimal("2.0"), True), (Decimal("2.5"), False), (Constant("NaN"), False)],
)
def test_a_number_is_whole_by_its_value(number, whole):
    assert is_integer(number) is whole
