"""Patterns that accept texts: each matches what was seen, and little else."""

import re

import pytest

from darklaunch.diff.values.shape_inference import infer_shape
from darklaunch.triage.acceptance.patterns import shape_pattern, text_pattern

UUID = "9f86d081-884c-7d65-9a2f-eaa0c55ad015"


@pytest.mark.parametrize(
    ("texts", "pattern"),
    [
        (["9f86", "884c"], "[0-9a-f]{4}"),
        (["9f86d081", "884c"], "[0-9a-f]{4,8}"),
        (["AB-12", "XY_34"], "[0-9A-FG-Z_.~-]{5}"),
        (["a" * 190, "b" * 300], "[a-f]{190,}"),
        ([UUID, UUID.upper()], "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    ],
)
def test_the_pattern_of_a_shape_matches_the_texts_it_is_of(texts, pattern):
    assert shape_pattern(infer_shape(texts)) == pattern
    assert all(re.fullmatch(pattern, text) for text in texts)


@pytest.mark.parametrize("values", [[1, 2], ["a b", "c d"], ["(a)", "(b)"], ["é1", "ü2"], [None, "a"], ["", ""]])
def test_what_is_no_token_has_no_pattern(values):
    assert shape_pattern(infer_shape(values)) is None


def test_a_uuid_is_one_whatever_the_case():
    assert text_pattern([UUID, UUID.upper()]) == shape_pattern(infer_shape([UUID]))


@pytest.mark.parametrize("texts", [["a" * 101, "b" * 101], ["a\n", "b\n"], ["é1", "ü2"]])
def test_texts_that_are_long_or_no_ascii_have_no_pattern(texts):
    assert text_pattern(texts) is None
