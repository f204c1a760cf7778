"""The shape that values are collected into, against the one that is inferred of all at once."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.diff.privacy.masking import Masking, masked_value
from darklaunch.diff.values.json_text import Constant
from darklaunch.diff.values.shape_inference import infer_shape
from darklaunch.noise.shape_tally import ShapeTally, read
from darklaunch.noise.shown_value import value_of

TEXTS = [
    "",
    "9f86d081",
    "0b4d0a4e-9ae2-4d1c-9d0c-0a1b2c3d4e5f",
    "2026-03-02T10:00:00.5Z",
    "Mon, 02 Mar 2026 00:00:01 GMT",
    "1772445600",
    "a text, of words",
    "é" * 250,
    "x" * 189 + "é",
    "x" * 190 + "é",
]
NUMBERS = [0, -0.0, 1, -1, 1.5, 1772445600, 1772445600000, 10**400, -(10**400), Decimal("1E-400"), Decimal("1E+400")]
OTHERS = [None, True, False, {}, {"a": 1}, [], [1], Constant("NaN"), Constant("-Infinity")]
values = st.one_of(
    st.sampled_from([*TEXTS, *NUMBERS, *OTHERS]),
    st.text(max_size=250),
    st.integers(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.datetimes().map(lambda moment: moment.isoformat()),
    st.uuids().map(str),
)


def shown(value):
    return masked_value(value, Masking.NONE, secret=False)


def tallied(texts):
    tally = ShapeTally()
    for text in texts:
        tally.add(read(text))
    return tally.shape()


@given(st.lists(values, min_size=1, max_size=6), st.randoms())
def test_a_tally_comes_to_the_shape_that_is_inferred_in_any_order(drawn, rng):
    texts = [shown(value) for value in drawn]
    shape = tallied(texts)
    assert shape == infer_shape([value_of(text) for text in texts])
    rng.shuffle(texts)
    assert json.dumps(tallied(texts).as_dict()) == json.dumps(shape.as_dict())


@pytest.mark.parametrize("value", [*TEXTS, *NUMBERS, *OTHERS], ids=lambda value: repr(value)[:20])
def test_a_single_value_has_the_shape_that_is_inferred_of_it(value):
    assert tallied([shown(value)] * 2) == infer_shape([value_of(shown(value))])


def test_of_zero_and_minus_zero_none_is_the_least():
    first, second = (json.dumps(tallied(texts).as_dict()) for texts in (["0", "-0.0"], ["-0.0", "0"]))
    assert first == second


def test_without_a_value_there_is_no_shape():
    assert ShapeTally().shape() is None
