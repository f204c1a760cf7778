import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import darklaunch
from darklaunch.diff.difference import Kind
from darklaunch.diff.rules.actions import Ignore
from darklaunch.diff.rules.rule import Rule
from darklaunch.errors import ConfigError, UsageError


def _found(*bodies, **more):
    return [(each.path, each.kind, each.rule) for each in darklaunch.diff(*bodies, **more)]


def test_importing_darklaunch_imports_nothing_heavy():
    heavy = "{'pandas', 'mlflow', 'pyspark', 'numpy', 'pydantic', 'matplotlib'}"
    code = f"import sys, darklaunch; print(sorted({heavy} & set(sys.modules)))"
    lib = str(Path(darklaunch.__file__).parents[1])
    command = [sys.executable, "-c", code]
    process = subprocess.run(command, capture_output=True, text=True, check=True, env={"PYTHONPATH": lib})  # noqa: S603
    assert process.stdout.strip() == "[]"


def test_what_the_package_offers_is_there_and_nothing_else():
    assert darklaunch.__version__ == version("darklaunch")
    assert set(darklaunch.__all__) <= set(dir(darklaunch))
    assert all(getattr(darklaunch, name) for name in darklaunch.__all__)
    with pytest.raises(AttributeError, match="nonsense"):
        _ = darklaunch.nonsense


@pytest.mark.parametrize("shadow", [{"n": 2}, '{"n": 2}', b'{"n":2}'])
def test_a_body_may_be_a_value_text_or_bytes(shadow):
    assert _found({"n": 1}, shadow) == [("$.body.n", Kind.VALUE_CHANGED, None)]


@pytest.mark.parametrize(
    ("production", "shadow", "expected"),
    [
        (None, None, []),
        ("null", None, []),
        ("plain", "plain", []),
        (1, "1", []),
        (1, True, [("$.body", Kind.TYPE_CHANGED, None)]),
        ("plain", "plane", [("$.body", Kind.VALUE_CHANGED, None)]),
        (b"\xff\x00", b"\xff\x01", [("$.body", Kind.VALUE_CHANGED, None)]),
        ({"n": 1}, b"", [("$.body", Kind.MISSING, None)]),
        ({"n": 1}, "oops", [("$.body", Kind.TYPE_CHANGED, None)]),
    ],
)
def test_bodies_of_every_sort_are_compared(production, shadow, expected):
    assert _found(production, shadow) == expected


def test_a_rule_settles_a_difference_whether_mapping_or_value():
    spelt = {"path": "$.body.n", "ignore": True}
    made = Rule(path="$.body.n", action=Ignore(), why="x")
    assert _found({"n": 1}, {"n": 2}, rules=[spelt]) == _found({"n": 1}, {"n": 2}, rules=[made])
    assert _found({"n": 1}, {"n": 2}, rules=[spelt]) == [("$.body.n", Kind.VALUE_CHANGED, "ignore $.body.n")]


def test_a_rule_for_an_endpoint_holds_only_there():
    rules = [{"path": "$.body.n", "ignore": True, "endpoint": "GET /x"}]
    assert _found({"n": 1}, {"n": 2}, rules=rules)[0][2] is None
    assert _found({"n": 1}, {"n": 2}, rules=rules, endpoint="GET /x")[0][2] == "ignore $.body.n at GET /x"


def test_wrong_rules_are_told_at_once_as_in_the_yaml():
    with pytest.raises(ConfigError) as caught:
        darklaunch.diff(1, 2, [{"path": "$.body", "frobnicate": 1}, {"ignore": True}])
    assert caught.value.findings == (
        "diff: rules[0]: found no action, wanted exactly one of ignore, tolerance, within, unordered, key, pattern, "
        "text and expected, or a severity",
        "diff: rules[0].frobnicate: unknown key 'frobnicate', wanted one of: "
        "path, ignore, presence, tolerance, within, unordered, key, pattern, text, expected, severity, why, endpoint, "
        "owner, expires",
        "diff: rules[1].path: found nothing, wanted a value, because there is no default",
    )


@pytest.mark.parametrize("body", [{1, 2}, object()])
def test_what_is_no_body_is_refused(body):
    with pytest.raises(UsageError, match=r"shadow_body: found .*, wanted bytes, text or a JSON value"):
        darklaunch.diff({}, body)


def test_rules_are_checked_once_and_used_as_often_as_wanted():
    rules = darklaunch.Rules([{"path": "$.body.n", "ignore": True}])
    assert [rule.name for rule in rules] == [rules[0].name] == ["ignore $.body.n"]
    assert len(darklaunch.Rules([*rules, {"path": "$.body.m", "within": "2s"}])) == 2
    assert darklaunch.Rules(rules) == rules
    found = darklaunch.diff({"n": 1, "m": 1}, {"n": 2, "m": 2}, rules)
    assert [each.path for each in found] == ["$.body.m", "$.body.n"]
    assert [each.path for each in found.counting] == ["$.body.m"]


def test_rules_that_meet_are_refused_whether_spelt_or_made():
    made = Rule(path="$.body.n", action=Ignore(), why="x")
    with pytest.raises(ConfigError, match="can both settle the same path"):
        darklaunch.Rules([{"path": "$.body.*", "ignore": True}, made])


def test_rules_are_read_from_a_configuration_with_its_overlay(tmp_path):
    for name, path in (("base", "$.body.n"), ("ci", "$.body.m")):
        (tmp_path / name).mkdir()
        text = f"rules: [{{path: {path}, ignore: true, why: x}}]"
        (tmp_path / name / "rules.yaml").write_text(text)
    assert [rule.path for rule in darklaunch.Rules.read(tmp_path)] == ["$.body.n"]
    assert [rule.path for rule in darklaunch.Rules.read(tmp_path, env="ci")] == ["$.body.m"]


def test_a_notebook_shows_rules_and_differences_as_tables_of_text():
    rules = darklaunch.Rules([{"path": "$.body.n", "ignore": True, "why": "<b>"}])
    found = darklaunch.diff({"n": "<i>x</i>"}, {"n": 2}, rules)
    assert "&lt;b&gt;" in rules._repr_html_()
    assert "&lt;i&gt;x&lt;/i&gt;" in found._repr_html_()
    assert "no difference" in darklaunch.diff(1, 1)._repr_html_()
