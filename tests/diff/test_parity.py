"""The table of pairs and the pure comparison say the same of the same pair."""

import datetime as dt
import json
import random

from darklaunch.capture.selection import Selection
from darklaunch.diff.compare import compare
from darklaunch.diff.difference import Compared
from darklaunch.diff.http.response import Response
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import RuleIndexes
from darklaunch.diff.rules.actions import Ignore, Tolerance
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.window import Window
from tests.engine.buckets import counted
from tests.worlds import START, row, write_log

RULES = RuleSet(
    [
        Rule(path="$.body.a", action=Ignore(), why="x"),
        Rule(path="$..b", action=Tolerance(absolute=1), why="x"),
        Rule(path="$.headers.vary", action=Ignore(presence=False), why="x", endpoint="GET /items/{id}"),
    ]
)
HEADERS = [
    ("Content-Type", "application/json"),
    ("content-type", "text/plain"),
    ("Date", "1"),
    ("date", "2"),
    ("vary", "x"),
    ("etag", "y"),
    ("set-cookie", "z"),
    ("content-encoding", "br"),
]
BODIES = [None, b"", b"{", b"plain", b"\xff\xfe", b"[1, 2]", b"[2, 1]", b'{"a":1}', b'{"a": 1}', b'{"a":true}', b"NaN"]


def body(rng):
    if rng.random() < 0.4:
        return rng.choice(BODIES)
    return json.dumps(
        {name: rng.choice([1, 2, 3.5, None, True, "x", [1], {"b": 2}]) for name in rng.sample("abcd", 2)}
    ).encode()


def answer(rng, other=None):
    """A response; mostly like ``other``, so that many pairs agree in part, or in all that counts."""
    if other is not None and rng.random() < 0.2:
        return {**other, "response_headers": other["response_headers"][::-1], "body": (other["body"] or b"") + b" "}
    made = {
        "status": rng.choice([200, 404, 500]),
        "response_headers": rng.sample(HEADERS, rng.randrange(4)),
        "body": body(rng),
        "body_truncated": rng.random() < 0.02,
    }
    return made if other is None else {name: made[name] if rng.random() < 0.35 else other[name] for name in made}


def expected(production, other):
    production_response, shadow_response = (
        Response(a["status"], tuple(a["response_headers"]), a["body"], a["body_truncated"]) for a in (production, other)
    )
    return compare(production_response, shadow_response, RuleIndexes(RULES).at("GET /items/{id}"), Masking.SENSITIVE)


def test_generated_pairs_come_to_the_same_on_both_paths(tmp_path):
    rng = random.Random(20260302)
    worlds = {}
    rows = []
    for n in range(600):
        production = answer(rng)
        shadow, baseline = answer(rng, production), answer(rng, production)
        worlds[f"r{n}"] = (production, shadow, baseline)
        for arm, said in zip(("production", "shadow", "baseline"), worlds[f"r{n}"], strict=True):
            rows.append(row(f"r{n}", arm, **said))
    folder = write_log(tmp_path, rows)
    window = Window(start=START, end=START + dt.timedelta(hours=1))
    selection = Selection(window=window, max_pair_gap=dt.timedelta(minutes=1))
    pairs, _ = counted(folder, selection, RULES, Masking.SENSITIVE)
    compared_rows = pairs.to_pylist()
    assert len(compared_rows) == len(worlds)
    outcomes = set()
    for each in compared_rows:
        production, shadow, baseline = worlds[each["request_id"]]
        wanted, twin = expected(production, shadow), expected(production, baseline)
        outcomes.add(each["outcome"])
        if not isinstance(wanted, Compared):
            assert each["outcome"] in {"truncated", "undecodable"}
            assert each["mismatch"] is None
            continue
        assert each["mismatch"] is wanted.mismatch, each
        differences = [
            (d["path"], d["kind"], d["production"], d["shadow"], d["rule"]) for d in each["differences"] or []
        ]
        assert differences == [(d.path, d.kind.value, d.production, d.shadow, d.rule) for d in wanted.differences]
        assert each["baseline_mismatch"] == (
            twin.mismatch if isinstance(twin, Compared) and not twin.undecodable else None
        )
    assert outcomes == {"equal", "match", "mismatch", "truncated", "undecodable"}
