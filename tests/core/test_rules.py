"""Rule sets: ambiguity, expiry, digest."""

import pickle
from datetime import date

import pytest

from darklaunch.core.rules import Ignore, Rule, RuleSet, Tolerance
from darklaunch.errors import ConfigError


def rule(path, **changes):
    return Rule(**{"path": path, "action": Ignore(), "why": "because", **changes})


def test_two_rules_that_can_settle_the_same_path_are_refused_by_name():
    with pytest.raises(ConfigError) as caught:
        RuleSet([rule("$.body.a"), rule("$.body.*", action=Tolerance(absolute=1)), rule("$.body.b.c")])
    assert len(caught.value.findings) == 1
    assert "$.body.a" in caught.value.findings[0]
    assert "$.body.*" in caught.value.findings[0]


def test_rules_of_different_endpoints_do_not_meet():
    RuleSet([rule("$.body.a", endpoint="GET /x"), rule("$.body.a", endpoint="GET /y")])


def test_a_rule_stops_the_run_from_its_day_on():
    rules = RuleSet([rule("$.body.a", expires=date(2026, 3, 2)), rule("$.body.b")])
    rules.refuse_expired(date(2026, 3, 1))
    with pytest.raises(ConfigError, match="expired on 2026-03-02"):
        rules.refuse_expired(date(2026, 3, 2))


def test_the_digest_changes_with_deeds_and_not_with_words():
    digest = RuleSet([rule("$.body.a"), rule("$.body.b")]).digest
    assert RuleSet([rule("$.body.b", why="other", owner="me"), rule("$.body.a")]).digest == digest
    for other in (
        rule("$.body.c"),
        rule("$.body.a", action=Ignore(presence=False)),
        rule("$.body.a", endpoint="GET /x"),
    ):
        assert RuleSet([other, rule("$.body.b")]).digest != digest


def test_a_rule_set_travels_to_workers():
    rules = pickle.loads(pickle.dumps(RuleSet([rule("$.body.a")])))  # noqa: S301 - our own bytes
    assert rules.at("GET /x").body.child("a").rule.name == "ignore $.body.a"
