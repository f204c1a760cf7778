"""Does a cause keep its id while it grows, and does no other take it over?"""

from darklaunch.triage.cause import Cause
from darklaunch.triage.finding import group_signatures
from darklaunch.triage.grouping.identity import same_causes, with_kept_ids
from darklaunch.triage.reporting import Traffic, report_causes
from tests.triage.signatures import signature

COMPARED = {f"GET /{name}": 1000 for name in "abcd"}
TRAFFIC = {each: Traffic(compared=n, compared_weight=n, weight=n, differing=n) for each, n in COMPARED.items()}


def look(*signatures):
    """The causes of signatures such as ``("a", "price", "tax")``, an endpoint with the names of its paths."""
    made = [signature(*paths, endpoint=f"GET /{endpoint}", requests=50) for endpoint, *paths in signatures]
    causes: list[Cause] = group_signatures(made, COMPARED)
    return report_causes(causes, TRAFFIC, {}, hours=6, level=0.95, tolerated_excess=lambda _: 0.001)


def by_paths(causes):
    return {" ".join(sorted(path.path.removeprefix("$.body.") for path in each.paths)): each.id for each in causes}


def test_a_cause_keeps_its_id_from_look_to_look_while_its_paths_and_endpoints_grow():
    first = look(("a", "price"))
    second = with_kept_ids(look(("a", "price", "tax", "sum")), first)
    third = with_kept_ids(look(("a", "price", "tax", "sum"), ("b", "price", "tax", "sum")), second)
    shrunk = with_kept_ids(look(("b", "tax")), third)
    assert first[0].id != look(("a", "price", "tax", "sum"))[0].id
    assert {each.id for causes in (first, second, third, shrunk) for each in causes} == {first[0].id}


def test_another_cause_has_an_id_of_its_own_also_where_it_looks_as_an_older_one_once_did():
    first = look(("a", "price"))
    grown = with_kept_ids(look(("a", "price", "tax", "sum")), first)
    both = with_kept_ids(look(("a", "price", "tax", "sum"), ("a", "price")), grown)
    assert by_paths(both)["price sum tax"] == first[0].id
    assert len({each.id for each in both}) == 2


def test_the_most_similar_cause_keeps_the_id():
    before = look(("a", "etag"), ("a", "etag", "price", "stock"))
    after = with_kept_ids(look(("a", "etag", "price", "stock", "tax"), ("a", "etag")), before)
    assert by_paths(after)["etag"] == by_paths(before)["etag"]
    assert by_paths(after)["etag price stock tax"] == by_paths(before)["etag price stock"]


def test_causes_of_other_endpoints_or_of_mostly_other_paths_are_others():
    assert same_causes(look(("a", "price")), look(("b", "price"))) == {}
    assert same_causes(look(("a", "price", "tax")), look(("a", "price", "stock"))) == {}


def test_data_in_paths_does_not_matter():
    assert same_causes(look(("a", "prices['sku-10']")), look(("a", "prices['sku-99']"))) == {0: 0}


def test_without_a_look_before_each_has_its_own():
    causes = look(("a", "price"), ("b", "stock"))
    assert with_kept_ids(causes, ()) == causes
