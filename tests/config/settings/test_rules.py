from datetime import date

import pytest
from pydantic import ValidationError

from darklaunch.config.flat import flat
from darklaunch.config.loading.load import load
from darklaunch.config.settings.rules import RuleSettings

NO_ACTION = (
    "rules[0]: found no action, wanted exactly one of ignore, tolerance, within, unordered, key, pattern, text and "
    "expected, or a severity"
)


def test_a_rule_with_every_key_is_taken():
    text = (
        "rules=[{path: $.body.at, ignore: true, presence: false, why: a trigger, endpoint: 'GET /x', "
        "owner: me, expires: 2027-01-31}]"
    )
    (rule,) = load(overrides=[text]).rules
    assert (rule.path, rule.ignore, rule.presence, rule.tolerance) == ("$.body.at", True, False, None)
    assert (rule.why, rule.endpoint, rule.owner, rule.expires) == (
        "a trigger",
        "GET /x",
        "me",
        date(2027, 1, 31),
    )


def test_one_side_of_a_tolerance_will_do_and_may_be_a_whole_number():
    (rule,) = load(overrides=["rules=[{path: $.body.n, tolerance: {absolute: 1}, why: rounding}]"]).rules
    assert (rule.tolerance.absolute, rule.tolerance.relative) == (1.0, None)
    assert rule.presence


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("path: $.x, why: x", NO_ACTION),
        ("path: $.x, why: x, ignore: null", NO_ACTION),
        (
            "path: $.x, why: x, ignore: true, tolerance: {absolute: 1}",
            "rules[0]: found ignore and tolerance, wanted exactly one action",
        ),
        ("path: $.x, why: x, ignore: false", "rules[0].ignore: found false, wanted true"),
        (
            "path: $.x, why: x, tolerance: {}",
            "rules[0].tolerance: found neither absolute nor relative, wanted at least one of them",
        ),
        (
            "path: $.x, why: x, tolerance: {relative: -1}",
            "rules[0].tolerance.relative: found -1, wanted a number of at least 0",
        ),
        (
            "path: $.x, why: x, tolerance: {absolute: 1}, presence: true",
            "rules[0]: found presence without ignore, wanted it only there; remove it",
        ),
        (
            "path: $.x, ignore: true",
            "rules[0].why: found nothing, wanted a value, because there is no default",
        ),
        (
            "path: $.x, why: x, ignore: true, expires: 2027-02-30",
            "rules[0].expires: found '2027-02-30', wanted a day such as 2027-01-31",
        ),
        (
            "path: $.x, why: x, within: 0s",
            "rules[0].within: found '0s', wanted a duration above 0, such as 30s, 10m, 1h or 2d",
        ),
        ("path: $.x, why: x, unordered: false", "rules[0].unordered: found false, wanted true"),
        (
            "path: $.x, why: x, key: 7",
            "rules[0].key: found 7, wanted a text on one line, in quotes where it looks like a number",
        ),
        (
            "path: $.x, why: x, pattern: 'a)|(b'",
            "rules[0].pattern: found 'a)|(b' (unexpected ): a)|(b), wanted a regular expression as RE2 reads it, "
            "without backreferences and lookarounds",
        ),
        (
            "path: $.x, why: x, text: {}",
            "rules[0].text: found neither case nor whitespace, wanted at least one of them",
        ),
        ("path: $.x, why: x, text: {case: fold}", "rules[0].text.case: found 'fold', wanted ignore"),
        (
            "path: $.x, why: x, expected: {}",
            "rules[0].expected: found neither from nor to, wanted at least one of them",
        ),
        (
            "path: $.x, why: x, expected: {from: [1]}",
            "rules[0].expected.from: found a list, wanted a text, a number, true, false or null",
        ),
        ("path: $.x, why: x, expected: {form: 1}", "rules[0].expected.form: found 'form', wanted from or to"),
        ("path: $.x, why: x, severity: grave", "rules[0].severity: found 'grave', wanted high, medium or low"),
    ],
)
def test_what_a_rule_may_not_say_is_refused(refused, keys, expected):
    assert refused(f"rules=[{{{keys}}}]") == (f"-o rules: {expected}",)


def test_an_expected_null_is_not_a_side_left_out():
    text = "[{path: $.x, why: x, expected: {from: null, to: true}}, {path: $.y, why: y, expected: {to: 1}}]"
    settings = load(overrides=[f"rules={text}"])
    assert [dict(rule.expected) for rule in settings.rules] == [{"from": None, "to": True}, {"to": 1}]
    assert flat(settings)["rules[0].expected.to"] == "true"


def test_a_severity_needs_no_action():
    (rule,) = load(overrides=["rules=[{path: $.x, why: x, severity: high}]"]).rules
    assert rule.severity == "high"


def test_contradictions_and_wrong_fields_of_all_rules_are_told_at_once(refused):
    findings = refused("rules=[{path: $.x}, {why: y, frobnicate: 1}]")
    assert [finding.partition(", wanted")[0] for finding in findings] == [
        "-o rules: rules[0]: found no action",
        "-o rules: rules[0].why: found nothing",
        "-o rules: rules[1]: found no action",
        "-o rules: rules[1].path: found nothing",
        "-o rules: rules[1].frobnicate: unknown key 'frobnicate'",
    ]


def test_a_rule_made_in_python_obeys_the_same():
    with pytest.raises(ValidationError, match="found no action"):
        RuleSettings(path="$.x", why="x")
