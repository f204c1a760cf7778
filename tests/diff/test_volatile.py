"""What do requests show at learned paths, where the comparison itself counts nothing?"""

import numpy as np
import pytest

from darklaunch.diff.compare import compare
from darklaunch.diff.difference import Compared, VolatileValue
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import RuleIndexes
from darklaunch.diff.rules.actions import Learned
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.diff.values.shape_inference import infer_shape
from darklaunch.diff.volatile import UNWATCHED, volatility
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
    assert compared.volatile == (VolatileValue("$.body.id", 0, 0), VolatileValue("$.body.load[*]", 3, 1))
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
    shown = volatility(*comparisons, np.asarray([1]), ["r1"], 3)
    assert shown.differs.tolist() == [UNWATCHED, differs, UNWATCHED]
    assert shown.level_halves.tolist() == [UNWATCHED, halves, UNWATCHED]


def test_what_is_rounded_is_right_on_average():
    # one path of three is higher: a third of two halves
    shadow = {n: settled(("a", 1, 1), ("b", 3, 1), ("c", 3, -1)) for n in range(3_000)}
    baseline = {n: settled(("b", 3, 1), ("c", 3, -1)) for n in range(3_000)}
    shown = volatility(shadow, baseline, np.arange(3_000), [f"r{n}" for n in range(3_000)], 3_000)
    assert set(shown.level_halves.tolist()) == {0, 1}
    assert shown.level_halves.mean() == pytest.approx(1 / 3, abs=0.03)
