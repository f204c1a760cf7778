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


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.9999, "99.99 %"),
        (0.99991, ">99.99 %"),
        (0.9949, "99.49 %"),
        (0.99, "99 %"),
        (0.98999, "98.9 %"),
        (0.5, "50 %"),
        (0.001, "0.1 %"),
        (0.00099, "<0.1 %"),
        (0.0, "0 %"),
    ],
)
def test_a_confidence_is_rounded_down(value, written):
    assert numbers.floored(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.01, "1.00 %"), (0.0099, "0.99 %"), (0.99, "99.0 %"), (0.991, "99.10 %"), (1e-8, "0.0000010 %"), (-1, "-100 %")],
)
def test_a_rate_has_three_digits_from_one_percent_on(value, written):
    assert numbers.rate(value) == written


@pytest.mark.parametrize(("value", "written"), [(99.94, "99.9"), (100.4, "100"), (-100.6, "-101"), (-0.5, "-0.5")])
def test_a_count_from_a_hundred_on_has_no_decimals(value, written):
    assert numbers.count(value) == written


def test_complete_is_complete():
    assert numbers.floored(1.0) == "100 %"


@pytest.mark.parametrize(("value", "written"), [(7, "7"), (12345, "12,345"), (27.33, "27.3"), (1234.5, "1,234")])
def test_counts_are_grouped(value, written):
    assert numbers.count(value) == written


@pytest.mark.parametrize(("value", "written"), [(0.2, "1"), (12.0, "12"), (1234.01, "1,235")])
def test_what_is_missing_is_rounded_up(value, written):
    assert numbers.rounded_up(value) == written
