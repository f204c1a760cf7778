"""Laws of the comparison, over generated trees."""

import copy
import json

from hypothesis import given
from hypothesis import strategies as st

from darklaunch.diff.rules.actions import Ignore, Matches, NormalisedText, Tolerance, Within
from darklaunch.diff.rules.array_actions import Key, Unordered
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.values.equality import canonical_bytes, canonical_multiset, json_equal
from tests.diff.factories import answer, told, trees

PATHS = st.sampled_from(["$.body", "$.body.a", "$.body..b", "$.body[*]", "$.body.*.c", "$.status", "$..*"])
ACTIONS = st.sampled_from(
    [
        Ignore(),
        Ignore(presence=False),
        Tolerance(absolute=1),
        Within(seconds=1),
        Unordered(),
        Key(member="a"),
        Matches(regex="[a-z]*"),
        NormalisedText(case=True),
    ]
)
rules = st.builds(Rule, path=PATHS, action=ACTIONS, why=st.just("x"))


def counting(*of):
    return [found[:2] for found in told(*of) if found[2]]


def shuffled(tree, rng):
    """The tree with members, but not elements, in another order."""
    if isinstance(tree, dict):
        names = list(tree)
        rng.shuffle(names)
        return {name: shuffled(tree[name], rng) for name in names}
    return [shuffled(element, rng) for element in tree] if isinstance(tree, list) else tree


@given(trees, rules)
def test_a_response_never_differs_from_itself(tree, rule):
    raw = json.dumps(tree).encode()
    assert told(answer(raw), answer(b" " + raw), rule) == []


@given(trees, trees, rules)
def test_swapping_the_sides_mirrors_missing_and_extra(one, other, rule):
    mirror = {"missing": "extra", "extra": "missing"}
    there = told(answer(one), answer(other), rule)
    back = told(answer(other), answer(one), rule)
    assert sorted((path, mirror.get(kind, kind), counts) for path, kind, counts in back) == sorted(there)


@given(trees, trees, rules, st.randoms(use_true_random=False))
def test_key_order_never_matters(one, other, rule, rng):
    assert told(answer(one), answer(shuffled(copy.deepcopy(other), rng)), rule) == told(
        answer(one), answer(other), rule
    )


@given(trees, trees, PATHS, st.booleans())
def test_an_ignore_rule_only_ever_removes_what_counts(one, other, path, presence):
    rule = Rule(path=path, action=Ignore(presence=presence), why="x")
    plain = {path for path, _ in counting(answer(one), answer(other))}
    assert {path for path, _ in counting(answer(one), answer(other), rule)} <= plain


@given(trees, trees, PATHS, st.sampled_from([Tolerance(absolute=1), Within(seconds=1), NormalisedText(case=True)]))
def test_a_rule_for_scalars_moves_differences_and_loses_none(one, other, path, action):
    rule = Rule(path=path, action=action, why="x")
    plain = {found[:2] for found in told(answer(one), answer(other))}
    assert {found[:2] for found in told(answer(one), answer(other), rule)} == plain


@given(st.lists(trees, max_size=6), st.randoms(use_true_random=False))
def test_an_unordered_array_equals_its_permutations(elements, rng):
    permuted = copy.deepcopy(elements)
    rng.shuffle(permuted)
    rule = Rule(path="$.body", action=Unordered(), why="x")
    found = told(answer(elements), answer(permuted), rule)
    assert found == ([] if json_equal(elements, permuted) else [("$.body", "reordered", False)])


@given(st.lists(trees, max_size=6), st.lists(trees, max_size=6))
def test_an_unordered_array_differs_where_the_multisets_do(one, other):
    rule = Rule(path="$.body", action=Unordered(), why="x")
    assert (counting(answer(one), answer(other), rule) == []) is (canonical_multiset(one) == canonical_multiset(other))


@given(st.dictionaries(st.integers(0, 9), st.integers(), max_size=6), st.randoms(use_true_random=False))
def test_a_key_finds_its_element_wherever_it_stands(named, rng):
    elements = [{"id": name, "n": value} for name, value in named.items()]
    permuted = copy.deepcopy(elements)
    rng.shuffle(permuted)
    rule = Rule(path="$.body", action=Key(member="id"), why="x")
    assert counting(answer(elements), answer(permuted), rule) == []


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(0, 20), st.integers(0, 20))
def test_a_wider_tolerance_settles_no_less(one, other, narrow, wider):
    def counts(absolute):
        return counting(answer([one]), answer([other]), Rule(path="$..*", action=Tolerance(absolute=absolute), why="x"))

    assert len(counts(narrow + wider)) <= len(counts(narrow))
    assert (counts(narrow) == []) is (abs(one - other) <= narrow)


@given(trees, trees)
def test_equal_trees_and_only_they_have_no_difference(one, other):
    assert (told(answer(one), answer(other)) == []) is _equal(one, other)
    assert json_equal(one, other) is _equal(one, other)


@given(trees, trees)
def test_the_canonical_bytes_are_shared_by_equal_values_and_only_by_them(one, other):
    assert (canonical_bytes(one) == canonical_bytes(other)) is _equal(one, other)


def _equal(one, other):
    """Equality by definition: no Python shortcut that takes True for 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    return (type(one) in {int, float} and type(other) in {int, float} and one == other) or (
        type(one) is type(other) and one == other
    )
