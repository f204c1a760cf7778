"""The sample of shadow responses: which are drawn, and that any parts of a log draw the same."""

import datetime as dt
from functools import reduce

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.diff.http.response import Response
from darklaunch.faults.sampling import MAXIMUM_BODY_BYTES, RESPONSES, ResponseSample, sample_responses
from tests.worlds import START

SCHEMA = pa.schema(
    {
        "request_id": pa.string(),
        "captured_at": pa.timestamp("us", tz="UTC"),
        "status": pa.int32(),
        "response_headers": pa.list_(pa.struct({"name": pa.string(), "value": pa.string()})),
        "body": pa.binary(),
        "body_truncated": pa.bool_(),
        "arm": pa.string(),
        "endpoint": pa.string(),
        "in_window": pa.bool_(),
        "reason": pa.string(),
    }
)


def row(request_id, *, at=0, **changes):
    return {
        "request_id": request_id,
        "captured_at": START + dt.timedelta(microseconds=at),
        "status": 200,
        "response_headers": [{"name": "X-A", "value": "1"}],
        "body": b"{}",
        "body_truncated": False,
        "arm": "shadow",
        "endpoint": "GET /x",
        "in_window": True,
        "reason": None,
    } | changes


def sample(*rows):
    return sample_responses(pa.Table.from_pylist(list(rows), schema=SCHEMA))


def ids(drawn):
    return [response.request_id for response in drawn.responses]


def test_a_response_is_drawn_with_all_that_the_comparison_needs():
    headers = [{"name": "X-A", "value": None}, None, {"name": None, "value": "2"}]
    (drawn,) = sample(row("r1", at=7, response_headers=headers, status=404, body=None)).responses
    assert drawn.response == Response(404, (("X-A", ""), ("", "2")), None)
    assert (drawn.endpoint, drawn.captured_us) == ("GET /x", round(START.timestamp()) * 10**6 + 7)
    assert sample(row("r1", response_headers=None)).responses[0].response.headers == ()


@pytest.mark.parametrize(
    "change",
    [
        {"arm": "production"},
        {"reason": "status"},
        {"in_window": False},
        {"status": None},
        {"body_truncated": True},
        {"body_truncated": None},
        {"body": b"x" * (MAXIMUM_BODY_BYTES + 1)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_rows_that_are_no_whole_and_short_answer_of_the_shadow_are_left_out(change):
    assert ids(sample(row("r1", **change), row("r2"))) == ["r2"]
    assert sample(row("r1", **change)) == ResponseSample()


def test_a_body_of_the_greatest_length_is_drawn():
    assert ids(sample(row("r1", body=b"x" * MAXIMUM_BODY_BYTES))) == ["r1"]


def test_each_endpoint_has_the_same_few_responses_whatever_else_there_is():
    rows = [row(f"r{n}", endpoint=endpoint) for n in range(500) for endpoint in ("GET /x", "POST /y")]
    drawn = sample(*rows)
    by_endpoint = [[r.request_id for r in drawn.responses if r.endpoint == name] for name in ("GET /x", "POST /y")]
    assert by_endpoint[0] == by_endpoint[1]
    assert len(set(by_endpoint[0])) == RESPONSES
    assert sample(*rows[::-1]) == drawn
    assert by_endpoint[0] == ids(sample(*(row(name) for name in by_endpoint[0])))
    # a hash spreads over ids that count up
    assert sum(int(name[1:]) < 250 for name in by_endpoint[0]) in range(RESPONSES // 5, 4 * RESPONSES // 5)


def test_several_answers_to_one_request_count_once_and_the_earliest_is_drawn():
    rows = [row(f"r{n}", at=n % 3, body=b"%d" % (n % 3)) for n in range(100) for _ in range(2)]
    copies = [row(f"r{n}", at=-1, body=b"early") for n in range(100)]
    assert len(sample(*rows).responses) == RESPONSES
    assert {r.response.body for r in sample(*rows, *copies).responses} == {b"early"}
    (drawn,) = sample(row("r1", body=b"b"), row("r1", body=b"a"), row("r1", status=500), row("r1", at=9)).responses
    assert drawn.response.body == b"a"
    assert ids(sample(row("r1"), row("r1", endpoint="POST /y"))) == ["r1", "r1"]


def test_columns_may_be_dictionaries_and_tables_empty():
    table = pa.Table.from_pylist([row("r1"), row("r2", arm="baseline")], schema=SCHEMA)
    for name in ("arm", "endpoint"):
        table = table.set_column(table.schema.get_field_index(name), name, table[name].dictionary_encode())
    assert ids(sample_responses(pa.concat_tables([table, table]))) == ["r1"]
    assert sample_responses(SCHEMA.empty_table()) == sample() == ResponseSample()


rows = st.builds(
    row,
    st.integers(0, 150).map("r{}".format),
    at=st.integers(0, 2),
    body=st.sampled_from([None, b"", b"1", b"2"]),
    status=st.sampled_from([200, 500, None]),
    endpoint=st.sampled_from(["GET /x", "POST /y"]),
)


@given(st.lists(st.tuples(rows, st.integers(0, 2)), max_size=40), st.randoms())
def test_the_samples_of_any_parts_in_any_order_are_that_of_the_whole(drawn, rng):
    # more requests than are drawn, so that parts drop some of them
    drawn = [*drawn, *((row(f"r{n}", at=n % 3), n % 3) for n in range(100))]
    whole = sample(*(each for each, _ in drawn))
    rng.shuffle(drawn)
    parts = [sample(*(each for each, part in drawn if part == number)) for number in range(3)]
    rng.shuffle(parts)
    assert reduce(ResponseSample.merged, parts) == whole
    assert whole.merged(whole) == whole
