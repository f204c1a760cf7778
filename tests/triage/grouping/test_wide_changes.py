"""Is one change one cause, however many endpoints show it, and is what else differs told apart from it?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.triage.finding import group_signatures
from tests.triage.signatures import element, names, signature

HEADER = element("$.headers['x-powered-by']")
STATUS = element("$.status")
LOST = element("items[*]", "missing", "high")
FEW = ("GET /a", "GET /b", "GET /c")
MANY = tuple(f"GET /{name}" for name in "abcdefghijklmnopqrs")


def everywhere(*elements, endpoints=MANY, requests=100, **changes):
    return [signature(*elements, endpoint=endpoint, requests=requests, **changes) for endpoint in endpoints]


def told(signatures, compared=100):
    """Paths, endpoints and requests of each cause, the systematic ones first."""
    causes = group_signatures(signatures, {each.endpoint: compared for each in signatures})
    return [(names(each), len(each.endpoints), each.requests, each.systematic) for each in causes]


def test_a_header_of_all_responses_is_one_cause_and_lost_results_are_another():
    world = [*everywhere(HEADER, endpoints=MANY[1:]), signature(HEADER, endpoint="GET /a", requests=60)]
    world.append(signature(HEADER, LOST, endpoint="GET /a", requests=40))
    assert told(world) == [(["$.headers['x-powered-by']"], 19, 1900, True), (["items[*]"], 1, 40, False)]


def test_what_differs_at_each_endpoint_beside_the_header_is_told_as_if_there_were_none():
    others = [signature(HEADER, endpoint, endpoint=endpoint, requests=100) for endpoint in MANY]
    assert told(others)[0] == (["$.headers['x-powered-by']"], 19, 1900, True)
    assert sorted(told(others)[1:]) == sorted(([endpoint], 1, 100, False) for endpoint in MANY)


@pytest.mark.parametrize(("requests", "systematic"), [(100, True), (99, True), (98, False)])
def test_a_change_in_99_of_100_pairs_of_three_endpoints_is_systematic(requests, systematic):
    assert told(everywhere(HEADER, endpoints=FEW, requests=requests))[0][3] is systematic
    assert told(everywhere(HEADER, endpoints=FEW[:2], requests=requests))[0][3] is False


def test_a_systematic_change_is_told_with_the_endpoints_that_show_it_less_often():
    world = [*everywhere(HEADER, endpoints=FEW), signature(HEADER, LOST, endpoint="GET /d", requests=10)]
    assert told(world) == [(["$.headers['x-powered-by']"], 4, 310, True), (["items[*]"], 1, 10, False)]


def test_two_changes_of_nearly_the_same_requests_are_one_cause_and_others_are_not():
    server, version = element("$.headers.server"), element("version")
    world = [*everywhere(HEADER, server, endpoints=MANY[5:]), *everywhere(HEADER, server, version, endpoints=MANY[:5])]
    assert told(world) == [
        (["$.headers.server", "$.headers['x-powered-by']"], 19, 1900, True),
        (["version"], 5, 500, True),
    ]


def test_an_error_everywhere_is_told_with_what_follows_from_it():
    world = [signature(STATUS, HEADER, f"of{endpoint}", endpoint=endpoint) for endpoint in FEW]
    assert told(world) == [
        (sorted(["$.status", "$.headers['x-powered-by']", *(f"of{each}" for each in FEW)]), 3, 300, True)
    ]


def test_an_error_at_one_endpoint_stays_whole_beside_a_header():
    world = [*everywhere(HEADER), signature(HEADER, STATUS, "error", endpoint="GET /x", requests=7)]
    assert told(world) == [(["$.headers['x-powered-by']"], 20, 1907, True), (["$.status", "error"], 1, 7, False)]


def test_a_change_of_some_pairs_is_one_cause_at_all_endpoints_and_taken_out_where_it_stands_alone():
    world = [*everywhere(HEADER, requests=60), signature(LOST, endpoint="GET /a", requests=8)]
    world.append(signature(HEADER, LOST, endpoint="GET /a", requests=12))
    assert told(world) == [(["$.headers['x-powered-by']"], 19, 1152, False), (["items[*]"], 1, 20, False)]


def test_what_follows_from_something_else_is_not_taken_out():
    # the header alone is rare beside the requests that show it with the lost results
    world = [*everywhere(HEADER, requests=10), signature(HEADER, LOST, endpoint="GET /a", requests=60)]
    assert (sorted(["$.headers['x-powered-by']", "items[*]"]), 1, 60, False) in told(world)


def test_the_same_at_two_endpoints_is_one_cause():
    assert told([signature(LOST, endpoint=each, requests=5) for each in FEW[:2]]) == [(["items[*]"], 2, 10, False)]


PATHS = st.sampled_from(["$.status", "$.headers.server", "a", "b", "c"])


@given(
    st.lists(
        st.tuples(st.sets(PATHS, min_size=1), st.sampled_from([*FEW, "GET /d"]), st.integers(1, 60)),
        min_size=1,
        unique_by=lambda each: (tuple(sorted(each[0])), each[1]),
    ),
    st.randoms(),
)
def test_no_request_and_no_path_is_lost_and_the_order_does_not_matter(drawn, random):
    signatures = [signature(*sorted(paths), endpoint=endpoint, requests=n) for paths, endpoint, n in drawn]
    compared = {
        endpoint: sum(each.requests for each in signatures if each.endpoint == endpoint) for _, endpoint, _ in drawn
    }
    causes = group_signatures(signatures, compared)
    for each in signatures:
        (key,) = each.keys
        parts = [member for cause in causes for member in cause.members if key in member.keys]
        assert frozenset().union(*(member.changes for member in parts)) == each.changes
        assert sum(len(member.changes) for member in parts) == len(each.changes)
        assert {member.keys[key] for member in parts} == {each.requests}
        assert {member.endpoint for member in parts} == {each.endpoint}
    assert len({cause.id for cause in causes}) == len(causes)
    random.shuffle(signatures)
    again = group_signatures(signatures, compared)
    assert sorted(map(repr, again)) == sorted(map(repr, causes))
