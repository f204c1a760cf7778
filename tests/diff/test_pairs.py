"""Pairs of answers with what they differ in, as data: every body kind, every kind of difference, every action."""

import bz2
import gzip
import zlib
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest
import yaml

from darklaunch.config.domain import rule_set
from darklaunch.config.settings.rules import ACTIONS, RuleSettings
from darklaunch.diff.compare import compare
from darklaunch.diff.difference import SEVERITIES, Incomparable, Kind
from darklaunch.diff.http.response import Response
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import RuleIndexes

FILES = sorted((Path(__file__).parent / "pairs").glob("*.yaml"))
READ = [(file.stem, pair) for file in FILES for pair in yaml.safe_load(file.read_text())]
PAIRS = [pytest.param(pair, id=f"{stem}: {pair['name']}") for stem, pair in READ]
ENCODERS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda raw: pa.compress(raw, codec="brotli", asbytes=True),
    "zstd": lambda raw: pa.compress(raw, codec="zstd", asbytes=True),
    "bzip2": bz2.compress,
}


def response(side, content_type):
    """A body, or {status, headers, body, hex, encoding, type}; of several encodings the first is applied first."""
    said = {"body": side} if isinstance(side, str) else side
    raw = bytes.fromhex(said["hex"]) if "hex" in said else said.get("body", "{}").encode()
    media_type = said.get("type", content_type)
    headers = [("content-type", media_type)] if media_type is not None else []
    encodings = said.get("encoding", [])
    for encoding in [encodings] if isinstance(encodings, str) else encodings:
        headers.append(("content-encoding", encoding))
        raw = ENCODERS[encoding](raw)
    for name, values in said.get("headers", {}).items():
        headers += [(name, value) for value in (values if isinstance(values, list) else [values])]
    return Response(said.get("status", 200), tuple(headers), raw)


def compared(pair, masking=Masking.NONE):
    content_type = pair.get("type", "application/json")
    production, shadow = (response(pair[side], content_type) for side in ("production", "shadow"))
    rules = rule_set([RuleSettings.model_validate({"why": "x", **rule}) for rule in pair.get("rules", [])])
    return compare(production, shadow, RuleIndexes(rules).at("GET /x"), masking)


@pytest.mark.parametrize("pair", PAIRS)
def test_a_pair_differs_in_just_what_its_line_says(pair):
    outcome = compared(pair)
    if "incomparable" in pair:
        assert isinstance(outcome, Incomparable), outcome
        assert pair["incomparable"] in outcome.reason
        return
    wanted = [
        (each["path"], each["kind"], each.get("rule"), each.get("severity", SEVERITIES[Kind(each["kind"])].value))
        for each in pair["found"]
    ]
    assert [(d.path, d.kind.value, d.rule, d.severity.value) for d in outcome.differences] == wanted
    assert outcome.mismatch is any(each[2] is None for each in wanted)


def test_the_table_has_no_gaps():
    pairs = [pair for _, pair in READ]
    assert len(pairs) >= 400
    assert max(Counter((stem, pair["name"]) for stem, pair in READ).values()) == 1
    assert {each["kind"] for pair in pairs for each in pair.get("found", [])} == {kind.value for kind in Kind}
    for action in ACTIONS:
        ruled = [pair for pair in pairs if any(action in rule for rule in pair.get("rules", []))]
        assert any(each.get("rule") for pair in ruled for each in pair["found"]), action
        assert any(not each.get("rule") for pair in ruled for each in pair["found"]), action
