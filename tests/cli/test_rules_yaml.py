"""Proposed rules as YAML: what is pasted is data, whatever strangers called their paths."""

import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.cli.rules_yaml import as_json, as_yaml, rule_of
from darklaunch.diff.difference import Kind
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.values.json_path import render_path
from darklaunch.diff.values.shape_inference import infer_shape
from darklaunch.noise.candidate import VolatilePath
from darklaunch.noise.proposal import Proposal


def noise(endpoint="GET /x", path="$.body.at", values=("9f86d081", "884c7d65"), refused=None):
    return VolatilePath(
        endpoint=endpoint,
        path=path,
        kind=Kind.VALUE_CHANGED,
        shape=infer_shape(values),
        aa_pairs=1000,
        aa_differs=812,
        aa_low=0.777,
        aa_high=0.842,
        shadow_differs=830,
        refused=refused,
    )


def test_a_proposal_is_a_rule_to_paste_with_its_evidence():
    text = as_yaml(Proposal(learned=(noise(),), refused=(noise(path="$.body", refused="the root"),), refused_beyond=3))
    assert text == (
        "rules:\n"
        "# a token of 0-9 a-f, 8 characters; A/A rate at least 77.7 %; shadow differs in 830 of 1,000 pairs\n"
        "- path: $.body.at\n"
        "  pattern: '[0-9a-f]{8}'\n"
        "  why: baseline differs from production in 812 of 1,000 pairs\n"
        "  endpoint: GET /x\n"
        "# refused, so that the gate is not blinded:\n"
        "#   GET /x $.body (value_changed): the root; baseline differs from production in 812 of 1,000 pairs\n"
        "#   and 3 more paths\n"
    )


def test_nothing_to_propose_is_a_configuration_too():
    assert yaml.safe_load(as_yaml(Proposal())) == {"rules": []}


hostile = st.text(max_size=20)


@given(hostile, st.lists(hostile, max_size=3), hostile)
def test_strings_of_strangers_stay_data(endpoint, steps, reason):
    path = render_path(("body", *steps))
    proposal = Proposal(learned=(noise(endpoint, path),), refused=(noise(endpoint, path, refused=reason or "x"),))
    text = as_yaml(proposal)
    assert text.isascii()
    if not re.search("[\ud800-\udfff]", endpoint):
        assert yaml.safe_load(text) == {"rules": [rule_of(noise(endpoint, path))]}
        Rule(path=yaml.safe_load(text)["rules"][0]["path"], action=noise().rule().action, why="x")


@pytest.mark.parametrize(
    ("values", "pattern"),
    [
        (["abc", "defa"], "[a-f]{3,4}"),
        (["aGVsbG8-d29ybGQ_" * 20], "[0-9a-fg-zG-Z_.~-]{190,}"),
        (["Yw==", "YWI="], "[g-zG-Z+/=]{4}"),
        (["a(b", "a)b"], None),
        (["took 12 ms"], None),
        ([1.5, 2.5], None),
        (["2026-03-02T14:00:00Z"], None),
        ([""], None),
    ],
)
def test_a_token_is_proposed_as_a_pattern_that_its_values_match(values, pattern):
    rule = rule_of(noise(values=values))
    assert (rule.get("pattern"), rule.get("ignore")) == (pattern, None if pattern else True)
    assert pattern is None or all(re.fullmatch(pattern, value) for value in values)


def test_the_same_as_data_names_kinds_and_reasons():
    result = as_json(Proposal(learned=(noise(),), refused=(noise(refused="the root"),)))
    assert result["learned"][0]["shape"]["kind"] == "token"
    assert (result["refused"][0]["kind"], result["refused"][0]["reason"]) == ("value_changed", "the root")
