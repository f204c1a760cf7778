"""What two responses differ in: a table of pairs, then laws over generated ones."""

import copy
import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.factories import JSON_HEADERS, answer, told, trees
from darklaunch.core.diff import compare
from darklaunch.core.difference import Compared, Incomparable
from darklaunch.core.exchange import Response
from darklaunch.core.mask import Masking
from darklaunch.core.rules import Ignore, Rule, RuleSet, Tolerance

NO_RULES = RuleSet().at("GET /x")

PAIRS = [
    # production, shadow, path, kind
    ({"a": 1}, {"a": 2}, "$.body.a", "value_changed"),
    ({"a": 1}, {"a": "1"}, "$.body.a", "type_changed"),
    ({"a": 1}, {"a": True}, "$.body.a", "type_changed"),
    ({"a": [0, 1]}, {"a": [0, True]}, "$.body.a[*]", "type_changed"),
    ({"a": 1}, {"a": None}, "$.body.a", "type_changed"),
    ({"a": None}, {}, "$.body.a", "missing"),
    ({}, {"a": None}, "$.body.a", "extra"),
    ({"a": {"b": 1}}, {"a": [1]}, "$.body.a", "type_changed"),
    ([1, 2], [2, 1], "$.body", "reordered"),
    ([1, 2], [1, 2, 3], "$.body[*]", "extra"),
    ([1, 2, 3], [1, 2], "$.body[*]", "missing"),
    ([{"p": 1}, {"p": 2}], [{"p": 1}, {"p": 3}], "$.body[*].p", "value_changed"),
    ({"a b": 1}, {"a b": 2}, "$.body['a b']", "value_changed"),
    ({"it's": 1}, {"it's": 2}, "$.body['it\\'s']", "value_changed"),
    (b'{"a": 9007199254740993}', b'{"a": 9007199254740992}', "$.body.a", "value_changed"),
    (b'{"a": 18446744073709551617}', b'{"a": 18446744073709551616}', "$.body.a", "value_changed"),
    (b'{"a": 0.1000000000000000001}', b'{"a": 0.1}', "$.body.a", "value_changed"),
    (b'{"a": 1e-400}', b'{"a": 0}', "$.body.a", "value_changed"),
    (b'{"a": NaN}', b'{"a": 1}', "$.body.a", "value_changed"),
    (b"{}", b"", "$.body", "missing"),
    (b"", b"{}", "$.body", "extra"),
    (b'{"a": 1}', b"not json", "$.body", "unparsable"),
    (b"nor this", b"not json", "$.body", "value_changed"),
]
EQUAL = [
    (b'{"a": 1, "b": 2}', b'{"b":2,"a":1}'),
    (b'{"a": 1}', b'{"a": 1.0}'),
    (b'{"a": 100000}', b'{"a": 1e5}'),
    (b'{"a": NaN}', b' {"a": NaN}'),
    (b'{"a": "\\u00e9"}', '{"a": "é"}'.encode()),
    (b'{"a": true}', b'{"a":true}'),
    (b"", None),
]


@pytest.mark.parametrize(("production", "shadow", "path", "kind"), PAIRS)
def test_one_planted_difference_is_the_only_one_found(production, shadow, path, kind):
    assert told(answer(production), answer(shadow)) == [(path, kind, True)]


@pytest.mark.parametrize(("production", "shadow"), EQUAL)
def test_what_means_the_same_is_no_difference(production, shadow):
    assert told(answer(production), answer(shadow)) == []


def test_status_and_headers_are_part_of_the_tree():
    production = answer({}, headers=(*JSON_HEADERS, ("ETag", "1"), ("X-Old", "y")))
    shadow = answer({}, status=500, headers=(*JSON_HEADERS, ("etag", "2"), ("vary", "z")))
    assert told(production, shadow) == [
        ("$.headers.etag", "value_changed", True),
        ("$.headers.vary", "extra", True),
        ("$.headers['x-old']", "missing", True),
        ("$.status", "value_changed", True),
    ]


def test_header_order_and_case_do_not_count_but_repeated_values_do():
    one = answer({}, headers=(("A", "1"), ("b", "2"), ("set-cookie", "x"), ("set-cookie", "y")))
    other = answer({}, headers=(("set-cookie", "x"), ("set-cookie", "y"), ("B", "2"), ("a", "1")))
    fewer = answer({}, headers=(("A", "1"), ("b", "2"), ("set-cookie", "x")))
    assert told(one, other) == []
    assert told(one, fewer) == [("$.headers['set-cookie']", "type_changed", True)]


def test_headers_minted_for_each_response_count_by_presence_only():
    dated = answer({}, headers=(("date", "1"),))
    assert told(dated, answer({}, headers=(("Date", "2"),))) == []
    assert told(dated, answer({}, headers=())) == [("$.headers.date", "missing", True)]


def test_compressed_bodies_are_compared_by_what_they_say():
    headers = (*JSON_HEADERS, ("content-encoding", "gzip"))
    one, other = (Response(200, headers, gzip.compress(b'{"a":1}', level)) for level in (1, 9))
    bad = Response(200, headers, b"no gzip")
    assert told(one, other) == []
    assert isinstance(compare(one, bad, NO_RULES, Masking.NONE), Incomparable)


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b'{"a":' * 5_000 + b"1" + b"}" * 5_000, b"\xff\xfe\x00", b"[1e999]", b'"\\ud800"', b"{" * 3],
)
def test_a_hostile_body_ends_in_a_comparison_or_an_incomparable(body):
    found = compare(answer({"a": 1}), answer(body), NO_RULES, Masking.SENSITIVE)
    assert isinstance(found, Compared | Incomparable)


def test_truncated_answers_are_incomparable_even_where_bytes_agree():
    cut = Response(200, JSON_HEADERS, b"{", truncated=True)
    assert compare(cut, cut, NO_RULES, Masking.NONE) == Incomparable("truncated")


IGNORE = Rule(path="$.body.a", action=Ignore(), why="volatile")
BLIND = Rule(path="$.body.a", action=Ignore(presence=False), why="volatile")
NEAR = Rule(path="$.body.a", action=Tolerance(absolute=0.5, relative=0.01), why="jitter")


@pytest.mark.parametrize(
    ("production", "shadow", "rule", "counts"),
    [
        ({"a": 1}, {"a": 2}, IGNORE, False),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, IGNORE, False),
        ({"a": 1}, {"a": "x"}, IGNORE, True),
        ({"a": 1}, {}, IGNORE, True),
        ({"a": 1}, {"a": "x"}, BLIND, False),
        ({"a": 1}, {}, BLIND, False),
        ({}, {"a": 1}, BLIND, False),
        ({"a": 1}, {"a": 1.5}, NEAR, False),
        ({"a": 1}, {"a": 1.51}, NEAR, True),
        ({"a": 1000}, {"a": 1010}, NEAR, False),
        ({"a": 1000}, {"a": 1011}, NEAR, True),
        ({"a": 1}, {"a": True}, NEAR, True),
        ({"a": "1"}, {"a": "1.1"}, NEAR, True),
    ],
)
def test_a_rule_settles_just_what_it_names(production, shadow, rule, counts):
    assert [found[2] for found in told(answer(production), answer(shadow), rule)] == [counts]


def test_a_settled_difference_is_kept_with_the_name_of_its_rule():
    found = compare(answer({"a": 1}), answer({"a": 2}), RuleSet([IGNORE]).at("GET /x"), Masking.NONE)
    assert isinstance(found, Compared)
    assert not found.mismatch
    assert [d.rule for d in found.differences] == ["ignore $.body.a"]


def test_a_rule_for_one_endpoint_leaves_the_others_alone():
    rules = RuleSet([Rule(path="$.body.a", action=Ignore(), why="x", endpoint="GET /y")])
    one, other = answer({"a": 1}), answer({"a": 2})
    here, there = (compare(one, other, rules.at(name), Masking.NONE) for name in ("GET /x", "GET /y"))
    assert (here.mismatch, there.mismatch) == (True, False)


def test_more_paths_than_are_listed_still_count():
    rules = RuleSet([Rule(path="$.body.v.*", action=Ignore(), why="x")])
    one = {"v": {str(n): 0 for n in range(500)}, "z": 0}
    other = {"v": {str(n): 1 for n in range(500)}, "z": 1}
    found = compare(answer(one), answer(other), rules.at("GET /x"), Masking.NONE)
    assert found.mismatch
    assert found.beyond == 401


@given(trees)
def test_a_response_never_differs_from_itself(tree):
    raw = json.dumps(tree).encode()
    assert told(answer(raw), answer(b" " + raw)) == []


@given(trees, trees)
def test_swapping_the_sides_mirrors_missing_and_extra(one, other):
    mirror = {"missing": "extra", "extra": "missing"}
    there = told(answer(one), answer(other))
    back = told(answer(other), answer(one))
    assert sorted((path, mirror.get(kind, kind), counts) for path, kind, counts in back) == sorted(there)


def shuffled(tree, rng):
    if isinstance(tree, dict):
        names = list(tree)
        rng.shuffle(names)
        return {name: shuffled(tree[name], rng) for name in names}
    return [shuffled(element, rng) for element in tree] if isinstance(tree, list) else tree


@given(trees, trees, st.randoms(use_true_random=False))
def test_key_order_never_matters(one, other, rng):
    assert told(answer(one), answer(shuffled(copy.deepcopy(other), rng))) == told(answer(one), answer(other))


@given(trees, trees, st.sampled_from(["$.body.a", "$.body..b", "$.body[*]", "$.body.*.c", "$.status"]))
def test_an_ignore_rule_only_ever_removes_differences(one, other, path):
    rule = Rule(path=path, action=Ignore(presence=False), why="x")
    plain = {found[0] for found in told(answer(one), answer(other)) if found[2]}
    ruled = {found[0] for found in told(answer(one), answer(other), rule) if found[2]}
    assert ruled <= plain


@given(trees, trees)
def test_equal_trees_and_only_they_have_no_difference(one, other):
    exact = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    if exact:
        assert told(answer(one), answer(other)) == []
    elif not _loosely_equal(one, other):
        assert told(answer(one), answer(other)) != []


def _loosely_equal(one, other):
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_loosely_equal(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_loosely_equal, one, other))
    return (type(one) in {int, float} and type(other) in {int, float} and one == other) or (
        type(one) is type(other) and one == other
    )
