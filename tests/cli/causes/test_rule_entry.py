"""Does the configuration read a proposed rule as it was meant?"""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.cli.causes.rule_entry import as_block, as_flow, entry_of, finding
from darklaunch.config.loading.tree import plain
from darklaunch.config.loading.yaml_reader import read
from darklaunch.diff.rules.actions import Expected, Ignore, Learned, Matches, NormalisedText, Tolerance, Within
from darklaunch.diff.rules.array_actions import Key, Unordered
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.values.shape_inference import infer_shape


def rule(action, **changes):
    return Rule(**{"path": "$.body.a", "action": action, "why": "meant", "endpoint": "GET /x"} | changes)


@pytest.mark.parametrize(
    ("action", "entry"),
    [
        (Ignore(), {"ignore": True}),
        (Ignore(presence=False), {"ignore": True, "presence": False}),
        (Tolerance(absolute=1e-05), {"tolerance": {"absolute": 1e-05}}),
        (Tolerance(relative=0.01), {"tolerance": {"relative": 0.01}}),
        (Within(seconds=300), {"within": "5m"}),
        (Within(seconds=86_400), {"within": "1d"}),
        (Unordered(), {"unordered": True}),
        (Key(member="id"), {"key": "id"}),
        (Matches(regex="[0-9a-f]{8}"), {"pattern": "[0-9a-f]{8}"}),
        (NormalisedText(case=True, whitespace=True), {"text": {"case": "ignore", "whitespace": "collapse"}}),
        (Expected(production="1e5", shadow=None), {"expected": {"from": "1e5", "to": None}}),
        (Expected(production="on", shadow="0123"), {"expected": {"from": "on", "to": "0123"}}),
        (Expected(shadow=0.5), {"expected": {"to": 0.5}}),
    ],
)
def test_an_entry_is_read_back_as_the_same_rule(action, entry):
    made = rule(action)
    assert entry_of(made) == {"path": "$.body.a", **entry, "why": "meant", "endpoint": "GET /x"}
    assert finding(made) is None
    assert plain(read(as_flow(entry_of(made)), str).tree) == entry_of(made)


@given(st.text(), st.text(max_size=30), st.one_of(st.text(), st.integers(), st.booleans(), st.none()))
def test_a_rule_is_read_back_alike_or_refused(why, endpoint, side):
    made = rule(Expected(production=side, shadow="x"), why=why, endpoint=f"GET {endpoint}")
    if finding(made) is None:
        assert plain(read(as_block([entry_of(made)]), str).tree) == (entry_of(made),)


@pytest.mark.parametrize("changes", [{"endpoint": "get /x"}, {"endpoint": "GET /a\nb"}, {"why": " "}])
def test_what_no_configuration_takes_is_told(changes):
    assert "wanted" in finding(rule(Ignore(), **changes))


def test_a_learned_rule_is_none_that_can_be_written():
    with pytest.raises(ValueError, match="a configuration can hold"):
        entry_of(rule(Learned(shape=infer_shape(["a"]))))


def test_blocks_are_plain_yaml():
    entries = [entry_of(rule(Expected(production="Express", shadow="Express 5")))]
    assert yaml.safe_load(as_block(entries)) == entries
