"""Counts of a window's differences, as parts of it add up."""

from darklaunch.diff.difference import SEVERITIES, Kind
from darklaunch.diff.rules.action import Action
from darklaunch.diff.rules.actions import Matches, Tolerance
from darklaunch.diff.window_summary import Example, IncomparableCount, PathCount, StatusCount, by_endpoint


def example(request_id):
    return Example(request_id=request_id, production="1", shadow=None)


def test_requests_of_both_parts_add_up_and_the_least_id_is_the_example():
    some, more = PathCount(2, example("b")), PathCount(3, example("a"))
    assert some.merged(more) == more.merged(some) == PathCount(5, example("a"))


def test_incomparable_requests_add_up_likewise():
    some, more = (IncomparableCount(reason="error", requests=n, request_id=name) for n, name in ((2, "b"), (3, "a")))
    assert some.merged(more) == IncomparableCount(reason="error", requests=5, request_id="a")


def test_rows_are_grouped_by_endpoints_in_the_order_of_their_names():
    rows = [
        StatusCount(endpoint=name, production_class=2, shadow_class=number, requests=1)
        for name, number in (("GET /b", 2), ("GET /a", 2), ("GET /b", 5))
    ]
    assert by_endpoint(rows) == {"GET /a": (rows[1],), "GET /b": (rows[0], rows[2])}
    assert list(by_endpoint(rows)) == ["GET /a", "GET /b"]


def test_every_kind_of_difference_has_a_severity():
    assert {kind: kind.severity for kind in Kind} == SEVERITIES


def test_an_action_settles_nothing_that_it_does_not_say():
    action: Action = Matches(regex="a+")
    assert (action.any_comparator(), action.element_keys([1]), action.normalised("a")) == (None, None, None)
    assert not action.is_unreadable("a")
    assert Tolerance(absolute=1.0).is_unreadable("a")
    assert not action.ignores_presence
