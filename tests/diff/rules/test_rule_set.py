"""Rules and sets of them: ambiguity, expiry, digest, names, what can't be built."""

import pickle
import subprocess
import sys
from datetime import date

import pytest

from darklaunch.diff.rule_index import RuleIndexes
from darklaunch.diff.rules import actions, array_actions
from darklaunch.diff.rules.action import Action
from darklaunch.diff.rules.actions import Expected, Ignore, Learned, Matches, NormalisedText, Tolerance, Within
from darklaunch.diff.rules.array_actions import Key, Unordered
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.diff.rules.severity import Severity
from darklaunch.diff.values.shape_inference import infer_shape
from darklaunch.errors import ConfigError, UsageError

ACTIONS = [
    Ignore(),
    Ignore(presence=False),
    Tolerance(absolute=1),
    Tolerance(relative=1),
    Within(seconds=1),
    Within(seconds=2),
    Unordered(),
    Key(member="id"),
    Key(member="sku"),
    Matches(regex="x"),
    Matches(regex="y"),
    NormalisedText(case=True),
    NormalisedText(whitespace=True),
    NormalisedText(case=True, whitespace=True),
    Expected(production=1),
    Expected(shadow=1),
    Expected(production=None, shadow=1),
    Expected(production=1, shadow=2),
    Expected(production="1", shadow=2),
    Learned(shape=infer_shape(["a1", "b2"])),
    Learned(shape=infer_shape([1, 2])),
]


def rule(path, **changes):
    return Rule(**{"path": path, "action": Ignore(), "why": "because", **changes})


def test_two_rules_that_can_settle_the_same_path_are_refused_by_name():
    with pytest.raises(ConfigError) as caught:
        RuleSet([rule("$.body.a"), rule("$.body.*", action=Tolerance(absolute=1)), rule("$.body.b.c")])
    assert len(caught.value.findings) == 1
    assert "$.body.a" in caught.value.findings[0]
    assert "$.body.*" in caught.value.findings[0]


def test_a_severity_meets_only_another_severity():
    everywhere = rule("$..a", action=None, severity=Severity.HIGH)
    assert len(RuleSet([everywhere, rule("$.body.a")]).rules) == 2
    with pytest.raises(ConfigError, match="high severity at"):
        RuleSet([everywhere, rule("$.body.a", severity=Severity.LOW)])


def test_rules_of_different_endpoints_do_not_meet():
    of_x, of_y = rule("$.body.a", endpoint="GET /x"), rule("$.body.a", endpoint="GET /y")
    indexes = RuleIndexes(RuleSet([of_x, of_y]))
    assert [indexes.at(name).body.child("a").rule for name in ("GET /x", "GET /y", "GET /z")] == [of_x, of_y, None]
    with pytest.raises(ConfigError, match="can both settle the same path"):
        RuleSet([of_x, of_y, rule("$.body.a")])


def test_a_rule_stops_the_run_from_its_day_on():
    rules = RuleSet([rule("$.body.a", expires=date(2026, 3, 2)), rule("$.body.b")])
    assert rules.refuse_expired(date(2026, 3, 1)) is None
    with pytest.raises(ConfigError, match="expired on 2026-03-02"):
        rules.refuse_expired(date(2026, 3, 2))


def test_the_digest_changes_with_what_rules_do_and_not_with_why():
    digest = RuleSet([rule("$.body.a"), rule("$.body.b")]).digest
    assert RuleSet([rule("$.body.b", why="other", owner="me"), rule("$.body.a")]).digest == digest
    for other in (
        rule("$.body.c"),
        rule("$.body.a", action=Ignore(presence=False)),
        rule("$.body.a", endpoint="GET /x"),
        rule("$.body.a", severity=Severity.HIGH),
        rule("$.body.a", action=None, severity=Severity.HIGH),
    ):
        assert RuleSet([other, rule("$.body.b")]).digest != digest


def test_a_rule_set_travels_to_workers():
    rules = pickle.loads(pickle.dumps(RuleSet([rule("$.body.a")])))  # noqa: S301 - our own bytes
    assert RuleIndexes(rules).at("GET /x").body.child("a").rule.name == "ignore $.body.a"


def test_no_two_actions_share_a_digest_or_a_name():
    rules = [rule("$.body.a", action=action) for action in ACTIONS]
    assert len({RuleSet([each]).digest for each in rules}) == len(ACTIONS)
    assert len({each.name for each in rules}) == len(ACTIONS)


def test_a_digest_is_the_same_in_another_process():
    code = (
        "from darklaunch.diff.rules.actions import Expected;"
        "from darklaunch.diff.rules.rule import Rule;"
        "from darklaunch.diff.rules.rule_set import RuleSet;"
        "print(RuleSet([Rule(path='$.body.a', action=Expected(shadow=1), why='x')]).digest)"
    )
    digests = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout  # noqa: S603
        for _ in range(2)
    }
    assert digests == {RuleSet([rule("$.body.a", action=Expected(shadow=1))]).digest + "\n"}


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_travels_to_workers(action):
    rules = pickle.loads(pickle.dumps(RuleSet([rule("$.body.a", action=action)])))  # noqa: S301 - our own bytes
    assert RuleIndexes(rules).at("GET /x").body.child("a").action == action


def test_a_name_is_short_and_printable_whatever_it_names():
    for action in (Matches(regex="\x1b(2J)" * 99), Key(member="\u202e\n"), Expected(shadow="<b>\x07" * 99)):
        name = rule("$.body.a", action=action).name
        assert name.isprintable()
        assert len(name) < 120


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (lambda: rule("$.body.a", action=None), "found neither action nor severity"),
        (lambda: Tolerance(absolute=-1), "wanted numbers of at least 0"),
        (lambda: Tolerance(relative=float("nan")), "wanted numbers of at least 0"),
        (lambda: Within(seconds=0), "wanted a number above 0"),
        (lambda: Key(member=""), "found an empty name"),
        (NormalisedText, "found neither case nor whitespace"),
        (Expected, "found neither from nor to"),
        (lambda: Matches(regex="(?=a)"), "wanted a regular expression"),
    ],
)
def test_what_says_nothing_is_not_built(build, expected):
    with pytest.raises(UsageError, match=expected):
        build()


def test_objects_keyed_by_ids_do_not_fill_the_index(monkeypatch):
    monkeypatch.setattr("darklaunch.diff.rule_index.MAXIMUM_NODES", 10)
    index = RuleIndexes(RuleSet([rule("$.body.*")])).at("GET /x")
    for name in map(str, range(100)):
        assert index.body.child(name).ignores
    assert len(index.body.children) < 10


def test_every_action_that_a_rule_can_have_is_defined_in_its_class_alone():
    modules = (actions, array_actions)
    classes = {
        defined
        for module in modules
        for defined in vars(module).values()
        if isinstance(defined, type) and issubclass(defined, Action) and defined is not Action
    }
    assert classes == {type(action) for action in ACTIONS}
    assert len({defined.digest_name for defined in classes}) == len(classes)


def test_an_index_is_pickled_without_what_traffic_has_filled_it_with():
    indexes = RuleIndexes(RuleSet([rule("$.body.*")]))
    small = len(pickle.dumps(indexes))
    for name in map(str, range(100)):
        indexes.at("GET /x").body.child(name)
    assert len(pickle.dumps(indexes)) == small
