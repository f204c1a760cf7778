"""Parts of a body: what each is read as."""

import pytest

from darklaunch.diff.http.body import parse_pair
from darklaunch.diff.http.parsed_body import Binary, Json, Undecodable
from darklaunch.diff.http.response import Response


def read(*parts: bytes):
    """What a body of parts is read as, each given with its headers."""
    raw = b"".join(b"--x\r\n" + part + b"\r\n" for part in parts) + b"--x--"
    response = Response(200, (("content-type", "multipart/mixed; boundary=x"),), raw)
    parsed, other = parse_pair(response, response)
    assert parsed == other
    return parsed


@pytest.mark.parametrize(
    ("part", "body"),
    [
        (b"content-type: text/html\r\n\r\n<p>a</p>", "<p>a</p>"),
        (b"content-type: text/xml; charset=latin-1\r\n\r\n<a>\xe9</a>", "<a>é</a>"),
        (
            b"content-type: text/xml\r\n\r\n<?xml version='1.0' encoding='latin-1'?><a>\xe9</a>",
            Binary(b"<?xml version='1.0' encoding='latin-1'?><a>\xe9</a>").digest,
        ),
    ],
    ids=["HTML", "XML", "XML that says its charset itself"],
)
def test_markup_in_a_part_is_a_text_where_its_headers_say_how_to_decode_it(part, body):
    assert [each["body"] for each in read(part).value] == [body]


def test_parts_within_a_part_are_bytes():
    inner = b"--y\r\n\r\na\r\n--y--"
    parsed = read(b"content-type: multipart/mixed; boundary=y\r\n\r\n" + inner)
    headers = {"content-type": "multipart/mixed"}
    assert parsed == Json([{"headers": headers, "body": Binary(inner).digest}])


def test_a_part_without_a_body_has_headers_alone():
    assert read(b"a: 1\r\n\r\n", b"\r\nb") == Json([{"headers": {"a": "1"}}, {"headers": {}, "body": "b"}])


def test_what_stands_around_the_json_of_a_part_is_kept_beside_it():
    json = {"content-type": "application/json"}
    lead = b"content-type: application/json\r\n\r\n"
    assert read(lead + b")]}'\n[1]", lead + b"[1][2]", lead + b"[1") == Json(
        [
            {"headers": json, "body": [1], "#prefix": ")]}'\n", "#several": False},
            {"headers": json, "body": [[1], [2]], "#prefix": "", "#several": True},
            {"headers": json, "#unparsable": "[1"},
        ]
    )


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        (b"content-encoding: bzip2\r\n\r\na", "content-encoding bzip2"),
        (b"content-encoding: gzip\r\n\r\nabc", "not gzip, though content-encoding says so"),
        (b"content-type: application/json\r\n\r\n" + b"[" * 5_000, "nested too deeply"),
        (b"content-type: text/html\r\n\r\n" + b"<div>" * 501, "nested too deeply"),
    ],
    ids=["bzip2", "no gzip", "deep JSON", "deep HTML"],
)
def test_a_part_that_must_not_or_can_not_be_read_is_the_reason_for_the_whole_body(part, reason):
    assert read(b"\r\nreadable", part) == Undecodable(reason)
