"""What do requests show at learned paths, where the comparison itself counts nothing?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.diff.compare import compare
from darklaunch.diff.difference import Compared, VolatileValue
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import RuleIndexes
from darklaunch.diff.rules.actions import Learned
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.diff.values.shape_inference import infer_shape
from darklaunch.diff.volatile import UNWATCHED, Variety, distinct_values, merged_variety, variety, volatility
from tests.diff.factories import answer

NUMBER, UUID = infer_shape([1, 2.5, 7]), infer_shape(["0b6e2d0c-4f8e-4d6a-9d1e-2f4b8f1f7c11"] * 3)


def settled(*values):
    return Compared(mismatch=False, differences=(), volatile=tuple(VolatileValue(*value) for value in values))


def test_a_comparison_keeps_where_learned_rules_settled_something_and_which_way_numbers_went():
    rules = [
        Rule(path="$.body.load[*]", action=Learned(shape=NUMBER), why="w"),
        Rule(path="$.body.id", action=Learned(shape=UUID), why="w"),
    ]
    index = RuleIndexes(RuleSet(rules)).at("GET /x")
    ids = ("0b6e2d0c-4f8e-4d6a-9d1e-2f4b8f1f7c11", "1b6e2d0c-4f8e-4d6a-9d1e-2f4b8f1f7c12")
    production, shadow = ({"load": load, "id": of} for load, of in zip(([1, 2, 3], [1.5, 1, 9]), ids, strict=True))
    compared = compare(answer(production), answer(shadow), index, Masking.NONE)
    assert [(each.path, each.numbers, each.greater) for each in compared.volatile] == [
        ("$.body.id", 0, 0),
        ("$.body.load[*]", 3, 1),
    ]
    assert all(each.production != each.other for each in compared.volatile)
    assert not compared.mismatch


@pytest.mark.parametrize(
    ("shadow", "baseline", "differs", "halves"),
    [
        (None, None, 0, 0),
        ([("a", 1, 1)], None, 1, 1),
        (None, [("a", 1, 1)], -1, -1),
        ([("a", 1, 1)], [("a", 1, 1)], 0, 0),
        ([("a", 1, 1)], [("a", 1, -1)], 0, 2),
        ([("a", 1, -1)], [("a", 1, 1)], 0, -2),
        ([("a", 0, 0)], [("b", 0, 0)], 0, 0),
        ([("a", 1, 1), ("b", 1, 1)], [("b", 1, -1), ("a", 1, 1)], 0, 1),
        ([("a", 1, 1), ("id", 0, 0)], [("a", 1, -1), ("id", 0, 0)], 0, 2),
    ],
)
def test_equal_flicker_cancels_and_a_level_has_a_sign(shadow, baseline, differs, halves):
    comparisons = ({} if values is None else {1: settled(*values)} for values in (shadow, baseline))
    shown = volatility(*(each.get for each in comparisons), np.asarray([1]), ["r1"], 3)
    assert shown.differs.tolist() == [UNWATCHED, differs, UNWATCHED]
    assert shown.level_halves.tolist() == [UNWATCHED, halves, UNWATCHED]


def test_what_is_rounded_is_right_on_average():
    # one path of three is higher: a third of two halves
    shadow = {n: settled(("a", 1, 1), ("b", 3, 1), ("c", 3, -1)) for n in range(3_000)}
    baseline = {n: settled(("b", 3, 1), ("c", 3, -1)) for n in range(3_000)}
    shown = volatility(shadow.get, baseline.get, np.arange(3_000), [f"r{n}" for n in range(3_000)], 3_000)
    assert set(shown.level_halves.tolist()) == {0, 1}
    assert shown.level_halves.mean() == pytest.approx(1 / 3, abs=0.03)


def seen(values):
    return variety(("GET /x", value[0], settled(("a", 0, 0, *value))) for value in values)


HASHES = np.random.default_rng(3).integers(0, 2**63, 20_000).tolist()


@pytest.mark.parametrize(
    ("requests", "production", "shadow", "collapsed"),
    [
        (50, 50, 1, True),
        (49, 49, 1, False),
        (100, 100, 10, True),
        (100, 100, 11, False),
        (100, 49, 1, False),
        (20_000, 20_000, 200, True),
        (20_000, 20_000, 8_000, False),
    ],
)
def test_a_path_collapses_where_production_varies_and_the_shadow_hardly_does(requests, production, shadow, collapsed):
    values = [(2 * HASHES[n % production], 2 * HASHES[n % shadow]) for n in range(requests)]
    assert seen(values)["GET /x", "a"].collapsed is collapsed


@given(values=st.lists(st.tuples(*[st.integers(0, 2**64 - 1)] * 2), max_size=400), at=st.integers(0, 400))
def test_what_is_counted_of_any_parts_is_that_of_the_whole(values, at):
    assert merged_variety(seen(values[:at]), seen(values[at:])) == seen(values)


def test_values_are_counted_by_endpoint_and_path():
    shadow = [("GET /odd" if n % 2 else "GET /even", n, settled(("a", 0, 0, n, 7))) for n in range(4)]
    counted = variety([*shadow, ("GET /odd", 8, settled()), ("GET /odd", 9, None)])
    assert counted == {("GET /even", "a"): Variety(2, (0, 2), (7,)), ("GET /odd", "a"): Variety(2, (1, 3), (7,))}


@pytest.mark.parametrize("count", [5, 127, 128, 1_000, 20_000])
def test_values_are_counted_exactly_or_nearly(count):
    least = seen([(2 * value, 0) for value in HASHES[:count]])["GET /x", "a"].production
    assert distinct_values(least) == pytest.approx(count, rel=0.25 if count >= 128 else 0)


def numbers(differences):
    """The variety of a path at which the shadow's number is so much greater, request by request."""
    comparisons = [settled(("a", 1, (each > 0) - (each < 0), n, n, float(each))) for n, each in enumerate(differences)]
    return variety(("GET /x", 7_919 * n % 10_007, each) for n, each in enumerate(comparisons))


def test_a_path_of_numbers_has_a_median_difference_and_a_count_of_either_side():
    level = numbers([5.0, -1.0, 2.0, 0.0, 9.0])["GET /x", "a"].level
    assert (level.above, level.below, level.median_difference) == (3, 1, 2.0)


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=400), st.integers(0, 400))
def test_the_level_of_any_parts_is_that_of_the_whole(differences, at):
    whole, hashes = numbers(differences), [7_919 * n % 10_007 for n in range(len(differences))]
    each = [
        ("GET /x", hashes[n], settled(("a", 1, (d > 0) - (d < 0), n, n, float(d)))) for n, d in enumerate(differences)
    ]
    assert merged_variety(variety(each[:at]), variety(each[at:])) == whole


def test_the_median_of_many_requests_is_that_of_a_sample():
    level = numbers([n % 1_001 for n in range(20_000)])["GET /x", "a"].level
    assert len(level.sample) == 128
    assert level.median_difference == pytest.approx(500, abs=150)


@pytest.mark.parametrize(
    ("production", "shadow", "difference"),
    [([1, 2], [2, 4], 1.5), ([1, 2, 3], [1, 2.5, 2], -0.25), ([10**400, 10**400], [10**400 + 1, 10**400], None)],
)
def test_numbers_of_one_request_differ_by_their_mean_where_doubles_hold_them(production, shadow, difference):
    learned = Learned(shape=infer_shape([*production, *shadow]))
    index = RuleIndexes(RuleSet([Rule(path="$.body.load[*]", action=learned, why="w")])).at("GET /x")
    (value,) = compare(answer({"load": production}), answer({"load": shadow}), index, Masking.NONE).volatile
    assert value.difference == difference
