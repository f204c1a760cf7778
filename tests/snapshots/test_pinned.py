"""What the evidence of a running launch rests on: these values change only with a new version of the evidence."""

import json
from pathlib import Path

import pytest

from darklaunch.contract.launch import Launch
from darklaunch.diff.rules.actions import (
    ANYTHING,
    Expected,
    Ignore,
    Learned,
    Matches,
    NormalisedText,
    Tolerance,
    Within,
)
from darklaunch.diff.rules.array_actions import Key, Unordered
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.diff.rules.severity import Severity
from darklaunch.diff.values.shape_inference import infer_shape
from darklaunch.noise.candidate import VolatilePath
from darklaunch.noise.counts import NoiseCounts

FOLDER = Path(__file__).parent
DIGESTS = {
    "ignore": (Ignore(), "18790bba6df6"),
    "ignore presence": (Ignore(presence=False), "4b2bc46f1a8f"),
    "tolerance": (Tolerance(absolute=0.5, relative=0.01), "77122f2736f5"),
    "within": (Within(seconds=2.0), "bc80fe964740"),
    "unordered": (Unordered(), "e6c133f75f8b"),
    "key": (Key(member="id"), "fa53c7153b1b"),
    "pattern": (Matches(regex="[a-f0-9]+"), "d76b557e6953"),
    "text": (NormalisedText(case=True), "8aeb4f77281e"),
    "expected": (Expected(production="v1", shadow="v2"), "6eff6fc76b12"),
    "expected anything": (Expected(production=ANYTHING, shadow=1), "4321a52aa307"),
    "learned": (Learned(shape=infer_shape(["a1", "b22"])), "a7be1d815341"),
    "severity alone": (None, "d8f727b6e6c7"),
}


@pytest.mark.parametrize("name", DIGESTS)
def test_the_digest_of_a_rule_is_pinned(name):
    action, digest = DIGESTS[name]
    severity = Severity.LOW if action is None else None
    rule = Rule(path="$.body.items[*].id", action=action, why="pinned", endpoint="GET /items", severity=severity)
    assert RuleSet([rule]).digest == digest


def test_the_key_of_a_launch_is_pinned():
    launch = Launch(
        name="checkout v2",
        production_release="1.9.0",
        shadow_release="2.0.0-rc1",
        rules_digest="0123456789ab",
    )
    assert launch.key == "checkout-v2--1.9.0--2.0.0-rc1--b20711ab"


def test_learned_noise_of_an_earlier_run_is_read_and_written_alike():
    written = json.loads((FOLDER / "learned_shapes.json").read_text())
    assert [VolatilePath.from_dict(path).as_dict() for path in written["learned"]] == written["learned"]


def test_counts_of_noise_of_an_earlier_run_are_read_and_written_alike():
    written = json.loads((FOLDER / "noise_counts.json").read_text())
    assert NoiseCounts.from_dict(written).as_dict() == written
