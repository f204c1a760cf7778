"""Values as the table of differences holds them, read back."""

from decimal import Decimal

import pytest

from darklaunch.diff.privacy.masking import MAXIMUM_LENGTH
from darklaunch.diff.privacy.secrets import MASKED
from darklaunch.triage.acceptance import seen
from darklaunch.triage.acceptance.seen import Hidden, NoValue


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
