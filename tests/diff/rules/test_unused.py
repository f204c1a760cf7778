"""What is said of a rule that settled nothing, and of values that a rule could not read."""

import re

import pytest

from darklaunch.diff.compare import compare
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import RuleIndexes
from darklaunch.diff.rules.actions import Ignore, Tolerance, Within
from darklaunch.diff.rules.array_actions import Key, Unordered
from darklaunch.diff.rules.remark import Remark, RemarkKind
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.diff.rules.unused import likely_reason
from tests.diff.factories import answer


def remarks(rule, production, shadow):
    return compare(answer(production), answer(shadow), RuleIndexes(RuleSet([rule])).at("GET /x"), Masking.NONE).remarks


@pytest.mark.parametrize(
    ("path", "action", "production", "shadow", "kind"),
    [
        ("$.body", Key(member="id"), [{"a": 1}, {"a": 2}], [{"a": 2}, {"a": 1}], RemarkKind.NO_KEY),
        ("$.body", Key(member="n.id"), [{"n": 1}], [{"n": 2}], RemarkKind.NO_KEY),
        ("$.body", Key(member="id"), [{"id": 1}, {"id": 1}], [{"id": 1}], RemarkKind.NO_KEY),
        ("$.body.t", Within(seconds=1), {"t": "noon"}, {"t": "one"}, RemarkKind.UNREADABLE),
        ("$.body.t", Within(seconds=1), {"t": "2026-03-02T10:00:00Z"}, {"t": "soon"}, RemarkKind.UNREADABLE),
        ("$.body.t", Within(seconds=1), {"t": 17}, {"t": 18}, RemarkKind.UNREADABLE),
        ("$.body.t", Within(seconds=1), {"t": 1772445600}, {"t": 1772445700}, RemarkKind.BEYOND),
        ("$.body.a", Tolerance(absolute=1), {"a": "x"}, {"a": "y"}, RemarkKind.UNREADABLE),
        ("$.body.a", Tolerance(absolute=1), {"a": 1}, {"a": 5}, RemarkKind.BEYOND),
        ("$.body.a", Tolerance(absolute=1), {"a": 1}, {"a": "1"}, RemarkKind.OTHER_KIND),
        ("$.body.a", Ignore(), {"a": 1}, {}, RemarkKind.OTHER_KIND),
    ],
)
def test_a_comparison_remarks_why_a_rule_did_not_settle_a_difference(path, action, production, shadow, kind):
    rule = Rule(path=path, action=action, why="x")
    assert Remark(rule.name, kind) in remarks(rule, production, shadow)


@pytest.mark.parametrize(
    ("path", "action", "production", "shadow"),
    [
        ("$.body.a", Tolerance(absolute=9), {"a": 1}, {"a": 5}),
        ("$.body.a", Ignore(), {"a": 1}, {"a": 5}),
        ("$.body.b", Tolerance(absolute=9), {"a": 1}, {"a": 5}),
        ("$.body", Key(member="id"), [{"id": 1}, {"id": 2}], [{"id": 2}, {"id": 1}]),
    ],
)
def test_a_rule_that_settles_what_it_meets_is_not_remarked_on(path, action, production, shadow):
    assert remarks(Rule(path=path, action=action, why="x"), production, shadow) == ()


KEY = Rule(path="$.body.items", action=Key(member="id"), why="x")
AT_X = Rule(path="$.body.a", action=Ignore(), why="x", endpoint="GET /x")


@pytest.mark.parametrize(
    ("rule", "counts", "paths", "expected"),
    [
        (KEY, {RemarkKind.NO_KEY: 7}, [], r"no array has this key .* \(7 requests\)"),
        (KEY, {}, [], "no array at its path came in another order"),
        (Rule(path="$.body", action=Unordered(), why="x"), {}, [], "came in another order"),
        (AT_X, {RemarkKind.OTHER_KIND: 1}, [], r"of other types \(1 request\)"),
        (AT_X, {RemarkKind.BEYOND: 2, RemarkKind.UNREADABLE: 5}, [], "could not read"),
        (AT_X, {}, [], "^nothing differs at its path$"),
        (AT_X, {}, ["$.body.A"], r"but at \$\.body\.A"),
        (Rule(path="$.body.items.p", action=Ignore(), why="x"), {}, ["$.body.items[*].p"], r"items\[\*\]\.p"),
        (Rule(path="$.headers.date", action=Ignore(), why="x"), {}, [], "only the presence"),
        (Rule(path="$.headers['keep-alive']", action=Ignore(), why="x"), {}, [], "is not compared"),
    ],
)
def test_a_rule_that_settled_nothing_has_a_likely_reason(rule, counts, paths, expected):
    remarked = {Remark(rule.name, kind): count for kind, count in counts.items()}
    reason = likely_reason(rule, remarked, paths, {"GET /x"})
    assert re.search(expected, reason), reason


def test_a_rule_of_an_endpoint_that_was_not_met_says_so():
    assert likely_reason(AT_X, {}, ["$.body.A"], {"GET /y"}) == "no request of its endpoint was compared"
