"""What comparing two responses comes to, beside the pairs of ``test_table``."""

import gzip
import inspect
import sys
from dataclasses import replace

import pytest

from darklaunch.diff.compare import compare
from darklaunch.diff.difference import Compared, Incomparable
from darklaunch.diff.http.response import Response
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import RuleIndexes
from darklaunch.diff.rules.actions import Ignore, Learned, Matches, Tolerance
from darklaunch.diff.rules.array_actions import Key, Unordered
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.diff.values.shape_inference import infer_shape
from tests.diff.factories import JSON_HEADERS, answer, differences_of

NO_RULES = RuleIndexes(RuleSet()).at("GET /x")

EQUAL = [
    (b'{"a": 1, "b": 2}', b'{"b":2,"a":1}'),
    (b'{"a": 1}', b'{"a": 1.0}'),
    (b'{"a": 100000}', b'{"a": 1e5}'),
    (b'{"a": NaN}', b' {"a": NaN}'),
    (b'{"a": "\\u00e9"}', '{"a": "é"}'.encode()),
    (b'{"a": true}', b'{"a":true}'),
    (b"", None),
]


@pytest.mark.parametrize(("production", "shadow"), EQUAL)
def test_what_means_the_same_is_no_difference(production, shadow):
    assert differences_of(answer(production), answer(shadow)) == []


def test_header_order_and_case_do_not_count_but_repeated_values_do():
    production_response = answer({}, headers=(("A", "1"), ("b", "2"), ("set-cookie", "x"), ("set-cookie", "y")))
    shadow_response = answer({}, headers=(("set-cookie", "x"), ("set-cookie", "y"), ("B", "2"), ("a", "1")))
    fewer = answer({}, headers=(("A", "1"), ("b", "2"), ("set-cookie", "x")))
    assert differences_of(production_response, shadow_response) == []
    assert differences_of(production_response, fewer) == [("$.headers['set-cookie']", "type_changed", True)]


def test_headers_minted_for_each_response_count_by_presence_only():
    dated = answer({}, headers=(("date", "1"),))
    assert differences_of(dated, answer({}, headers=(("Date", "2"),))) == []
    assert differences_of(dated, answer({}, headers=())) == [("$.headers.date", "missing", True)]


def test_compressed_bodies_are_compared_by_what_they_say():
    headers = (*JSON_HEADERS, ("content-encoding", "gzip"))
    production_response, shadow_response = (
        Response(200, headers, gzip.compress(b'{"a":1}', level)) for level in (1, 9)
    )
    bad = Response(200, headers, b"no gzip")
    assert differences_of(production_response, shadow_response) == []
    assert differences_of(production_response, bad) == [UNDECODABLE]
    assert compare(bad, production_response, NO_RULES, Masking.NONE) == NOT_GZIP
    assert compare(bad, replace(bad, body=b"other"), NO_RULES, Masking.NONE) == NOT_GZIP
    assert differences_of(bad, bad) == []


NOT_GZIP = Incomparable("not gzip, though content-encoding says so")
UNDECODABLE = ("$.body", "undecodable", True)
UNPARSABLE, OTHER_TYPE = ("$.body", "unparsable", True), ("$.body", "type_changed", True)


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 5_000 + b"1" + b"}" * 5_000])
def test_a_body_nested_too_deeply_counts_against_the_shadow_alone(body):
    assert differences_of(answer({"a": 1}), answer(body)) == [UNDECODABLE]
    comparison = compare(answer(body), answer({"a": 1}), NO_RULES, Masking.SENSITIVE)
    assert comparison == Incomparable("nested too deeply")


@pytest.mark.parametrize(
    ("body", "difference"),
    [(b"\xff\xfe\x00", UNPARSABLE), (b"{" * 3, UNPARSABLE), (b"[1e999]", OTHER_TYPE), (b'"\\ud800"', OTHER_TYPE)],
)
def test_a_hostile_body_is_a_difference_of_the_whole_body(body, difference):
    assert differences_of(answer({"a": 1}), answer(body)) == [difference]


def test_truncated_answers_are_incomparable_even_where_bytes_agree():
    cut = Response(200, JSON_HEADERS, b"{", truncated=True)
    assert compare(cut, cut, NO_RULES, Masking.NONE) == Incomparable("truncated")


IGNORE = Rule(path="$.body.a", action=Ignore(), why="volatile")


def test_a_settled_difference_is_kept_with_the_name_of_its_rule():
    outcome = compare(answer({"a": 1}), answer({"a": 2}), RuleIndexes(RuleSet([IGNORE])).at("GET /x"), Masking.NONE)
    assert isinstance(outcome, Compared)
    assert not outcome.mismatch
    assert [d.rule for d in outcome.differences] == ["ignore $.body.a"]


def test_a_rule_for_one_endpoint_leaves_the_others_alone():
    indexes = RuleIndexes(RuleSet([Rule(path="$.body.a", action=Ignore(), why="x", endpoint="GET /y")]))
    production_response, shadow_response = answer({"a": 1}), answer({"a": 2})
    ruled, unruled = (
        compare(production_response, shadow_response, indexes.at(name), Masking.NONE) for name in ("GET /x", "GET /y")
    )
    assert (ruled.mismatch, unruled.mismatch) == (True, False)


def test_more_paths_than_are_listed_still_count():
    rules = RuleSet([Rule(path="$.body.v.*", action=Ignore(), why="x")])
    production_response = {"v": {str(n): 0 for n in range(500)}, "z": 0}
    shadow_response = {"v": {str(n): 1 for n in range(500)}, "z": 1}
    outcome = compare(
        answer(production_response), answer(shadow_response), RuleIndexes(rules).at("GET /x"), Masking.NONE
    )
    assert outcome.mismatch
    assert outcome.beyond == 401


DEEP = 500


@pytest.mark.parametrize("action", [None, Ignore(), Tolerance(absolute=1), Unordered(), Key(member="a")])
@pytest.mark.parametrize(("opening", "closing"), [(b"[1,", b"]"), (b'[{"a":', b"}]"), (b'{"a":', b"}")])
def test_trees_as_deep_as_bodies_may_be_are_compared(action, opening, closing):
    depth = DEEP // (opening.count(b"[") + opening.count(b"{"))
    production_response, shadow_response, third = (
        answer(opening * depth + leaf + closing * depth) for leaf in (b"1", b"3", b"true")
    )
    rules = [Rule(path="$..*", action=action, why="x")] if action is not None else []
    for shadow in (shadow_response, third):
        outcome = compare(production_response, shadow, RuleIndexes(RuleSet(rules)).at("GET /x"), Masking.SENSITIVE)
        assert isinstance(outcome, Compared), outcome
        assert 1 <= len(outcome.differences) <= 2  # a key that changed is one less and one more


def test_a_comparison_raises_nothing_however_little_room_the_stack_has():
    index = RuleIndexes(RuleSet([Rule(path="$..*", action=Unordered(), why="x")])).at("GET /x")
    production_response, shadow_response = (answer(b"[1," * 300 + leaf + b"]" * 300) for leaf in (b"1", b"3"))

    def below(frames):
        return below(frames - 1) if frames else compare(production_response, shadow_response, index, Masking.NONE)

    # first the parsers have no room, then the comparison has none, and in the end both have some
    most = sys.getrecursionlimit() - len(inspect.stack(0))
    outcomes = [below(most - room) for room in (*range(300, 360, 4), 900)]
    assert outcomes[0] == Incomparable("nested too deeply")
    assert outcomes[-1].mismatch
    assert all(each in (outcomes[0], outcomes[-1]) for each in outcomes)


@pytest.mark.parametrize("wrapped", [b"[[%s, 1], [2]]", b'[{"a": %s}, {"a": 2}]'])
@pytest.mark.parametrize(
    "number",
    [b"9e999999", b"-9e999999", b"1e-999999", b"0e-99999999", b"1" * 4000, b"NaN", b"-Infinity", b"1e99999999"],
)
def test_numbers_without_bounds_are_compared_in_arrays_of_any_order(wrapped, number):
    rules = [
        Rule(path="$.body", action=Unordered(), why="x"),
        Rule(path="$.body[*].*", action=Tolerance(relative=0.1), why="x"),
    ]
    production_response, shadow_response = answer(wrapped % number), answer(wrapped % b"7")
    outcome = compare(production_response, shadow_response, RuleIndexes(RuleSet(rules)).at("GET /x"), Masking.SENSITIVE)
    assert outcome.mismatch


def test_a_pattern_is_held_against_a_hostile_text_in_linear_time():
    rule = Rule(path="$.body", action=Matches(regex="(a+)+(a|a)*b"), why="x")
    production_response, shadow_response = "a" * 9000, "a" * 9001
    assert differences_of(answer(production_response), answer(shadow_response), rule) == [
        ("$.body", "value_changed", True)
    ]
    assert differences_of(answer(production_response + "b"), answer(shadow_response + "b"), rule) == [
        ("$.body", "value_changed", False)
    ]
    assert differences_of(answer("a" * 10_000 + "b"), answer("ab"), rule) == [("$.body", "value_changed", True)]


UUID = Learned(shape=infer_shape(["7b0f38a5-3c5e-4f7e-9d59-0123456789ab", "01234567-89ab-cdef-0123-456789abcdef"]))


@pytest.mark.parametrize(
    ("shadow", "expected"),
    [
        ("7b0f38a5-3c5e-4f7e-9d59-111111111111", ("value_changed", False)),
        ("7b0f38a5", ("value_changed", True)),
        (None, ("type_changed", True)),
        ({"b": 1}, ("type_changed", True)),
    ],
)
def test_a_learned_rule_takes_values_of_its_shape_and_no_others(shadow, expected):
    rule = Rule(path="$.body.a", action=UUID, why="learned")
    production = {"a": "7b0f38a5-3c5e-4f7e-9d59-000000000000"}
    assert differences_of(answer(production), answer({"a": shadow}), rule) == [("$.body.a", *expected)]
    assert differences_of(answer(production), answer({}), rule) == [("$.body.a", "missing", True)]
    assert differences_of(answer({"a": "x"}), answer(production), rule) == [("$.body.a", "value_changed", True)]


def test_one_index_serves_two_maskings():
    index = RuleIndexes(RuleSet([Rule(path="$.body.users.*", action=Ignore(), why="x")])).at("GET /x")
    production_response, shadow_response = (answer({"users": {"ada@example.com": n}}) for n in (1, 2))
    shown = [
        compare(production_response, shadow_response, index, masking).differences[0].path
        for masking in (Masking.NONE, Masking.SENSITIVE)
    ]
    assert shown[0] == "$.body.users['ada@example.com']"
    assert "ada" not in shown[1]


@pytest.mark.parametrize(
    ("production", "shadow", "rules", "seen"),
    [
        (b'{"a": 1, "b": 2}', b'{"a": 1, "b"', (), False),
        (b'{"a": 1, "b": 2}', b'{"a": 9, "b"', (), True),
        (b'{"a": 9, "b"', b'{"a": 1, "b": 2}', (), True),
        (b'{"a": 1}', b"", (), False),
        (b'{"a": 1, "b": 2}', b'{"a": 9, "b"', ("$.body.a",), False),
        (b'{"a": 1, "b": 2}', b'{"a": 9, "b"', ("$.headers.x",), True),
    ],
)
def test_a_body_that_was_cut_is_a_mismatch_where_what_is_left_differs(production, shadow, rules, seen):
    index = RuleIndexes(RuleSet(Rule(path=path, action=Ignore(), why="w") for path in rules)).at("GET /x")
    whole, cut = Response(200, JSON_HEADERS, production), Response(200, JSON_HEADERS, shadow, truncated=True)
    for pair in ((whole, cut), (replace(whole, truncated=True), replace(cut, truncated=False))):
        comparison = compare(*pair, index, Masking.NONE)
        if seen:
            assert [each.path for each in comparison.counting] == ["$.body"]
        else:
            assert comparison == Incomparable("truncated")


def test_a_coded_body_that_was_cut_says_nothing():
    coded = (*JSON_HEADERS, ("content-encoding", "gzip"))
    whole, cut = Response(200, coded, b"\x1f\x8babc"), Response(200, coded, b"\x1f\x8bxy", truncated=True)
    assert compare(whole, cut, NO_RULES, Masking.NONE) == Incomparable("truncated")


@pytest.mark.parametrize(("body", "counts"), [(None, True), (b"", True), (b"{}", False)])
def test_content_length_counts_by_value_where_there_is_no_body(body, counts):
    answers = (Response(200, (("content-length", length),), body) for length in ("512", "90"))
    assert compare(*answers, NO_RULES, Masking.NONE).mismatch is counts
