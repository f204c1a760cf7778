"""HAR 1.2: the letter of the format, and files of real recorders."""

import json
import pathlib

import pytest

from darklaunch.capture.arm import Arm
from darklaunch.capture.importers.run import Format
from tests.capture.importers.recordings import AT, base64_of, har, har_entry, headers_of, imported

FIXTURES = pathlib.Path(__file__).parent / "fixtures"
HEADER = [
    {"name": "X-Request-Id", "value": "r1"},
    {"name": ":method", "value": "GET"},
    {"name": "Cookie", "value": "s=1"},
]


def read(tmp_path, *entries, data=None, **options):
    return imported(tmp_path, Format.HAR, {"a.har": har(*entries) if data is None else data}, **options)


def row_of(found, arm="production"):
    (row,) = found.rows[arm]
    return row


def test_an_entry_field_by_field(tmp_path):
    entry = har_entry(
        "https://shop:443/items/1?q=1#f",
        "POST",
        at="2026-03-02T15:00:00.000+01:00",
        request__headers=HEADER,
        request__postData={"mimeType": "application/json", "text": "é", "params": []},
    )
    found = read(tmp_path, entry, release="1.0", id_header="x-request-id", sample_rate=0.5)
    row = row_of(found)
    wanted = {
        "request_id": "r1",
        "captured_at": AT,
        "method": "POST",
        "path": "/items/1",
        "query": "q=1",
        "request_body": "é".encode(),
        "status": 200,
        "body": b'{"n":1}',
        "body_truncated": False,
        "latency_ms": 24.5,
        "error": None,
        "sample_rate": 0.5,
        "release": "1.0",
    }
    assert row.items() >= wanted.items()
    assert headers_of(row, "request_headers") == [("X-Request-Id", "r1"), ("Cookie", "(redacted)")]
    assert headers_of(row) == [("Content-Type", "application/json")]
    assert not found.report.passed_over


def test_without_an_id_the_order_of_equal_requests_joins_the_arms(tmp_path):
    paths = ["/a", "/b", "/a", "/a?x"]
    found = {}
    for arm, host in (("production", "https://shop"), ("shadow", "http://localhost:8080")):
        entries = [har_entry(host + path, at=f"2026-03-02T14:00:0{n}Z") for n, path in enumerate(paths)]
        found[arm] = [row["request_id"] for row in read(tmp_path, *entries, arm=Arm(arm)).rows[arm]]
    assert found["production"] == found["shadow"]
    assert len(set(found["shadow"])) == 4
    posts = [har_entry(method="POST", request__postData={"text": text}) for text in "xy"]
    assert len({row["request_id"].partition("-")[0] for row in read(tmp_path / "b", *posts).rows["production"]}) == 2


def content(**own):
    return har_entry(response__content={"size": 7, "mimeType": "application/json", "text": '{"n":1}'} | own)


BODIES = {
    "text": ({}, b'{"n":1}', False),
    "base64": ({"text": base64_of(b"\0\xff"), "encoding": "base64", "size": 2}, b"\0\xff", False),
    "its charset": ({"text": "é", "mimeType": "text/plain; charset=ISO-8859-1", "size": 1}, b"\xe9", False),
    "its charset, the size of its UTF-8": (
        {"text": "é", "mimeType": "text/plain; charset=ISO-8859-1", "size": 2},
        b"\xe9",
        False,
    ),
    "a charset that lacks it": ({"text": "€", "mimeType": "text/plain; charset=ISO-8859-1"}, "€".encode(), True),
    "a charset that nobody knows": ({"mimeType": "text/plain; charset=none-such"}, b'{"n":1}', True),
    "shorter than it was": ({"size": 8}, b'{"n":1}', True),
    "left out": ({"text": None}, None, True),
    "empty": ({"text": None, "size": 0}, b"", False),
}


@pytest.mark.parametrize("name", BODIES)
def test_bodies(tmp_path, name):
    own, body, truncated = BODIES[name]
    row = row_of(read(tmp_path, content(**own)))
    assert (row["body"], row["body_truncated"]) == (body, truncated)


def test_a_body_that_was_unpacked_has_no_headers_that_say_it_is_packed(tmp_path):
    packed = [
        {"name": name, "value": value}
        for name, value in (("Content-Encoding", "gzip"), ("Content-Length", "5"), ("X", "1"))
    ]
    row = row_of(read(tmp_path, har_entry(response__headers=packed, response__content={"size": 48, "text": "{}"})))
    assert (headers_of(row), row["body"], row["body_truncated"]) == ([("X", "1")], b"{}", False)


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_answers_without_a_body_have_none_even_if_a_cache_had(tmp_path, method, status):
    row = row_of(read(tmp_path, har_entry(method=method, status=status)))
    assert (row["body"], row["body_truncated"]) == (b"", False)


@pytest.mark.parametrize(
    ("timings", "latency_ms"),
    [
        ({"send": -1, "wait": 2, "receive": -1}, 2.0),
        ({"send": 1, "wait": -1, "receive": 1}, None),
        ({}, None),
        ({"blocked": 9, "send": 1, "wait": 2, "receive": 3}, 6.0),
    ],
)
def test_latencies_are_the_arms_part_of_the_time(tmp_path, timings, latency_ms):
    assert row_of(read(tmp_path, har_entry(timings=timings)))["latency_ms"] == latency_ms


@pytest.mark.parametrize(
    ("why", "error"), [("net::ERR_TIMED_OUT", "timeout"), ("net::ERR_CONNECTION_REFUSED", "connection")]
)
def test_an_answer_that_never_came_is_an_error(tmp_path, why, error):
    row = row_of(read(tmp_path, har_entry(status=0, response__content={}, response___error=why)))
    assert (row["status"], row["error"], row["body"], row["response_headers"]) == (None, error, None, None)


UNREADABLE = {
    "the client did not send it, or cancelled it": har_entry(status=0, response___error="net::ERR_ABORTED"),
    "it has neither a status nor an error": har_entry(status=0),
    "it was answered from a browser's cache": har_entry(_fromCache="disk"),
    "its Base64 is broken": content(encoding="base64", text="*"),
    "its content has an encoding that is not base64": content(encoding="rot13"),
    "its time is none": har_entry(at="now"),
    "its JSON is of another shape": {"request": {}},
    "it is no entry of a HAR file": 17,
}


@pytest.mark.parametrize("reason", UNREADABLE)
def test_what_cannot_be_read_is_counted_with_its_place_and_the_rest_survives(tmp_path, reason):
    entries = [har_entry("/a"), UNREADABLE[reason], har_entry("/b")]
    found = read(tmp_path, *entries)
    assert sorted(row["path"] for row in found.rows["production"]) == ["/a", "/b"]
    (passed,) = found.report.passed_over
    assert (passed.reason, passed.records) == (reason, 1)
    data = har(*entries)
    assert data[int(passed.examples[0].removeprefix("a.har:")) :].startswith(json.dumps(UNREADABLE[reason]).encode())


@pytest.mark.parametrize("damage", [b"x", b"{", b"}", b"\\", b"\xff"])
@pytest.mark.parametrize("indent", [None, 2])
def test_the_neighbours_of_a_broken_entry_survive(tmp_path, damage, indent):
    entries = [har_entry(f"/{n}", at=f"2026-03-02T14:00:0{n}Z") for n in range(4)]
    data = json.dumps({"log": {"entries": entries}}, indent=indent).encode()
    spot = data.index(b'"method"', data.index(b"14:00:01Z"))
    found = read(tmp_path, data=data[:spot] + damage + data[spot + 1 :])
    assert [row["path"] for row in found.rows["production"]] == ["/0", "/2", "/3"]
    assert found.reasons


def test_a_byte_order_mark_and_members_in_any_order_are_fine(tmp_path):
    entry = dict(sorted(har_entry(_initiator={"stack": {"callFrames": [{}]}}).items()))
    assert (
        len(read(tmp_path, data=b"\xef\xbb\xbf" + har(dict(sorted(entry.items())), comment="x")).rows["production"])
        == 1
    )


def test_a_file_that_is_none_is_told(tmp_path):
    assert "it holds no entries of a HAR file, such as a.har:0" in read(tmp_path, data=b"{}").error
    found = read(tmp_path, data=har(har_entry("/a"), har_entry("/b"))[:-300])
    assert [row["path"] for row in found.rows["production"]] == ["/a"]


def test_a_file_of_mitmproxy(tmp_path):
    found = read(tmp_path, data=(FIXTURES / "mitmproxy.har").read_bytes(), id_header="x-request-id")
    rows = {row["request_id"]: row for row in found.rows["production"]}
    assert {name: (row["method"], row["path"], row["status"], row["error"]) for name, row in rows.items()} == {
        "r-1": ("GET", "/items/7", 200, None),
        "r-2": ("POST", "/items", 201, None),
        "r-3": ("GET", "/latin", 200, None),
        "r-4": ("GET", "/pixel.gif", 200, None),
        "r-5": ("HEAD", "/items/7", 200, None),
        "r-6": ("GET", "/empty", 204, None),
        "r-8": ("GET", "/refused", None, "connection"),
    }
    assert found.reasons == {"the request has no x-request-id header": 1}
    assert not any(row["body_truncated"] for row in rows.values())
    assert rows["r-1"]["body"] == b'{"id": 7, "name": "caf\\u00e9"}'
    assert rows["r-2"]["request_body"] == rows["r-2"]["body"] == '{"name":"café"}'.encode()
    assert rows["r-3"]["body"] == "café".encode("latin-1")
    assert rows["r-4"]["body"].startswith(b"GIF89a")
    assert "s3cr3t" not in str(rows)
    assert "t0p" not in str(rows)
    assert 0 < rows["r-1"]["latency_ms"] < 1000


def test_a_file_of_chromium(tmp_path):
    found = read(tmp_path, data=(FIXTURES / "chromium.har").read_bytes())
    rows = {row["path"]: row for row in found.rows["production"]}
    assert sorted((row["method"], row["path"], row["status"]) for row in rows.values()) == [
        ("GET", "/", 200),
        ("GET", "/empty", 204),
        ("GET", "/gone", 404),
        ("GET", "/items/7", 200),
        ("GET", "/latin", 200),
        ("GET", "/pixel.gif", 200),
        ("POST", "/items", 201),
    ]
    assert found.reasons == {"the client did not send it, or cancelled it": 1}
    assert not any(row["body_truncated"] for row in rows.values())
    assert rows["/latin"]["body"] == "café".encode("latin-1")
    assert rows["/items/7"]["body"] == b'{"id": 7, "name": "caf\\u00e9"}'
    assert "s3cr3t" not in str(rows)
