"""Bodies that somebody made to break the comparison: no crash, no hang, compared rightly or counted as incomparable."""

import gzip
import random
import time

import orjson
import pytest

from darklaunch.diff.compare import compare
from darklaunch.diff.difference import Compared, Incomparable
from darklaunch.diff.http.response import Response
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import RuleIndexes
from darklaunch.diff.rules.rule_set import RuleSet

RULES = RuleIndexes(RuleSet([])).at("GET /x")
SLOWEST_S = 5.0
TYPES = (
    None,
    "application/json",
    "application/json; charset=utf-16",
    "application/x-ndjson",
    "text/event-stream",
    "application/xml",
    "text/html; charset=latin-1",
    "application/x-www-form-urlencoded",
    "text/plain; charset=unknown-8",
    "application/octet-stream",
)
CODINGS = (None, None, None, None, "gzip", "deflate", "br", "zstd", "gzip, br", "made-up")


def response(body, content_type="application/json", coding=None):
    headers = [("content-type", content_type)] if content_type else []
    return Response(200, tuple(headers + ([("content-encoding", coding)] if coding else [])), body)


def compared(production, shadow):
    """What comparing comes to, within the time that a body may take."""
    start = time.perf_counter()
    outcome = compare(production, shadow, RULES, Masking.SENSITIVE)
    assert time.perf_counter() - start < SLOWEST_S
    assert isinstance(outcome, Compared | Incomparable)
    return outcome


def outcome_of(production, shadow):
    outcome = compared(production, shadow)
    return (
        outcome.reason if isinstance(outcome, Incomparable) else [(d.path, d.kind.value) for d in outcome.differences]
    )


DEEP = b'{"a":' * 5_000 + b"%d" + b"}" * 5_000
LARGE = b'{"rows": [' + b",".join(b'{"id": %d, "name": "row %d"}' % (n, n) for n in range(600_000)) + b"], "


@pytest.mark.parametrize(
    ("production", "shadow", "expected"),
    [
        (DEEP % 1, DEEP % 2, "nested too deeply"),
        (b"[" * 5_000 + b"]" * 5_000, b"[]", "nested too deeply"),
        (b'"\xff\xfe"', b'"x"', [("$.body", "unparsable")]),
        (b"[NaN]", b"[NaN ]", []),
        (b"[NaN]", b"[1]", [("$.body[*]", "value_changed")]),
        (b"[Infinity]", b"[-Infinity]", [("$.body[*]", "value_changed")]),
        (b"[1e999]", b"[2e999]", [("$.body[*]", "value_changed")]),
        (b"[1e999]", b"[10e998]", []),
        (b"[9223372036854775808]", b"[9223372036854775809]", [("$.body[*]", "value_changed")]),
        (b"[18446744073709551617]", b"[18446744073709551616]", [("$.body[*]", "value_changed")]),
        (b"[1e400000000]", b"[1]", [("$.body[*]", "value_changed")]),
        (b"[0.1]", b"[0.1000000000000000055]", [("$.body[*]", "value_changed")]),
        (b"[1.0]", b"[1]", []),
        (b'{"a": 1, "a": 2}', b'{"a": 2}', [("$.body['a (given more than once)']", "missing")]),
        (b'{"a": 1, "a": 2}', b'{"a": 3, "a": 2}', [("$.body['a (given more than once)'][*]", "value_changed")]),
        (b'{"\\ud800": 1}', b'{"\\ud800": 2}', [("$.body['\\ud800']", "value_changed")]),
        (b'"\\u0000"', b'""', [("$.body", "value_changed")]),
        (b"", b"{}", [("$.body", "extra")]),
    ],
    ids=range(18),
)
def test_a_body_that_is_hard_to_read_is_compared_rightly_or_incomparable(production, shadow, expected):
    assert outcome_of(response(production), response(shadow)) == expected


def test_bodies_of_twenty_megabytes_are_compared_within_seconds():
    production, shadow = LARGE + b'"end": 1}', LARGE + b'"end": 2}'
    assert len(production) > 20 * 2**20
    assert outcome_of(response(production), response(shadow)) == [("$.body.end", "value_changed")]


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_a_bomb_is_not_inflated(layers):
    bomb = bytes(2**28)
    for _ in range(layers):
        bomb = gzip.compress(bomb, 1)
    coding = ", ".join(["gzip"] * layers)
    outcome = compared(response(bomb, coding=coding), response(b"{}"))
    assert isinstance(outcome, Incomparable)
    assert "inflate" in outcome.reason or "larger" in outcome.reason


def scalar(chance):
    return chance.choice(
        (None, True, False, 0, -1, 2**63, 2**64 + 1, 0.1, 1e308, "", "a", "\u0000", "\ud7ff", "é" * 9, "1e999", "<b>")
    )


def tree(chance, depth):
    if depth == 0 or chance.random() < 0.3:
        return scalar(chance)
    size = chance.randrange(5)
    if chance.random() < 0.5:
        return [tree(chance, depth - 1) for _ in range(size)]
    return {chance.choice("abcde'\"[]$.*é\n"): tree(chance, depth - 1) for _ in range(size)}


def markup(chance):
    names = ("a", "b", "script", "x:y", "!--", "![CDATA[", "?xml", "!DOCTYPE html", "table", "é")
    parts = [
        f"<{chance.choice(names)} {'k=' + repr('v') if chance.random() < 0.4 else ''}>text&amp;&#x0;" for _ in range(9)
    ]
    return "".join(parts).encode()


def raw(chance):
    made = chance.randrange(6)
    if made == 0:
        return chance.randbytes(chance.randrange(80))
    if made == 1:
        return markup(chance)
    if made == 2:
        return b"\n".join(b"data: " + orjson.dumps(scalar_safe(chance)) for _ in range(chance.randrange(6)))
    if made == 3:
        return b"&".join(b"%s=%%%02x" % (chance.choice((b"a", b"b", b"")), chance.randrange(256)) for _ in range(6))
    return text_of(tree(chance, 5))


def scalar_safe(chance):
    value = scalar(chance)
    return str(value) if isinstance(value, int) and abs(value) >= 2**63 else value


def text_of(value):
    import json

    return json.dumps(value).encode("utf-8", "surrogatepass")


def broken(chance, body):
    """The same with a few bytes changed, dropped or doubled."""
    outcome = bytearray(body)
    for _ in range(chance.randrange(4)):
        at = chance.randrange(len(outcome) + 1)
        match chance.randrange(3):
            case 0:
                outcome[at:at] = chance.randbytes(1)
            case 1:
                del outcome[at : at + 3]
            case _:
                outcome[at:at] = outcome[at : at + 9]
    return bytes(outcome)


def fuzzed(count, seed):
    chance = random.Random(seed)
    for _ in range(count):
        body, content_type, coding = raw(chance), chance.choice(TYPES), chance.choice(CODINGS)
        if coding == "gzip" and chance.random() < 0.7:
            body = gzip.compress(body)
        production = response(body, content_type, coding)
        shadow = production if chance.random() < 0.1 else response(broken(chance, body), content_type, coding)
        yield production, shadow


@pytest.mark.parametrize(
    "seed", [pytest.param(0, id="1,000"), *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, 20))]
)
def test_fuzzed_bodies_are_compared_or_incomparable_and_never_differ_from_themselves(seed):
    outcomes = {"same": 0, "differs": 0, "undecodable": 0, "incomparable": 0}
    for production, shadow in fuzzed(1_000, seed):
        outcome, itself = (
            compared(production, shadow),
            compared(production, Response(production.status, production.headers, production.body)),
        )
        if isinstance(itself, Compared):
            assert itself.differences == ()
        match outcome:
            case Incomparable():
                outcomes["incomparable"] += 1
            case Compared(undecodable=True):
                outcomes["undecodable"] += 1
                assert outcome.mismatch
                assert isinstance(compared(shadow, production), Incomparable)
            case Compared(mismatch=mismatch):
                outcomes["differs" if mismatch else "same"] += 1
                # the other way round the same paths differ
                back = compared(shadow, production)
                assert isinstance(back, Compared)
                assert {d.path for d in back.differences} == {d.path for d in outcome.differences}
    # fewer bodies are broken in the shadow alone
    assert outcomes.pop("undecodable") > 25
    assert min(outcomes.values()) > 50
