"""What a cause shows of its requests: its first change, and no slice whose name announces a secret."""

import pytest

from darklaunch.diff.difference import Kind
from darklaunch.diff.privacy.masking import Masking
from darklaunch.triage.cause_report import Transition
from tests.triage.windows import causes_of, difference, pair, pairs_table, rows_table
from tests.worlds import row


@pytest.mark.parametrize(("masking", "is_told"), [(Masking.NONE, True), (Masking.ALL, False)])
def test_the_first_change_is_the_most_frequent_at_the_first_path(masking, is_told):
    # shadow answers 3 twice as often as 2; the change of the other path is more frequent than either
    pairs = [
        pair(f"r{n}", [difference("$.body.price", shadow="3" if n % 3 else "2"), difference("$.body.tax")])
        for n in range(9)
    ]
    rows = rows_table([row(f"r{n}", "production") for n in range(9)])
    (cause,) = causes_of(pairs_table(pairs), rows, masking=masking)
    change = Transition(path="$.body.price", kind=Kind.VALUE_CHANGED, production="1", shadow="3", requests=6)
    assert cause.first_change == (change if is_told else None)


@pytest.mark.parametrize(
    ("facet", "name", "is_told"),
    [
        ("query", "plan", True),
        ("query", "pin", False),
        ("query", "%70in", False),
        ("query", "code", False),
        ("attribute", "code", True),
        ("attribute", "birthdate", False),
        ("header", "x-real-ip", False),
    ],
)
def test_no_slice_is_told_whose_name_announces_a_secret(facet, name, is_told):
    def sent(value):
        match facet:
            case "query":
                return {"query": f"{name}={value}"}
            case "attribute":
                return {"attributes": [(name, value)]}
            case _:
                return {"request_headers": [{"name": name, "value": value}]}

    pairs = [pair(f"r{n:03}", [difference("$.body.a")] if n % 4 == 0 else []) for n in range(200)]
    rows = rows_table([row(f"r{n:03}", "production", **sent("b" if n % 4 == 0 else "g")) for n in range(200)])
    (cause,) = causes_of(pairs_table(pairs), rows)
    assert [(each.facet, each.name, each.value) for each in cause.slices] == ([(facet, name, "b")] if is_told else [])
