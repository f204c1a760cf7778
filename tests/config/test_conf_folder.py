"""The folder ``conf/`` of this repository against the model."""

from pathlib import Path

import pytest

from darklaunch.config.domain import rule_set
from darklaunch.config.flat import flat
from darklaunch.config.loading.files import read_layer
from darklaunch.config.loading.load import load
from darklaunch.config.loading.tree import Branch
from darklaunch.config.settings.model import Settings
from darklaunch.config.settings.rules import ACTIONS

CONF = Path(__file__).parents[2] / "conf"
OVERLAYS = sorted(each.name for each in CONF.iterdir() if each.is_dir() and each.name != "base")


def keys(node, path=()):
    if not isinstance(node, Branch) or not node.children:
        return {".".join(path)}
    return {key for name, child in node.children.items() for key in keys(child, (*path, name))}


def test_base_says_exactly_the_defaults():
    assert load(conf=CONF) == Settings()


def test_base_holds_every_key_there_is():
    assert keys(read_layer(sorted((CONF / "base").glob("*.yaml"))).tree) == set(flat(Settings()))


def test_base_has_one_file_for_each_section():
    assert {each.stem for each in (CONF / "base").iterdir()} == set(Settings.model_fields)


def test_there_is_an_overlay_to_learn_from():
    assert "ci" in OVERLAYS


@pytest.mark.parametrize("env", OVERLAYS)
def test_an_overlay_holds_only_what_differs(env):
    base, both = flat(load(conf=CONF)), flat(load(conf=CONF, env=env))
    changed = keys(read_layer(sorted((CONF / env).glob("*.yaml"))).tree)
    assert changed == {key for key, text in both.items() if base.get(key) != text}


def test_the_examples_in_the_comments_of_the_rules_are_rules(tmp_path):
    commented = (CONF / "base" / "rules.yaml").read_text().splitlines()
    example = [line[1:] for line in commented if line.startswith("#  ")]
    (tmp_path / "rules.yaml").write_text("\n".join(["rules:", *example]))
    rules = load(conf=tmp_path).rules
    assert {action for rule in rules for action in ACTIONS if getattr(rule, action) is not None} == set(ACTIONS)
    assert len(rule_set(rules).rules) == len(rules)
