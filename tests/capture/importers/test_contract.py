"""Whatever is imported keeps the contract, by the judgement that a run makes of its rows."""

import datetime as dt
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from darklaunch.capture.arm import Arm
from darklaunch.capture.around import rows_around
from darklaunch.capture.footers import check_files
from darklaunch.capture.importers.run import Format
from darklaunch.capture.inventory import list_log
from darklaunch.capture.rows import read_file
from darklaunch.capture.selection import Selection
from darklaunch.contract import rows as contract_rows
from tests.capture.importers.recordings import (
    AT_NS,
    base64_of,
    buffered,
    chunked,
    gor,
    har,
    har_entry,
    imported,
    request,
    response,
    segments,
    tap_headers,
    tap_request,
)

LARGE = settings(suppress_health_check=list(HealthCheck))
wild = st.text(max_size=8) | st.sampled_from(["", " ", "\0", "\ud800", "é", "200", "-1", "a\r\nb: c", "(", "x" * 50])


def mostly(sound, strange):
    """A sound value three times in four, so that records are imported, each with a strange part now and then."""
    return st.one_of(st.just(sound), st.just(sound), st.just(sound), strange)


ids = st.sampled_from(["a" * 24, "b" * 40, "c", "é"])
times = st.sampled_from([0, 1, 5_000_000, 10**9, 3_600 * 10**9]) | st.sampled_from([-AT_NS, 10**18])
heads = st.lists(st.tuples(st.sampled_from(["Content-Length", "Transfer-Encoding", "Cookie", "X"]), wild), max_size=3)
raw = st.binary(max_size=20) | st.sampled_from([chunked(b"ab", b"c"), b"0\r\n\r\n"])
methods = mostly("GET", st.sampled_from(["HEAD", "POST", "get", "", "A B"]) | wild)
statuses = st.sampled_from(["200 OK", "204", "100 X", "999 X", "abc", ""]) | wild


def encodable(build):
    """Builds a message, or none where its text can't go over a wire."""

    def act(*parts):
        try:
            return build(*parts)
        except UnicodeEncodeError:
            return b""

    return act


messages = st.one_of(
    st.builds(encodable(request), wild, methods, heads, raw),
    st.builds(encodable(response), raw, statuses, heads),
    raw,
)
latencies = st.none() | st.integers(-5, 10**12)
gor_records = st.builds(
    lambda kind, identity, at, latency, message: gor(kind, identity, AT_NS + at, latency, message),
    st.sampled_from("1234"),
    ids,
    times,
    latencies,
    messages,
)
# a request that can be read, with any answer
gor_exchanges = st.builds(
    lambda kind, identity, at, after, latency, message: (
        gor(1, identity, AT_NS + at, latency, request()) + gor(kind, identity, AT_NS + at + after, latency, message)
    ),
    st.sampled_from("23"),
    ids,
    times,
    st.integers(0, 10**10),
    latencies,
    mostly(response(), messages),
)
gor_files = st.lists(gor_records | gor_exchanges, max_size=8).map(b"".join)

tap_heads = st.lists(
    st.fixed_dictionaries({"key": st.sampled_from([":status", ":path", "x-request-id", "x"]), "value": wild}),
    max_size=4,
)
moments = mostly(
    "2026-03-02T14:00:00Z",
    st.sampled_from(["2026-03-02T14:59:59.999999999+00:30", "1999-01-01T00:00:00Z", "", "x", None]),
)
bodies = st.none() | st.fixed_dictionaries(
    {}, optional={"as_bytes": wild | raw.map(base64_of), "as_string": wild, "truncated": st.booleans()}
)
tap_objects = st.one_of(
    st.builds(
        lambda head, answer, at, body: buffered(
            tap_request() + head, tap_headers(_status="200") + answer, at=at, response__body=body, request__body=body
        ),
        tap_heads,
        tap_heads,
        moments,
        bodies,
    ),
    st.builds(
        lambda trace, head, n: list(segments(trace, tap_request() + head))[n],
        st.sampled_from("12"),
        tap_heads,
        st.integers(0, 3),
    ),
    st.builds(lambda head, at: buffered(head, head, at=at), tap_heads, moments),
)
tap_files = st.lists(tap_objects, max_size=8).map(lambda objects: "".join(map(json.dumps, objects)).encode())

numbers = st.none() | st.integers(-2, 700) | st.floats(allow_nan=True) | wild
har_heads = st.lists(st.fixed_dictionaries({"name": wild, "value": wild}), max_size=3)
har_files = st.lists(
    st.builds(
        lambda url, method, status, text, at, timing, content: har_entry(
            url,
            method,
            status=status,
            text=text.encode("utf-8", "replace").decode(),
            at=at or "",
            timings=timing,
            response__content=content,
        ),
        mostly("https://shop/a?b", wild),
        methods,
        mostly(200, st.integers(-1, 700)),
        wild,
        moments,
        mostly({"wait": 1}, st.fixed_dictionaries({}, optional=dict.fromkeys(("send", "wait", "receive"), numbers))),
        st.fixed_dictionaries({}, optional={"text": wild, "mimeType": wild})
        | st.fixed_dictionaries({}, optional={"text": wild, "size": numbers, "encoding": wild | st.just("base64")}),
    ),
    max_size=8,
).map(lambda entries: har(*entries))

cells = numbers | moments | st.lists(wild, max_size=2) | st.dictionaries(wild, wild, max_size=2) | st.booleans()
plain = {"request_id": "r", "captured_at": "2026-03-02T14:00:00Z", "method": "GET", "path": "/", "status": 200}
table_files = st.lists(
    st.dictionaries(
        st.sampled_from(
            [
                *plain,
                "latency_ms",
                "error",
                "sample_rate",
                "body",
                "response_headers",
                "release",
                "unit_id",
                "attributes",
            ]
        ),
        cells,
        max_size=3,
    ).map(lambda own: plain | own),
    max_size=8,
).map(lambda rows: "\n".join(map(json.dumps, rows)).encode())

FILES = {Format.GOR: gor_files, Format.ENVOY_TAP: tap_files, Format.HAR: har_files, Format.TABLE: table_files}


def broken_rows(out):
    """How many rows of a log break the contract, and how many keep it; no file is unreadable."""
    log = list_log(str(out))
    checked = check_files(log)
    assert not log.strays
    assert not checked.corrupt
    selection = Selection(window=log.window, max_pair_gap=dt.timedelta(minutes=10))
    broken = kept = 0
    for file in log.files:
        rows = read_file(log.store, file, contract_rows.COLUMNS)
        around = rows_around(rows, file.arm, file.hour, selection)
        codes = contract_rows.breaches(around, file.arm, selection)
        broken += int((codes >= 0).sum())
        kept += int((codes < 0).sum())
    return broken, kept


@pytest.mark.parametrize("file_format", Format)
def test_whatever_is_imported_keeps_the_contract(tmp_path_factory, file_format):
    seen = []

    @LARGE
    @given(FILES[file_format], st.sampled_from(Arm))
    def check(data, arm):
        found = imported(tmp_path_factory.mktemp("x"), file_format, {"file": data}, arm=arm)
        if found.error is None:
            broken, kept = broken_rows(found.out)
            assert (broken, kept) == (0, sum(found.report.rows.values()))
            seen.append(kept)

    check()
    # a law about nothing would hold as well
    assert seen
