"""Rules that can't hold at any path of their kind are refused where they are read."""

import pytest

from darklaunch.diff.rules.actions import Expected, Ignore, Matches, NormalisedText, Tolerance, Within
from darklaunch.diff.rules.array_actions import Key, Unordered
from darklaunch.diff.rules.rule import Rule
from darklaunch.errors import UsageError

WITHIN, TEXT = Within(seconds=1), NormalisedText(case=True)


@pytest.mark.parametrize(
    ("path", "action", "found"),
    [
        ("$.status", Unordered(), "no array"),
        ("$.status", Key(member="id"), "elements are texts"),
        ("$.status", WITHIN, "is a number"),
        ("$.status", TEXT, "is a number"),
        ("$.status", Expected(production="200", shadow=201), "wanted a number"),
        ("$.status.code", Ignore(), "something is compared"),
        ("$.headers.etag.x", Ignore(), "something is compared"),
        ("$.headers.vary", Key(member="id"), "elements are texts"),
        ("$.headers.vary[*]", Unordered(), "no array"),
        ("$.headers.vary[*][*]", Ignore(), "something is compared"),
        ("$.body.a", Expected(production=1, shadow=1), "same value"),
    ],
)
def test_a_rule_that_can_not_hold_is_refused(path, action, found):
    with pytest.raises(UsageError, match=found):
        Rule(path=path, action=action, why="x")


@pytest.mark.parametrize(
    ("path", "action"),
    [
        ("$.status", Matches(regex="2..")),
        ("$.status", Tolerance(absolute=1)),
        ("$.status", Expected(production=200, shadow=201)),
        # all of them at once: beside a rule for each header it does no harm, alone the run reports it as unused
        ("$.headers", Ignore()),
        ("$.headers.*", TEXT),
        ("$.headers.expires", WITHIN),
        ("$.headers.vary", Unordered()),
        ("$.headers.vary[*]", TEXT),
        ("$.headers..etag", Ignore()),
        ("$..etag", Key(member="id")),
        ("$.body", Key(member="id")),
        ("$.body.a['#text']", Tolerance(absolute=1)),
        ("$.headers.etag", Expected(production="a", shadow="b")),
    ],
)
def test_a_rule_that_may_hold_is_not(path, action):
    assert Rule(path=path, action=action, why="x").action is action
