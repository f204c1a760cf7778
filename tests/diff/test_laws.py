"""Laws of the comparison, over generated trees."""

import copy
import json

from hypothesis import given
from hypothesis import strategies as st

from darklaunch.diff.rules.actions import Ignore, Matches, NormalisedText, Tolerance, Within
from darklaunch.diff.rules.array_actions import Key, Unordered
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.values.equality import canonical_bytes, canonical_multiset, json_equal
from tests.diff.factories import answer, differences_of, trees

PATHS = st.sampled_from(["$.body", "$.body.a", "$.body..b", "$.body[*]", "$.body.*.c", "$.headers.*", "$..*"])
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
# a status has no elements, no case and no time
ACTIONS_OF_A_STATUS = st.sampled_from([Ignore(), Ignore(presence=False), Tolerance(absolute=1), Matches(regex="2.*")])
rules = st.builds(Rule, path=PATHS.filter(lambda path: "headers" not in path), action=ACTIONS, why=st.just("x")) | (
    st.builds(Rule, path=st.just("$.status"), action=ACTIONS_OF_A_STATUS, why=st.just("x"))
)


def counting(*of):
    return [difference[:2] for difference in differences_of(*of) if difference[2]]


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
    assert differences_of(answer(raw), answer(b" " + raw), rule) == []


@given(trees, trees, rules)
def test_swapping_the_sides_mirrors_missing_and_extra(production, shadow, rule):
    mirror = {"missing": "extra", "extra": "missing"}
    forwards = differences_of(answer(production), answer(shadow), rule)
    back = differences_of(answer(shadow), answer(production), rule)
    assert sorted((path, mirror.get(kind, kind), counts) for path, kind, counts in back) == sorted(forwards)


@given(trees, trees, rules, st.randoms(use_true_random=False))
def test_key_order_never_matters(production, shadow, rule, rng):
    assert differences_of(answer(production), answer(shuffled(copy.deepcopy(shadow), rng)), rule) == differences_of(
        answer(production), answer(shadow), rule
    )


@given(trees, trees, PATHS, st.booleans())
def test_an_ignore_rule_only_ever_removes_what_counts(production, shadow, path, presence):
    rule = Rule(path=path, action=Ignore(presence=presence), why="x")
    plain = {path for path, _ in counting(answer(production), answer(shadow))}
    assert {path for path, _ in counting(answer(production), answer(shadow), rule)} <= plain


@given(trees, trees, PATHS, st.sampled_from([Tolerance(absolute=1), Within(seconds=1), NormalisedText(case=True)]))
def test_a_rule_for_scalars_moves_differences_and_loses_none(production, shadow, path, action):
    rule = Rule(path=path, action=action, why="x")
    plain = {difference[:2] for difference in differences_of(answer(production), answer(shadow))}
    assert {difference[:2] for difference in differences_of(answer(production), answer(shadow), rule)} == plain


@given(st.lists(trees, max_size=6), st.randoms(use_true_random=False))
def test_an_unordered_array_equals_its_permutations(elements, rng):
    permuted = copy.deepcopy(elements)
    rng.shuffle(permuted)
    rule = Rule(path="$.body", action=Unordered(), why="x")
    difference = differences_of(answer(elements), answer(permuted), rule)
    assert difference == ([] if json_equal(elements, permuted) else [("$.body", "reordered", False)])


@given(st.lists(trees, max_size=6), st.lists(trees, max_size=6))
def test_an_unordered_array_differs_where_the_multisets_do(production, shadow):
    rule = Rule(path="$.body", action=Unordered(), why="x")
    assert (counting(answer(production), answer(shadow), rule) == []) is (
        canonical_multiset(production) == canonical_multiset(shadow)
    )


@given(st.dictionaries(st.integers(0, 9), st.integers(), max_size=6), st.randoms(use_true_random=False))
def test_a_key_finds_its_element_wherever_it_stands(named, rng):
    elements = [{"id": name, "n": value} for name, value in named.items()]
    permuted = copy.deepcopy(elements)
    rng.shuffle(permuted)
    rule = Rule(path="$.body", action=Key(member="id"), why="x")
    assert counting(answer(elements), answer(permuted), rule) == []


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(0, 20), st.integers(0, 20))
def test_a_wider_tolerance_settles_no_less(production, shadow, narrow, wider):
    def counts(absolute):
        return counting(
            answer([production]), answer([shadow]), Rule(path="$..*", action=Tolerance(absolute=absolute), why="x")
        )

    assert len(counts(narrow + wider)) <= len(counts(narrow))
    assert (counts(narrow) == []) is (abs(production - shadow) <= narrow)


@given(trees, trees)
def test_equal_trees_and_only_they_have_no_difference(production, shadow):
    assert (differences_of(answer(production), answer(shadow)) == []) is _equal(production, shadow)
    assert json_equal(production, shadow) is _equal(production, shadow)


@given(trees, trees)
def test_the_canonical_bytes_are_shared_by_equal_values_and_only_by_them(production, shadow):
    assert (canonical_bytes(production) == canonical_bytes(shadow)) is _equal(production, shadow)


def _equal(production, shadow):
    """Equality by definition: no Python shortcut that takes True for 1."""
    if isinstance(production, bool) or isinstance(shadow, bool):
        return production is shadow
    if isinstance(production, dict) and isinstance(shadow, dict):
        return production.keys() == shadow.keys() and all(_equal(production[k], shadow[k]) for k in production)
    if isinstance(production, list) and isinstance(shadow, list):
        return len(production) == len(shadow) and all(map(_equal, production, shadow))
    return (type(production) in {int, float} and type(shadow) in {int, float} and production == shadow) or (
        type(production) is type(shadow) and production == shadow
    )
