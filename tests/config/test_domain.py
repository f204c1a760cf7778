import pytest

from darklaunch.config.domain import rule_set
from darklaunch.config.loading.load import load
from darklaunch.diff.rules.actions import Expected, Ignore, Matches, NormalisedText, Tolerance, Within
from darklaunch.diff.rules.array_actions import Key, Unordered
from darklaunch.diff.rules.severity import Severity
from darklaunch.errors import ConfigError


def _rules(text):
    return rule_set(load(overrides=[f"rules={text}"]).rules)


def test_every_key_of_a_rule_arrives():
    text = "[{path: $.body.at, ignore: true, why: a time, endpoint: 'GET /x', owner: me, expires: 2027-01-31}]"
    (rule,) = _rules(text).rules
    assert (rule.path, rule.action, rule.why) == ("$.body.at", Ignore(presence=True), "a time")
    assert (rule.endpoint, rule.owner, rule.expires.isoformat()) == ("GET /x", "me", "2027-01-31")


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("ignore: true, presence: false", Ignore(presence=False)),
        ("tolerance: {absolute: 0.5}", Tolerance(absolute=0.5, relative=0.0)),
        ("tolerance: {relative: 0.1}", Tolerance(absolute=0.0, relative=0.1)),
        ("within: 90s", Within(seconds=90)),
        ("unordered: true", Unordered()),
        ("key: id", Key(member="id")),
        ("pattern: '[a-z]+'", Matches(regex="[a-z]+")),
        ("text: {case: ignore}", NormalisedText(case=True)),
        ("text: {whitespace: collapse}", NormalisedText(whitespace=True)),
        ("expected: {from: null, to: 1}", Expected(production=None, shadow=1)),
        ("expected: {to: 'on'}", Expected(shadow="on")),
        ("severity: low", None),
    ],
)
def test_an_action_becomes_the_same_action(action, expected):
    (rule,) = _rules(f"[{{path: $.body.n, {action}, why: x}}]").rules
    assert rule.action == expected


def test_a_severity_arrives_alone_and_beside_an_action():
    alone, beside = _rules(
        "[{path: $.body.n, severity: low, why: x}, {path: $.body.m, severity: high, key: id, why: x}]"
    ).rules
    assert (alone.severity, alone.action) == (Severity.LOW, None)
    assert (beside.severity, beside.action) == (Severity.HIGH, Key(member="id"))


def test_no_rules_make_an_empty_set():
    assert rule_set(()).rules == ()


def test_every_bad_path_and_every_clash_is_told_at_once():
    with pytest.raises(ConfigError) as caught:
        _rules(
            "[{path: body.n, ignore: true, why: x}, {path: $.body.n, ignore: true, why: x},"
            " {path: '$.body[0]', ignore: true, why: x}, {path: $..n, ignore: true, why: x}]"
        )
    starts = [finding.partition(",")[0].partition(";")[0] for finding in caught.value.findings]
    assert starts == [
        "rules[0].path: found 'body.n'",
        "rules[2].path: found [0] in '$.body[0]'",
        "rules: 'ignore $.body.n' and 'ignore $..n' can both settle the same path",
    ]


@pytest.mark.parametrize(
    "master",
    [
        *("none", "yarn", "local", "local[*]", "local[12]", "local[*,3]", "local[2,3]", "local-cluster[2,1,1024]"),
        *("spark://a:7077,b:7077", "k8s://https://cluster:6443", "sc://host:15002/;token=x"),
    ],
)
def test_every_kind_of_master_that_spark_knows_is_taken(master):
    assert load(overrides=[f"spark.master='{master}'"]).spark.master == master
