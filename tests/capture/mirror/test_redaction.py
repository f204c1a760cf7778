"""What is named does not reach the disk, what is not named stays as it was."""

import gzip
import json
import zlib

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.capture.mirror.redaction.json_members import NotReplaceableError, parse_path, replace_members
from darklaunch.capture.mirror.redaction.names import Redaction
from darklaunch.capture.mirror.redaction.redactor import Redactor

SECRET = "s3cr3t-Value!9"  # noqa: S105 - planted
JSON = (("content-type", "application/json"),)


def redactor(headers=(), query=None, body=None, **names):
    return Redactor(Redaction(**names)).of_request("r", tuple(headers), query, body)


def arrow(codec):
    def compress(body):
        sink = pa.BufferOutputStream()
        with pa.CompressedOutputStream(sink, codec) as stream:
            stream.write(body)
        return sink.getvalue().to_pybytes()

    return compress


CODINGS = {"gzip": gzip.compress, "deflate": zlib.compress, "br": arrow("brotli"), "zstd": arrow("zstd")}


@pytest.mark.parametrize(
    "header",
    [
        ("Authorization", f"Bearer {SECRET}"),
        ("cookie", f"a=1; session={SECRET}"),
        ("Set-Cookie", f"session={SECRET}; Path=/; HttpOnly"),
        ("referer", f"https://x/?a=1&token={SECRET}"),
        ("location", f"/next?access_token={SECRET}#x"),
    ],
)
def test_a_secret_in_a_header_is_replaced(header):
    ((_, value),) = redactor().headers((header,))
    assert SECRET not in value
    assert "redacted-" in value


def test_the_names_and_attributes_of_cookies_stay():
    headers = redactor().headers(
        (("cookie", f"theme=d; session={SECRET}"), ("set-cookie", f"s={SECRET}; Path=/; Secure"))
    )
    assert headers[0][1].startswith("theme=redacted-")
    assert "; session=redacted-" in headers[0][1]
    assert headers[1][1].endswith("; Path=/; Secure")


def test_two_arms_with_the_same_value_stay_equal_and_others_different():
    one = redactor()
    first, same, other = (
        one.headers((("set-cookie", f"s={value}"),)) for value in ("abcdefg1", "abcdefg1", "abcdefg2")
    )
    assert first == same != other


def test_hidden_digits_become_digits_so_that_json_stays_json():
    body = redactor(headers=[("cookie", "uid=123456789")]).body(b'{"id":123456789}', JSON)
    assert 100_000_000 <= json.loads(body)["id"] <= 999_999_999
    assert json.loads(body)["id"] != 123_456_789


def test_no_two_requests_share_a_digest():
    both = Redactor(Redaction())
    digests = {both.of_request(name, (), None, None).headers((("authorization", SECRET),)) for name in ("r1", "r2")}
    assert len(digests) == 2


def test_a_query_keeps_what_is_not_named():
    assert redactor().query("a=1&b=%20") == "a=1&b=%20"
    query = redactor().query(f"a=1&token={SECRET}&b=2")
    assert query.startswith("a=1&token=redacted-")
    assert query.endswith("&b=2")


@pytest.mark.parametrize("spelling", [SECRET, "s3cr3t-Value%219", json.dumps(SECRET)[1:-1]])
def test_what_a_request_hides_is_hidden_where_an_answer_repeats_it(spelling):
    for one in (
        redactor(headers=[("authorization", f"Bearer {SECRET}")]),
        redactor(query=f"token={SECRET}".replace("!", "%21")),
        redactor(headers=JSON, body=json.dumps({"user": {"password": SECRET}}).encode()),
    ):
        if spelling != SECRET and one is not None and "%" in spelling:
            continue
        body = one.body(f'{{"echo": "{spelling}"}}'.encode(), JSON)
        assert SECRET.encode() not in body
        assert SECRET not in one.text(f"/path/{spelling}")


@pytest.mark.parametrize("coding", [*CODINGS, None])
def test_members_are_replaced_in_every_coding_and_the_coding_stays(coding):
    body = json.dumps({"user": {"password": SECRET, "name": "x"}, "n": 1.50}).encode()
    encode = CODINGS.get(coding, lambda plain: plain)
    headers = JSON if coding is None else (*JSON, ("content-encoding", coding))
    redacted = redactor().body(encode(body), headers)
    if coding in ("br", "zstd"):
        plain = pa.CompressedInputStream(pa.BufferReader(redacted), {"br": "brotli"}.get(coding, coding)).read()
    else:
        plain = {"gzip": gzip.decompress, "deflate": zlib.decompress}.get(coding, lambda same: same)(redacted)
    value = json.loads(plain)
    assert value["user"]["password"].startswith("redacted-")
    assert value["user"]["name"] == "x"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"password": "s3cr3t-Value!9"', "application/json"),
        (b'{"password": "s3cr3t-Value!9", "password": null}', "application/json"),
        (b'{"user": {"password": "s3cr3t-Value!9"}, "user": 1}', "application/json"),
        (b'<script>x = {"password": "s3cr3t-Value!9"}</script>', "text/html"),
        (b'{"text": "{\\"password\\": \\"s3cr3t-Value!9\\"}"}', "application/json"),
        ('{"password": "s3cr3t-Value!9"}'.encode("utf-16"), "application/json"),
        (
            b'--x\r\nContent-Disposition: form-data; name="password"\r\n\r\ns3cr3t-Value!9\r\n--x--',
            "multipart/form-data",
        ),
    ],
)
def test_a_body_that_may_hold_a_secret_nobody_can_point_at_is_not_kept(body, content_type):
    assert redactor().body(body, (("content-type", content_type),)) is None


@pytest.mark.parametrize(
    "body",
    [
        b'{"p\\u0061ssword": "s3cr3t-Value!9"}',
        b'\xef\xbb\xbf{"password": "s3cr3t-Value!9"}',
        b'[[{"password":["s3cr3t-Value!9"]}]]',
    ],
)
def test_a_member_is_found_however_it_is_spelt(body):
    redacted = redactor().body(body, JSON)
    assert redacted is not None
    assert b"redacted-" in redacted
    assert SECRET.encode() not in redacted


@pytest.mark.parametrize("coding", ["gzip", "br", "nonsense"])
def test_a_body_that_can_not_be_decoded_is_not_kept(coding):
    assert redactor().body(b"\x00junk", (("content-encoding", coding),)) is None


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"a":1}\n{"password":"s3cr3t-Value!9"}\n', "application/x-ndjson"),
        (b'event: x\ndata: {"password":"s3cr3t-Value!9"}\n\n', "text/event-stream"),
        (b"a=1&password=s3cr3t-Value!9", "application/x-www-form-urlencoded"),
        (b'<a href="/x?a=1&amp;token=s3cr3t-Value!9">', "text/html"),
    ],
)
def test_secrets_in_lines_forms_and_links_are_replaced(body, content_type):
    redacted = redactor().body(body, (("content-type", content_type),))
    assert b"redacted-" in redacted
    assert SECRET.encode() not in redacted


def test_a_cut_body_does_not_end_in_half_of_a_secret():
    one = redactor(headers=[("authorization", SECRET)])
    assert one.body(b"abc " + SECRET[:8].encode(), (), truncated=True) == b"abc "


def test_content_length_tells_what_is_recorded_where_the_body_has_another_length():
    headers = redactor().headers((("Content-Length", "90"),), lengths=(90, 80))
    assert headers == (("Content-Length", "80"),)
    assert redactor().headers((("content-length", "90"),), lengths=(90, 90)) == (("content-length", "90"),)


@pytest.mark.parametrize(
    ("path", "hidden"),
    [
        ("$.user.email", ["a"]),
        ("$.cards[*].number", ["b", "c"]),
        ("$..number", ["b", "c", "d"]),
        ("$.deep.*", ["d"]),
        ("$['deep']['number']", ["d"]),
        ("$..['email']", ["a"]),
    ],
)
def test_paths_name_members(path, hidden):
    body = {"user": {"email": "a"}, "cards": [{"number": "b"}, {"number": "c"}], "deep": {"number": "d"}}
    seen = []

    def note(value):
        seen.append(json.loads(value))
        return b'"x"'

    replace_members(json.dumps(body).encode(), (parse_path(path),), note)
    assert seen == hidden


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda child: st.lists(child) | st.dictionaries(st.text(), child)
    )
)
def test_json_without_a_named_member_stays_byte_for_byte(value):
    text = json.dumps(value, indent=1).encode()
    assert replace_members(text, (parse_path("$..a-name-that-nobody-has"),), lambda _: b'"x"') == text


@given(
    st.recursive(
        st.none() | st.text(alphabet="ab") | st.just(SECRET).map(lambda secret: {"password": secret}),
        lambda child: st.lists(child) | st.dictionaries(st.text(alphabet='ab\\"é'), child),
    )
)
def test_no_secret_survives_wherever_it_stands(value):
    redacted = redactor().body(json.dumps(value).encode(), JSON)
    assert redacted is not None
    assert SECRET.encode() not in redacted
    assert len(json.loads(redacted) or []) == len(value or []) or isinstance(value, dict)


@given(st.binary())
def test_no_bytes_are_a_fault(body):
    for content_type in ("application/json", "text/html", "application/x-www-form-urlencoded", "text/event-stream"):
        redactor().body(body, (("content-type", content_type),))


def test_json_that_is_none_is_refused():
    with pytest.raises(NotReplaceableError):
        replace_members(b"{", (parse_path("$.a"),), lambda _: b"")
