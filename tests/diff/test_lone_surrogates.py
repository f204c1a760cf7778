"""Halves of surrogate pairs, which JSON may spell and no encoding has, are compared and shown like other characters."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.diff.compare import compare
from darklaunch.diff.difference import Compared
from darklaunch.diff.http.response import Response
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import RuleIndexes
from darklaunch.diff.rules.actions import Expected, Ignore, Matches, NormalisedText, Tolerance, Within
from darklaunch.diff.rules.array_actions import Key, Unordered
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from tests.diff.factories import answer

HALF = "\ud800"
MASKINGS = [Masking.NONE, Masking.SENSITIVE, Masking.ALL]
UTF_7 = (("content-type", "text/plain; charset=utf-7"),)


def written(production, shadow, *rules, masking=Masking.SENSITIVE):
    """The differences of two responses as columns of Arrow strings."""
    outcome = compare(production, shadow, RuleIndexes(RuleSet(rules)).at("GET /x"), masking)
    assert isinstance(outcome, Compared), outcome
    columns = ([getattr(d, name) for d in outcome.differences] for name in ("path", "production", "shadow", "rule"))
    return [pa.array(column, pa.string()).to_pylist() for column in columns]


@pytest.mark.parametrize("masking", [Masking.NONE, Masking.SENSITIVE])
@pytest.mark.parametrize("spelling", [b"\\ud800x", b"\\uD800x", b"\xed\xa0\x80x"])
def test_a_value_is_shown_with_its_escape(spelling, masking):
    production, shadow = answer(b'{"t":"%s"}' % spelling), answer(b'{"t":"y"}')
    assert written(production, shadow, masking=masking) == [["$.body.t"], ['"\\ud800x"'], ['"y"'], [None]]
    assert written(shadow, production, masking=masking) == [["$.body.t"], ['"y"'], ['"\\ud800x"'], [None]]


def test_a_value_that_spells_the_escape_itself_is_another_one():
    production, shadow = answer(b'{"t":"\\ud800"}'), answer(b'{"t":"\\\\ud800"}')
    assert written(production, shadow) == [["$.body.t"], ['"\\ud800"'], ['"\\\\ud800"'], [None]]
    assert written(production, answer(b'{"t": "\\uD800"}')) == [[], [], [], []]


def test_whole_pairs_are_characters():
    production, shadow = answer(b'{"t":"\\ud83d\\ude00"}'), answer('{"t":"\\ud83d😀"}'.encode())
    assert written(production, shadow)[1:3] == [['"😀"'], ['"\\ud83d😀"']]


def test_a_long_value_is_cut_after_it_was_escaped():
    production, shadow = answer(b'{"t":"%s"}' % (b"\\udfff" * 150)), answer(b'{"t":"y"}')
    shown = written(production, shadow)[1][0]
    assert len(shown) == 200
    assert shown.startswith('"\\udfff\\udfff')
    assert shown.endswith("…")


def test_the_whole_body_and_what_one_side_lacks_are_shown_with_escapes():
    assert written(answer(b'"\\udc00"'), answer(b"{}"))[1] == ['"\\udc00"']
    assert written(answer(b'{"a":"\\udc00"}'), answer(b"{}"))[1] == ['"\\udc00"']
    assert written(answer(b"[]"), answer(b'["\\udc00"]'))[2] == ['"\\udc00"']


@pytest.mark.parametrize("masking", MASKINGS)
def test_a_name_is_shown_with_its_escape(masking):
    production, shadow = answer(b'{"\\ud800": {"\\udc00 b": 1}}'), answer(b'{"\\ud800": {"\\udc00 b": 2}}')
    assert written(production, shadow, masking=masking)[0] == ["$.body['\\ud800']['\\udc00 b']"]


def test_texts_of_charsets_that_let_halves_through_are_shown_with_escapes():
    production, shadow = Response(200, UTF_7, b"+2AA-a"), Response(200, UTF_7, b"+2AA-b")
    assert production.body.decode("utf-7") == HALF + "a"
    assert written(production, shadow)[1:3] == [['"\\ud800a"'], ['"\\ud800b"']]


def test_the_name_of_a_rule_is_shown_with_the_escape_of_its_path():
    rule = Rule(path=f"$.body['{HALF}']", action=Ignore(), why="x", endpoint=None)
    assert written(answer(b'{"\\ud800": 1}'), answer(b'{"\\ud800": 2}'), rule) == [
        ["$.body['\\ud800']"],
        [None],
        [None],
        ["ignore $.body['\\ud800']"],
    ]


hostile = st.text(st.sampled_from([HALF, "\udbff", "\udc00", "a", "é", "😀", '"', "\\", "\0", "@", "%"]), max_size=4)
trees = st.recursive(
    hostile | st.integers(0, 2),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(hostile, below, max_size=3),
    max_leaves=8,
)
actions = st.sampled_from(
    [
        Ignore(),
        Tolerance(absolute=1),
        Within(seconds=1),
        Matches(regex="a+"),
        NormalisedText(case=True, whitespace=True),
        Expected(production=HALF),
        Unordered(),
        Key(member=HALF),
    ]
)


@given(trees, trees, actions, st.sampled_from(MASKINGS))
def test_whatever_holds_halves_is_compared_and_written(production, shadow, action, masking):
    rule = Rule(path="$..*", action=action, why="x")
    written(answer(production), answer(shadow), rule, masking=masking)
