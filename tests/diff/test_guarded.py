"""A comparison that fails costs its own pair, and nothing else."""

import pytest

from darklaunch.diff.compare import compare
from darklaunch.diff.difference import Incomparable
from darklaunch.diff.guarded import DEBUG, compare_safely
from darklaunch.diff.members import EndpointComparer
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import RuleIndexes
from darklaunch.diff.rules.actions import Tolerance
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from tests.diff.factories import answer

PAIR = answer({"a": 1}), answer({"a": 2})


class SecretError(Exception):
    """A failure whose message holds a body."""


def index_that_raises(error, monkeypatch):
    def comparator(_self):
        def fails(_production, _other):
            raise error

        return fails

    monkeypatch.setattr(Tolerance, "scalar_comparator", comparator)
    return RuleIndexes(RuleSet([Rule(path="$.body.a", action=Tolerance(), why="x")])).at("GET /x")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (SecretError("token=abc"), "failed: SecretError"),
        (ValueError("token=abc"), "failed: ValueError"),
        (MemoryError(), "failed: MemoryError"),
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "token"), "failed: UnicodeEncodeError"),
    ],
)
def test_a_failure_makes_a_pair_incomparable_and_is_named_without_its_message(error, reason, monkeypatch):
    index = index_that_raises(error, monkeypatch)
    comparer = EndpointComparer(index, Masking.SENSITIVE)
    assert compare_safely(compare, *PAIR, index, Masking.SENSITIVE) == Incomparable(reason)
    assert compare_safely(comparer.compare, *PAIR) == Incomparable(reason)


def test_recursion_that_the_comparison_does_not_foresee_is_a_failure_too():
    def endless(production, other):
        return endless(other, production)

    assert compare_safely(endless, *PAIR) == Incomparable("failed: RecursionError")


def test_what_is_no_failure_passes():
    index = RuleIndexes(RuleSet()).at("GET /x")
    comparer = EndpointComparer(index, Masking.NONE)
    expected = compare(*PAIR, index, Masking.NONE)
    assert compare_safely(compare, *PAIR, rules=index, masking=Masking.NONE) == expected
    assert compare_safely(comparer.compare_bodies, b'{"a": 1}', b'{"a": 2}') == expected
    assert compare_safely(comparer.compare_bodies, b"[1]", b"[2]") is None
    with pytest.raises(KeyboardInterrupt):
        compare_safely(interrupted)


def interrupted():
    raise KeyboardInterrupt


@pytest.mark.parametrize("debug", [True, False])
def test_a_traceback_is_shown_only_where_it_is_asked_for_and_can_not_move_the_cursor(debug, monkeypatch, capsys):
    monkeypatch.delenv(DEBUG, raising=False)
    if debug:
        monkeypatch.setenv(DEBUG, "1")
    index = index_that_raises(ValueError("\x1b[2J"), monkeypatch)
    assert compare_safely(compare, *PAIR, index, Masking.NONE) == Incomparable("failed: ValueError")
    said = capsys.readouterr().err
    assert ("ValueError: \\x1b[2J" in said, "\x1b" in said) == (debug, False)
