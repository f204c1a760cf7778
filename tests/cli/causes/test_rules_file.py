"""Are rules added where the others stand, with everything else as it was, or clearly not at all?"""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.cli.causes.rules_file import UnwritableError, add_rules, put_back, rules_file, with_rules
from darklaunch.errors import UsageError

NEW = {"path": "$.body['a: b'][*]", "ignore": True, "why": "it's meant, #1"}
TEXTS = {
    "nothing": ("", []),
    "no end of line": ("launch: {name: x}", []),
    "an empty list": ("# rules\nrules: []  # none yet\n\n# the end\n", []),
    "nothing behind the key": ("rules:\nlaunch: {name: x}\n", []),
    "null": ("rules: null # none\nlaunch:\n  name: x\n", []),
    "a block": ("rules:\n- path: $.a  # first\n  why: x\n\n# then\nlaunch: {name: x}\n", [{"path": "$.a", "why": "x"}]),
    "an indented block": ("rules:\n    - path: $.a\n      why: x\npolicy: {}\n", [{"path": "$.a", "why": "x"}]),
    "flow entries in a block": ("rules:\n  - {path: $.a, why: x}  # one\n# end", [{"path": "$.a", "why": "x"}]),
    "nested at the end": (
        "rules:\n  - path: $.a\n    tolerance:\n      absolute: 1\n",
        [{"path": "$.a", "tolerance": {"absolute": 1}}],
    ),
    "a list in flow": ("rules: [{path: $.a, why: x}]  # one\n", [{"path": "$.a", "why": "x"}]),
    "a list in flow over lines": (
        "rules: [\n  {path: $.a, why: x},  # one\n]\nlaunch: {name: x}\n",
        [{"path": "$.a", "why": "x"}],
    ),
    "text over lines": (
        "rules:\n  - why: |\n      a\n      b\n    path: >-\n      $.a\n\nx: 1\n",
        [{"why": "a\nb\n", "path": "$.a"}],
    ),
    "Windows": ("rules:\r\n- path: $.a\r\n  why: x\r\nlaunch: {name: x}\r\n", [{"path": "$.a", "why": "x"}]),
    "a document's start": ("%YAML 1.2\n---\nrules: []\n", []),
}


@pytest.mark.parametrize("case", TEXTS)
def test_a_rule_is_added_and_all_else_stays(case):
    text, rules = TEXTS[case]
    after = with_rules(text, [NEW, {**NEW, "path": "$.b"}], "a comment")
    assert yaml.safe_load(after)["rules"] == [*rules, NEW, {**NEW, "path": "$.b"}]
    others = {key: value for key, value in (yaml.safe_load(text) or {}).items() if key != "rules"}
    assert {key: value for key, value in yaml.safe_load(after).items() if key != "rules"} == others
    comments = [line[line.index("#") :].strip() for line in text.splitlines() if "#" in line]
    assert all(comment in after for comment in comments)
    assert ("\r\n" in text) == ("\r\n" in after)
    assert "\n" not in after.replace("\r\n", "") or "\r\n" not in after
    # a second time as well
    assert len(yaml.safe_load(with_rules(after, [{**NEW, "path": "$.c"}], "again"))["rules"]) == len(rules) + 3


@pytest.mark.parametrize(
    "text",
    [
        "rules: {path: $.a}\n",
        "rules: text\n",
        "{rules: []}\n",
        "- rules\n",
        "a: &r\n  - {path: $.a, why: x}\nrules: *r\n",
        "a: &r {path: $.a, why: x}\nrules:\n  - *r\n",
        "rules: [ # none\n]\n",
        "rules: [\n",
        "rules: []\nrules: []\n",
        "rules: []\n---\nrules: []\n",
        "rules: []\n...\n",
    ],
)
def test_what_can_not_be_added_to_is_refused(text):
    try:
        after = with_rules(text, [NEW], "a comment")
    except UnwritableError:
        return
    assert yaml.safe_load(after)["rules"] == [NEW]


@given(st.text(alphabet="rules:-[]{} \n#'\"&*|>~ax,", max_size=40))
def test_no_text_is_broken(text):
    try:
        after = with_rules(text, [NEW], "a comment")
    except UnwritableError:
        return
    assert yaml.safe_load(after)["rules"][-1] == NEW


def tree(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize(
    ("files", "env", "expected"),
    [
        ({"base/launch.yaml": "launch: {}", "base/rules.yaml": "rules: []"}, None, "base/rules.yaml"),
        ({"base/all.yaml": "rules: []"}, None, "base/all.yaml"),
        ({"base/launch.yaml": "launch: {}"}, None, "base/rules.yaml"),
        ({"base/rules.yaml": "rules: []", "ci/x.yaml": "rules: []"}, "ci", "ci/x.yaml"),
        ({"base/rules.yaml": "rules: []", "ci/x.yaml": "launch: {}"}, "ci", "base/rules.yaml"),
        ({"a.yaml": "launch: {}", "b.yaml": "rules: []"}, None, "b.yaml"),
        ({"a.yaml": "launch: {}"}, None, "rules.yaml"),
    ],
)
def test_the_file_of_the_rules_in_force_is_found(tmp_path, files, env, expected):
    assert rules_file(tree(tmp_path, files), env) == tmp_path / expected


def test_without_a_configuration_there_is_nothing_to_add_to():
    with pytest.raises(UsageError, match="found no --conf"):
        rules_file(None, None)


def test_a_file_keeps_its_mark_mode_and_link_and_can_be_put_back(tmp_path):
    file, link = tmp_path / "real.yaml", tmp_path / "rules.yaml"
    before = b"\xef\xbb\xbfrules: []\n"
    file.write_bytes(before)
    file.chmod(0o640)
    link.symlink_to(file)
    assert add_rules(link, [NEW], "x") == before
    assert link.is_symlink()
    assert file.read_bytes().startswith(b"\xef\xbb\xbfrules:")
    assert file.stat().st_mode & 0o777 == 0o640
    put_back(link, before)
    assert file.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["real.yaml", "rules.yaml"]


def test_a_new_file_is_written_and_removed_again(tmp_path):
    file = tmp_path / "rules.yaml"
    assert add_rules(file, [NEW], "x") is None
    assert yaml.safe_load(file.read_text()) == {"rules": [NEW]}
    put_back(file, None)
    assert not file.exists()


def test_bytes_that_are_no_text_are_refused(tmp_path):
    file = tmp_path / "rules.yaml"
    file.write_bytes(b"rules: []\n# \xff\n")
    with pytest.raises(UnwritableError, match="it is not UTF-8; leave out --write"):
        add_rules(file, [NEW], "x")
