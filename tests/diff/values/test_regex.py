"""Regular expressions of rules, held against texts of strangers."""

import time
from decimal import Decimal

import pytest

from darklaunch.diff.values.json_text import Constant
from darklaunch.diff.values.regex import MAXIMUM_MATCHED, check_regex, pair_matcher
from darklaunch.errors import UsageError


@pytest.mark.parametrize(
    ("regex", "production", "shadow", "expected"),
    [
        ("[a-f0-9]+", "9f86", "d081", True),
        ("[a-f0-9]+", "9f86", "x", False),
        ("a|ab", "ab", "a", True),
        ("a|ab", "abc", "ab", False),
        (".+", "a\nb", "c", False),
        ("(?s).+", "a\nb", "c", True),
        ("a$", "a\n", "a", False),
        ("é+", "éé", "é", True),
        ("a\\x00b", "a\0b", "a\0b", True),
        ("", "", "", True),
        ("[0-9.]+", 12, Decimal("1.50"), True),
        (".*", True, True, False),
        (".*", None, None, False),
        (".*", Constant("NaN"), Constant("NaN"), False),
        (".*", "\ud800", "x", False),
        ("x+", "x" * MAXIMUM_MATCHED, "x", True),
        ("x+", "x" * (MAXIMUM_MATCHED + 1), "x", False),
    ],
)
def test_both_values_have_to_match_as_a_whole(regex, production, shadow, expected):
    both_match = pair_matcher(regex)
    assert both_match(production, shadow) is expected
    assert both_match(shadow, production) is expected


@pytest.mark.parametrize(
    "regex", ["(", "a)|(b", "(?=a)", "(a)\\1", "[a-z", "x{2000}", "((a{100}){100}){100}", "\ud800"]
)
def test_what_re2_does_not_read_is_refused_before_a_run(regex, capfd):
    with pytest.raises(UsageError, match="pattern: found"):
        check_regex(regex)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("regex", ["(a*)*b", "(x+x+)+y", "(.*)(.*)(.*)(.*)(.*)(.*)[^a-z]"])
def test_a_hostile_text_costs_linear_time(regex):
    start = time.process_time()
    assert not pair_matcher(regex)("x" * MAXIMUM_MATCHED, "a" * MAXIMUM_MATCHED)
    assert time.process_time() - start < 1
