"""Elements in any order beside rules on the elements themselves, and the differences that are kept of many."""

import gc

import pytest

from darklaunch.diff.collector import DifferenceCollector
from darklaunch.diff.difference import MAXIMUM_PATHS, Kind
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import RuleIndexes
from darklaunch.diff.rules.actions import Expected, Ignore, NormalisedText, Tolerance
from darklaunch.diff.rules.array_actions import Unordered
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.garbage import no_cycle_search
from tests.diff.factories import answer, differences_of

ANY_ORDER = Rule(path="$.body", action=Unordered(), why="x")
CHUNKED = (("content-type", "image/png"), ("transfer-encoding", "chunked"))


def test_elements_of_which_a_rule_settles_even_the_type_are_matched_whatever_they_hold():
    presence_too = Rule(path="$.body[*]", action=Ignore(presence=False), why="x")
    found = differences_of(answer([1, {"a": 2}, 3]), answer([{"a": 5}, "x", 3]), ANY_ORDER, presence_too)
    assert [counts for _, _, counts in found] == [False] * len(found) != []


def test_arrays_of_elements_that_a_rule_settles_are_matched_by_that_rule():
    wanted = Rule(path="$.body[*][*]", action=Expected(production=1, shadow="1"), why="x")
    assert differences_of(answer([[1], [2]]), answer([[2], ["1"]]), ANY_ORDER, wanted) == [
        ("$.body", "reordered", False),
        ("$.body[*][*]", "type_changed", False),
    ]


def test_texts_that_are_alike_but_for_their_case_belong_together_in_any_order():
    in_any_case = Rule(path="$.body[*]", action=NormalisedText(case=True), why="x")
    assert differences_of(answer(["A", "b"]), answer(["B", "a"]), ANY_ORDER, in_any_case) == [
        ("$.body", "reordered", False),
        ("$.body[*]", "value_changed", False),
    ]


def test_an_element_that_equals_a_matched_one_may_take_its_counterpart():
    near = Rule(path="$.body[*]", action=Tolerance(absolute=1), why="x")
    found = differences_of(answer([1, 1, 1]), answer([1, 1, 5]), ANY_ORDER, near)
    assert found == [("$.body[*]", "value_changed", True)]


def test_a_binary_body_in_chunks_equals_the_same_bytes_in_one_piece():
    whole = b"\x89PNG\x00\xff"
    chunked = b"2\r\n\x89P\r\n4\r\nNG\x00\xff\r\n0\r\n\r\n"
    plain = answer(whole, headers=(("content-type", "image/png"),))
    assert [path for path, _, _ in differences_of(answer(chunked, headers=CHUNKED), plain) if "body" in path] == []


def test_a_difference_that_is_kept_is_not_counted_again_when_no_more_are_kept():
    root = RuleIndexes(RuleSet([Rule(path="$.body.*", action=Ignore(), why="x")])).at("GET /x").body
    collector = DifferenceCollector(Masking.NONE)
    for number in [*range(MAXIMUM_PATHS + 2), 0]:
        collector.ignore(root.child(f"x{number}"), Kind.VALUE_CHANGED)
    assert (len(collector.kept), collector.beyond) == (MAXIMUM_PATHS, 2)


@pytest.mark.parametrize("searching", [True, False])
def test_the_search_for_cycles_is_afterwards_as_it_was_before(searching):
    before = gc.isenabled()
    (gc.enable if searching else gc.disable)()
    try:
        with no_cycle_search():
            assert not gc.isenabled()
        assert gc.isenabled() is searching
    finally:
        (gc.enable if before else gc.disable)()
