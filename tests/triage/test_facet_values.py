"""Values that are counted of a request, and which copy of a request they are taken from."""

import pyarrow as pa
import pytest

from darklaunch.triage.cause_report import Facet
from darklaunch.triage.facet_values import FACET_COLUMNS, each_once, facet_values
from tests.triage.windows import rows_table
from tests.worlds import row


def header(name, value="x"):
    return {"name": name, "value": value}


def values_of(**changes):
    """The values of one request between two that have none."""
    empty = row("r0", "production", query=None, attributes=None, request_headers=None)
    table = rows_table([empty, row("r1", "production", **changes), empty])
    listed = []
    for each in facet_values(table.select(FACET_COLUMNS)):
        names, values = each.names.values.to_pylist(), each.values.values.to_pylist()
        assert set(each.row.tolist()) <= {1}
        listed += [
            (each.facet.value, names[name], values[value])
            for name, value in zip(each.names.codes.tolist(), each.values.codes.tolist(), strict=True)
        ]
    return listed


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        (None, []),
        ("", []),
        ("page=2", [("page", "2")]),
        ("a", [("a", "")]),
        ("a=&b==&=c&&d=1=2", [("a", ""), ("b", "="), ("d", "1=2")]),
        ("a=1&a=1&a=2", [("a", "1"), ("a", "1"), ("a", "2")]),
        (f"a={'ü' * 128}&b={'ü' * 129}", [("a", "ü" * 128)]),
        (f"{'n' * 64}=1&{'n' * 65}=1", [("n" * 64, "1")]),
        ("api_key=1&SessionId=2&page=3", [("page", "3")]),
    ],
)
def test_parameters_are_split_as_they_were_sent(query, wanted):
    assert values_of(query=query) == [("query", *each) for each in wanted]


def test_headers_go_by_their_names_in_small_letters():
    headers = [header("Accept", "a"), header("ACCEPT", "b"), header("X-Request-Id"), header("Cookie"), header(None)]
    assert values_of(request_headers=headers) == [("header", "accept", "a"), ("header", "accept", "b")]
    assert values_of(request_headers=[header("accept", None)]) == []


def test_of_many_headers_the_first_that_can_be_compared_count():
    headers = [header("traceparent"), header(None), *(header(f"h{n}") for n in range(150))]
    assert [name for _, name, _ in values_of(request_headers=headers)] == [f"h{n}" for n in range(100)]


def test_attributes_without_a_value_are_left_out():
    attributes = [("region", "eu"), ("zone", None), ("session_id", "1"), ("", "x")]
    assert values_of(attributes=attributes) == [("attribute", "region", "eu")]


def copy(request_id, at, region):
    return row(request_id, "production", at=at, attributes=[("region", region)])


@pytest.mark.parametrize("swapped", [False, True])
def test_of_several_copies_the_earliest_counts(swapped):
    copies = [
        copy("r2", 5, "us"),
        copy("r1", 9, "asia"),
        copy("r1", 3, "eu"),
        copy("r3", 4, "b"),
        copy("r3", 4, "a"),
        copy("other", 1, "none"),
        row("r4", "production", attributes=None),
        row("r4", "production", attributes=None),
    ]
    table = rows_table(copies[::-1] if swapped else copies).select(FACET_COLUMNS)
    place, rows = each_once(table, pa.chunked_array([["r1", "r2"], ["r3", "r4", "r5"]]))
    regions = (dict(each or ()).get("region") for each in rows["attributes"].to_pylist())
    assert dict(zip(place.tolist(), regions, strict=True)) == {0: "eu", 1: "us", 2: "a", 3: None}
    assert {each.facet for each in facet_values(rows)} == {Facet.ATTRIBUTE, Facet.QUERY, Facet.HEADER}
