"""Elements in any order under rules: the assignment that settles most, as if all orders had been tried."""

import random
import time
from itertools import permutations

import pytest

from darklaunch.diff.compare import compare
from darklaunch.diff.difference import Compared
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import RuleIndexes
from darklaunch.diff.rules.actions import Expected, Matches, Tolerance, Within
from darklaunch.diff.rules.array_actions import Unordered
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from tests.diff.factories import answer

FIRST_S = 1_772_445_600
SOME, MANY = 1_000, 20_000


def is_near(production, other):
    return abs(production - other) <= 1


def is_hexadecimal(*values):
    return all(set(value) <= set("0123456789abcdef") for value in values)


RULED = {
    "x": (Tolerance(absolute=1), is_near, lambda rng: rng.randrange(6)),
    "z": (Tolerance(absolute=1), is_near, lambda rng: rng.randrange(4) * 1.0),
    "id": (Matches(regex="[0-9a-f]+"), is_hexadecimal, lambda rng: rng.choice(["aa", "b", "ZZ", "Y"])),
    "at": (Within(seconds=1), is_near, lambda rng: FIRST_S + rng.randrange(4)),
    "v": (Expected(production=1, shadow="1"), lambda *sides: sides == (1, "1"), lambda rng: rng.choice([1, 1, "1", 2])),
}


def index_of(names):
    rules = [Rule(path=f"$.body[*].{name}", action=RULED[name][0], why="x") for name in names]
    return RuleIndexes(RuleSet([Rule(path="$.body", action=Unordered(), why="x"), *rules])).at("GET /x")


def mismatches(production, shadow, names):
    outcome = compare(answer(production), answer(shadow), index_of(names), Masking.NONE)
    assert isinstance(outcome, Compared)
    return outcome.mismatch


def settles(production, other, names):
    """Whether the rules settle all that two elements differ in, said without the library."""
    return all(
        (production[name] == other[name] and type(production[name]) is type(other[name]))
        or (name in names and RULED[name][1](production[name], other[name]))
        for name in production
    )


def settles_in_some_order(production, shadow, names):
    fits = [[settles(element, other, names) for other in shadow] for element in production]
    return any(all(fits[at][to] for at, to in enumerate(order)) for order in permutations(range(len(production))))


def pair_of_arrays(rng, names):
    """Two arrays of one length, the second often the first one shaken and shuffled."""
    size = rng.randint(1, 6)
    production = [{name: RULED[name][2](rng) for name in names} | {"n": rng.randrange(2)} for _ in range(size)]
    if rng.random() < 0.3:
        shadow = [{name: RULED[name][2](rng) for name in names} | {"n": rng.randrange(2)} for _ in range(size)]
    else:
        shadow = [{**element, **shaken(element, rng)} for element in production]
    return production, rng.sample(shadow, size)


def shaken(element, rng):
    moves = {name: element[name] + rng.choice([-1, 0, 1]) for name in element.keys() & {"x", "z"}}
    return moves | ({"v": "1"} if element.get("v") == 1 else {}) | ({"id": "cc"} if element.get("id") == "aa" else {})


def check(seed, arrays):
    rng = random.Random(seed)
    settled = 0
    for _ in range(arrays):
        names = rng.sample(list(RULED), rng.choice([2, 3]))
        production, shadow = pair_of_arrays(rng, names)
        expected = settles_in_some_order(production, shadow, names)
        settled += expected
        assert mismatches(production, shadow, names) is not expected, (names, production, shadow)
    assert 0.2 * arrays < settled < 0.8 * arrays


def test_an_assignment_comes_to_what_all_orders_come_to():
    check(1, SOME)


@pytest.mark.slow
def test_an_assignment_of_twenty_thousand_pairs_comes_to_what_all_orders_come_to():
    check(2, MANY)


def chain(size):
    """Elements of which each fits two neighbours, so that a greedy choice ends at the wrong one."""
    production = [{"x": 2 * n, "z": -2.0 * n} for n in range(size)]
    shadow = [{"x": 2 * n + 1, "z": -2.0 * n - 1} for n in range(size)]
    return production, random.Random(3).sample(shadow, size)


def far(size):
    """Elements of which none fits any other, and that are the same to all but a tolerance."""
    return [{"x": 10 * n, "z": 0.0} for n in range(size)], [{"x": 10 * n + 5, "z": 0.0} for n in range(size)]


@pytest.mark.parametrize(("arrays", "expected"), [(chain, False), (far, True)])
def test_fifty_elements_take_less_than_fifty_milliseconds(arrays, expected):
    production, shadow = arrays(50)
    took_s = []
    for _ in range(5):
        start = time.process_time()
        assert mismatches(production, shadow, ["x", "z"]) is expected
        took_s.append(time.process_time() - start)
    assert min(took_s) < 0.05


@pytest.mark.parametrize("size", [1_000, 5_000])
def test_an_assignment_of_many_elements_is_cut_short(size):
    production, shadow = far(size)
    start = time.process_time()
    assert mismatches(production, shadow, ["x", "z"])
    assert time.process_time() - start < 2


def test_many_elements_whose_order_tells_them_apart_are_matched_all_the_same():
    production, shadow = chain(2_000)
    assert not mismatches(production, shadow, ["x", "z"])


def test_arrays_in_arrays_share_what_may_be_tried():
    rules = [Rule(path=f"$.body{'[*]' * depth}", action=Unordered(), why="x") for depth in range(4)]
    rules.append(Rule(path=f"$.body{'[*]' * 4}", action=Tolerance(absolute=1), why="x"))
    index = RuleIndexes(RuleSet(rules)).at("GET /x")

    def nested(depth, leaf):
        return [leaf + 10 * n if depth == 1 else nested(depth - 1, leaf + 100**depth * n) for n in range(9)]

    start = time.process_time()
    outcome = compare(answer(nested(4, 0)), answer(nested(4, 5)), index, Masking.NONE)
    assert isinstance(outcome, Compared)
    assert outcome.mismatch
    assert time.process_time() - start < 3


def test_lengths_that_differ_leave_the_rest_missing_or_extra():
    production, shadow = [{"x": 1}, {"x": 5}, {"x": 9}], [{"x": 8}, {"x": 2}]
    outcome = compare(answer(production), answer(shadow), index_of(["x"]), Masking.NONE)
    assert [(d.path, d.kind.value, d.rule is None) for d in outcome.differences] == [
        ("$.body", "reordered", False),
        ("$.body[*]", "missing", True),
        ("$.body[*].x", "value_changed", False),
    ]
