"""Members compared within whole responses: their headers, status, errors and cuts count as by the whole way."""

import pytest

from darklaunch.diff.http.body import is_plain_json
from darklaunch.diff.http.response import Response
from tests.diff.factories import JSON_HEADERS, answer
from tests.diff.test_members import BY_MEMBERS, WHOLE, both

HEADERS = [
    (),
    JSON_HEADERS,
    (("Content-Type", "Application/JSON; charset=latin-1"),),
    (("content-type", "application/problem+json"),),
    (("content-type", "application/octet-stream"),),
    (("content-type", "text/plain"),),
    (("content-type", "text/html"),),
    (("content-type", "application/x-www-form-urlencoded"),),
    (*JSON_HEADERS, ("content-encoding", "identity")),
]
NOT_PLAIN = [
    (*JSON_HEADERS, ("content-encoding", "gzip")),
    (*JSON_HEADERS, ("Content-Encoding", "made-up")),
    (("content-type", "application/x-ndjson"),),
    (("content-type", "text/event-stream"),),
    (("content-type", "application/xml"),),
    (("content-type", "image/png"),),
]


def test_headers_say_whether_a_body_may_be_split():
    assert [is_plain_json(headers) for headers in HEADERS] == [True] * len(HEADERS)
    assert [is_plain_json(headers) for headers in NOT_PLAIN] == [False] * len(NOT_PLAIN)


@pytest.mark.parametrize("headers", [*HEADERS, *NOT_PLAIN])
@pytest.mark.parametrize(("production", "other"), [*BY_MEMBERS, *WHOLE[:40]])
def test_responses_are_compared_alike_under_all_headers(headers, production, other):
    expected, bodies_alone = both(answer(production, headers=headers), answer(other, headers=headers))
    assert not is_plain_json(headers) or bodies_alone in (None, expected)


BODIES = b'{"a":1,"b":2}', b'{"a":1,"b":3}'


@pytest.mark.parametrize(
    "other",
    [
        Response(500, JSON_HEADERS, BODIES[1]),
        Response(200, (*JSON_HEADERS, ("etag", "x")), BODIES[1]),
        Response(200, JSON_HEADERS, BODIES[1], truncated=True),
        Response(200, JSON_HEADERS, BODIES[0], truncated=True),
        Response(200, JSON_HEADERS, BODIES[1], error="timeout"),
        Response(None, (), None, error="timeout"),
        Response(200, JSON_HEADERS, None),
        Response(200, JSON_HEADERS, b""),
        Response(200, JSON_HEADERS, BODIES[0]),
    ],
)
def test_the_rest_of_the_responses_counts_as_well(other):
    production = Response(200, JSON_HEADERS, BODIES[0])
    both(production, other)
    both(other, production)
    both(other, other)
