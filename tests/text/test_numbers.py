"""Numbers as people read them."""

import pytest

from darklaunch.text import numbers


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0 %"),
        (0.0013, "0.13 %"),
        (0.00004, "0.0040 %"),
        (0.12345, "12.3 %"),
        (0.99996, ">99.99 %"),
        (1, "100 %"),
        (-0.0004, "-0.040 %"),
        (1e-12, "<0.000001 %"),
        (-1e-12, ">-0.000001 %"),
    ],
)
def test_a_rate_keeps_the_digits_that_matter(value, written):
    assert numbers.rate(value) == written


def test_complete_is_complete():
    assert numbers.floored(1.0) == "100 %"


@pytest.mark.parametrize(("value", "written"), [(7, "7"), (12345, "12,345"), (27.33, "27.3"), (1234.5, "1,234")])
def test_counts_are_grouped(value, written):
    assert numbers.count(value) == written


@pytest.mark.parametrize(("value", "written"), [(0.2, "1"), (12.0, "12"), (1234.01, "1,235")])
def test_what_is_missing_is_rounded_up(value, written):
    assert numbers.rounded_up(value) == written
