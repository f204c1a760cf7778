"""Shell commands of captured requests: as they were sent, without anything that acts and without secrets."""

import json
import os
import shlex
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darklaunch.diff.privacy.masking import Masking
from darklaunch.triage.curl import MAXIMUM_BODY, CapturedRequest, curl_command

HOSTILE = [
    "'; touch pwned; '",
    "$(touch pwned)",
    "`touch pwned`",
    '"; touch pwned #',
    "a\nb",
    "\\'; touch pwned #\n",
    "\x1b[31m",
]
ENVIRONMENT = {"HOST": "http://h", "BODY": "(body)", "PATH": os.environ["PATH"]}


def line(masking=Masking.SENSITIVE, **changes):
    facts = {"method": "GET", "path": "/items/1", "template": "/items/{id}"}
    return curl_command(CapturedRequest(**{**facts, **changes}), masking)


def arguments(text, folder, shell="bash"):
    """What a shell makes of the line: the arguments that curl would get."""
    shown = 'curl() { for word in "$@"; do printf \'%s\\0\' "$word"; done; }\n'
    done = subprocess.run([shell, "-c", shown + text], capture_output=True, env=ENVIRONMENT, cwd=folder, check=True)  # noqa: S603
    assert done.stderr == b""
    assert not (folder / "pwned").exists()
    return done.stdout.decode("utf-8", "surrogateescape").split("\0")[:-1]


def test_a_plain_request_is_a_plain_line():
    command = line(query="x=y", headers=(("accept", "text/html"), ("content-length", "0")))
    assert command == """curl -X GET "$HOST"'/items/1?x=y' -H 'accept: text/html'"""


def test_a_body_goes_along_as_it_was(tmp_path):
    body = '{"name": "it\'s",\n "n": 1}'
    command = line(method="POST", headers=(("content-type", "application/json"),), body=body.encode())
    assert arguments(command, tmp_path)[-2:] == ["--data-raw", body]


def test_a_head_request_does_not_wait_for_a_body():
    assert line(method="HEAD").startswith("curl --head ")


def test_curl_takes_the_address_literally():
    assert line(path="/a/{1..9999}").endswith(" --globoff")
    assert line(query="a[]=[1-9999]").endswith(" --globoff")
    assert line(path="/files/../x").endswith(" --path-as-is")
    assert line(path="@evil.example/x") == """curl -X GET "$HOST"'/@evil.example/x'"""
    assert line(path="/a b#c?d\n") == """curl -X GET "$HOST"'/a%20b%23c%3Fd%0A'"""


def test_a_header_cannot_make_curl_read_a_file():
    assert "passwd" not in line(headers=(("@/etc/passwd", ""), ("@/etc/passwd:", "x")))
    assert line(headers=(("x-empty", ""),)).endswith("-H 'x-empty;'")


@pytest.mark.parametrize("shell", ["bash", "sh"])
@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_a_request_acts_in_a_shell(text, shell, tmp_path):
    command = line(
        method=text,
        path=f"/{text}",
        query=text,
        headers=(("x", text), (text, "v")),
        body=text.encode(),
        masking=Masking.NONE,
    )
    assert command.isprintable()
    got = arguments(command, tmp_path, shell)
    assert got[:2] == ["-X", "GET"]
    assert got[2].startswith("http://h/")
    assert got[-2] == "--data-raw"
    if shell == "bash":
        assert got[-1] == text


@settings(max_examples=40)
@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40).filter(lambda text: "\0" not in text))
def test_every_text_is_one_printable_line_of_separate_words(tmp_path_factory, path, value, body):
    raw = body.encode("utf-8", "surrogatepass")
    command = line(path=path, query=value, headers=(("x", value),), body=raw, masking=Masking.NONE)
    assert command.isprintable()
    words = shlex.split(command)
    assert words[:-1].count("--data-raw") == bool(raw)
    got = arguments(command, tmp_path_factory.getbasetemp())
    if raw and not any("\ud800" <= c <= "\udfff" for c in body):
        assert got[-1] == body


@pytest.mark.parametrize("size", [MAXIMUM_BODY + 1, 10])
def test_a_body_that_is_long_or_no_text_has_its_place_held(size, tmp_path):
    body = b"x" * size if size > MAXIMUM_BODY else b"\xff\xfe\x00"
    assert arguments(line(method="PUT", body=body), tmp_path)[-2:] == ["--data-raw", "(body)"]


SECRETS = {
    "path": "/users/anna@example.com/tokens/31af99",
    "query": "page=2&access_token=abc123&mail=bob%40example.com",
    "headers": (
        ("Authorization", "Bearer abcdefghijk"),
        ("cookie", "sid=zzz9"),
        ("accept", "text/html"),
        ("x-forwarded-for", "10.1.2.3"),
    ),
    "body": json.dumps({"user": {"password": "hunter2", "card": "4111 1111 1111 1111"}, "cvv": 123, "n": 1}).encode(),
}
HIDDEN = ["anna", "31af99", "abc123", "bob", "abcdefghijk", "zzz9", "10.1.2.3", "hunter2", "4111", "123"]


def test_secrets_are_masked_wherever_they_stand():
    command = line(method="POST", **SECRETS)
    assert [secret for secret in HIDDEN if secret in command] == []
    for kept in ("page=2", "accept: text/html", '"n": 1', "Authorization: [masked]"):
        assert kept in command


def test_a_form_is_masked_by_its_names():
    command = line(body=b"size=9&password=hunter2", headers=(("content-type", "application/x-www-form-urlencoded"),))
    assert command.endswith("--data-raw 'size=9&password=[masked]'")


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        ("no JSON: mail bob@example.com", "no JSON: mail [masked]"),
        ('[null, true, {"cvv": 123}, "bob@example.com"]', '[null, true, {"cvv": "[masked]"}, "[masked]"]'),
        ("[null,  true]", "[null,  true]"),
    ],
)
def test_a_body_keeps_what_is_no_secret(body, sent, tmp_path):
    assert arguments(line(method="POST", body=body.encode()), tmp_path)[-2:] == ["--data-raw", sent]


def test_where_everything_is_masked_only_the_route_is_told():
    assert line(Masking.ALL, **SECRETS) == """curl -X GET "$HOST"'/items/{id}' --globoff"""


def test_where_nothing_is_masked_the_line_is_what_was_sent(tmp_path):
    got = arguments(line(Masking.NONE, **SECRETS), tmp_path)
    assert "Authorization: Bearer abcdefghijk" in got
    assert got[-1] == SECRETS["body"].decode()


def test_a_lone_surrogate_beside_a_secret_is_written_as_its_escape():
    made = line(body=b'{"t": "\\ud800x", "token": "abc"}')
    assert "\\ud800x" in made
    assert "abc" not in made
