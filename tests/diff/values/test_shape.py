"""Shapes: what is still asked of a value that is another one every time."""

import uuid
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.diff.privacy.masking import Masking, masked_value
from darklaunch.diff.values.json_text import Constant
from darklaunch.diff.values.shape import Shape
from darklaunch.diff.values.shape_inference import infer_shape
from darklaunch.noise.shown_value import value_of

UUIDS = [str(uuid.UUID(int=n * 7**40, version=4)) for n in range(1, 9)]
moments = st.datetimes().map(lambda moment: moment.isoformat() + "Z")
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.just(Constant("NaN")),
    st.text(),
    st.text("0123456789abcdef", min_size=1, max_size=300),
    st.sampled_from(UUIDS),
    st.integers(1_600_000_000, 1_900_000_000),
    moments,
    st.just({}),
    st.just([1]),
)
some = st.lists(scalars, min_size=1, max_size=8)


@given(some)
def test_a_shape_holds_every_value_that_it_was_taken_from(values):
    shape = infer_shape(values)
    assert all(shape.accepts(value) for value in values)


@given(some, some, some)
def test_merging_has_no_order(first_values, two, three):
    shapes = [infer_shape(values) for values in (first_values, two, three)]
    first, second, third = shapes
    assert first.merged(second) == second.merged(first)
    assert (
        first.merged(second).merged(third)
        == first.merged(second.merged(third))
        == infer_shape([*first_values, *two, *three])
    )
    assert first.merged(first) == first


@given(some)
def test_a_shape_survives_being_written(values):
    shape = infer_shape(values)
    assert Shape.from_dict(shape.as_dict()) == shape


@given(some)
def test_a_value_has_the_same_shape_when_read_back_from_what_is_shown_of_it(values):
    shape = infer_shape(values)
    read = [value_of(masked_value(value, Masking.NONE, secret=False)) for value in values]
    assert all(infer_shape(read).accepts(value) for value in values if not isinstance(value, dict | list))
    assert infer_shape(read).types == shape.types


@pytest.mark.parametrize(
    ("values", "kind", "words"),
    [
        (UUIDS, "uuid", "a UUID"),
        (["2026-03-02T14:00:00Z", "2026-04-02T14:00:00.123Z"], "timestamp", "a timestamp, 2026-03-02 to 2026-04-02"),
        (["Mon, 02 Mar 2026 14:00:00 GMT"], "timestamp", "a timestamp, 2026-03-02"),
        ([1_772_460_000, 1_772_460_100], "timestamp", "a timestamp, 2026-03-02"),
        ([1_772_460_000_123], "timestamp", "a timestamp, 2026-03-02"),
        ([0.512, 0.7341], "number", "a number from 0.51 to 0.74"),
        ([17, 4123], "number", "an integer from 17 to 4200"),
        (["9f86d081", "884c7d65"], "token", "a token of 0-9 a-f, 8 characters"),
        (["aGVsbG8-d29ybGQ_", "eA"], "token", "a token of 0-9 a-f g-z A-F G-Z -_.~, 2 to 16 characters"),
        (["took 12 ms", "took 9 ms"], "text", "a text, 9 to 10 characters"),
        (["x" * 500], "token", "a token of g-z, 190 characters or more"),
        ([True, False], "boolean", "boolean"),
        ([None, 5], "mixed", "one of null, number"),
        ([{}], "structure", "an object or array"),
    ],
)
def test_the_narrowest_kind_is_found(values, kind, words):
    shape = infer_shape(values)
    assert (shape.kind, shape.description()) == (kind, words)


@pytest.mark.parametrize(
    ("values", "held", "refused"),
    [
        (UUIDS, [str(uuid.uuid4())], ["", "null", UUIDS[0].upper(), UUIDS[0][:-1], None, 5]),
        (
            ["2026-03-02T14:00:00Z"],
            ["2026-09-30T01:02:03.456Z"],
            ["1970-01-01T00:00:00Z", "2026-03-02T14:00:00", "2026-03-02", "2026-99-99T14:00:00Z", 1_772_460_000],
        ),
        ([1_772_460_000], [1_774_000_000], [0, 1_772_460_000_000, "1772460000", True]),
        ([10.5, 12.0], [8.5, 13.9], [0, 14.5, -11.0, "11", True, Decimal("1e400")]),
        ([1000, 1020], [980, 9999], [0, -1000, 1000.5, 11_001]),
        ([-5, -3], [-6.0], [1]),
        (["9f86d081", "884c7d65"], ["00000000"], ["9F86D081", "9f86d08", "9f86d0811", "", "error!"]),
        (["took 12 ms", "took 9 ms"], ["took 100 ms"], ["", "x" * 100]),
        ([""], [""], ["x"]),
        ([True], [False], [None, 0]),
    ],
)
def test_what_a_shape_still_sees(values, held, refused):
    shape = infer_shape(values)
    assert [value for value in held if not shape.accepts(value)] == []
    assert [value for value in refused if shape.accepts(value)] == []


def test_ranges_give_no_value_away():
    shape = infer_shape([4_915_523])
    assert (shape.low, shape.high) == (4_900_000, 5_000_000)


@pytest.mark.parametrize("broken", [{}, {"types": ["nope"]}, {"types": ["text"], "shortest": 3}, {"types": [], "a": 1}])
def test_what_is_no_shape_is_refused(broken):
    with pytest.raises(ValueError, match=r"shape|range"):
        Shape.from_dict(broken)


def test_a_shape_that_knows_no_length_accepts_no_text():
    assert not Shape.from_dict({"types": ["text"]}).accepts("x")
    assert Shape.from_dict({"types": ["text"], "characters": ["other"], "shortest": 1, "longest": 1}).accepts("x")


def test_only_a_shape_with_numbers_has_a_range_and_accepts_numbers():
    assert infer_shape(["x", None, True]).limits is None
    assert not Shape.from_dict({"types": ["number"]}).accepts(1)
    assert infer_shape([10, 20]).limits == (0.0, 200.0)


def test_a_shape_of_nothing_is_refused():
    with pytest.raises(ValueError, match="no value"):
        infer_shape([])


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ({"types": ["number"]}, "a number"),
        ({"types": ["number"], "whole": True}, "an integer"),
        ({"types": ["text"], "characters": ["other"]}, "a text, of no known length"),
        ({"types": ["text"]}, "a token of no characters, of no known length"),
    ],
)
def test_a_shape_that_names_a_type_and_no_more_is_described(written, words):
    assert Shape.from_dict(written).description() == words
