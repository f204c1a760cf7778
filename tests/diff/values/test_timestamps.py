"""Timestamps: one reader for what people call a time and for what learning takes for one."""

from decimal import Decimal

import pytest

from darklaunch.diff.values.shape_inference import infer_shape
from darklaunch.diff.values.timestamps import infer_timestamp, read_timestamp

MARCH_2_2026_14H = 1_772_460_000


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-02T14:00:00Z",
        "2026-03-02t14:00:00z",
        "2026-03-02 14:00 Z",
        "2026-03-02T14:00:00.000000000000Z",
        "20260302T140000Z",
        "2026-03-02T15:00:00+01",
        "2026-03-02T15:00:00+0100",
        "Mon, 02 Mar 2026 14:00:00 GMT",
        "2 Mar 2026 15:00:00 +0100",
        MARCH_2_2026_14H,
        MARCH_2_2026_14H * 10**3,
        MARCH_2_2026_14H * 10**6,
        MARCH_2_2026_14H * 10**9,
        Decimal(MARCH_2_2026_14H),
        float(MARCH_2_2026_14H),
        f"{MARCH_2_2026_14H}",
        f"{MARCH_2_2026_14H}.000",
        f"{MARCH_2_2026_14H}000000",
    ],
)
def test_a_value_that_within_accepts_is_a_time_for_a_learned_shape_too(value):
    timestamp = read_timestamp(value)
    assert timestamp.seconds == MARCH_2_2026_14H
    assert timestamp.zoned
    assert infer_timestamp(value) == timestamp
    assert infer_shape([value]).description() == "a timestamp, 2026-03-02"


@pytest.mark.parametrize(
    "value",
    [
        "2026-02-30",
        "2026-03-02T25:00:00Z",
        "Xyz, 02 Mar 2026 14:00:00 GMT",
        "Mon, 02 Xyz 2026 14:00:00 GMT",
        "Monday, 02-Xyz-26 14:00:00 GMT",
        "Mon Xyz  2 14:00:00 2026",
        "2026-0302",
        17,
        "17",
        True,
        None,
    ],
)
def test_what_is_no_time_is_none_for_either(value):
    assert read_timestamp(value) is None
    assert infer_timestamp(value) is None


@pytest.mark.parametrize("value", [123_456_789, "123456789", 9_999_999_999, 10**16 - 1])
def test_a_bare_number_far_from_today_is_a_time_only_where_somebody_says_so(value):
    assert read_timestamp(value) is not None
    assert infer_timestamp(value) is None
    assert infer_shape([value]).kind in {"number", "token"}


def test_a_basic_spelling_is_another_format_than_the_extended_one():
    assert not infer_shape(["2026-03-02T14:00:00Z"]).accepts("20260401T000000Z")
    assert infer_shape(["20260302T140000Z"]).accepts("20260401T000000Z")
