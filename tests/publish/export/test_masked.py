"""Masking of what a run has stored: no value is left, in no format."""

import json
from pathlib import Path

import pytest

from darklaunch.publish.export.format import Format
from darklaunch.publish.export.masked import mask_report
from darklaunch.publish.export.render import render
from darklaunch.publish.report.json import verdict_json
from tests.publish import sample

SECRETS = ("secret-text", "4711.25", "secret-agent", "secret-curl", "secret-member", "secret-transition")


def verdict():
    made = sample.full()
    example = {"request_id": "r-1", "production": '"secret-text"', "shadow": "4711.25"}
    made["endpoints"][0]["differences"] = [
        sample.difference("$.body.name", "value_changed", 3, 0.5, example=example),
        sample.difference(
            "$.body.tags", "missing", 2, 0.5, example=example | {"production": "[3 elements]", "shadow": None}
        ),
        sample.difference(
            "$.body.owner", "missing", 2, 0.5, example=example | {"production": "{2 members}", "shadow": '"cut…'}
        ),
        sample.difference("$.body.flag", "missing", 2, 0.5, example=example | {"production": "true", "shadow": "null"}),
    ]
    changed = {"path": "$.body.name", "kind": "value_changed", "production": '"secret-transition"', "shadow": "1"}
    telling = {"inside": 5, "inside_of": 5, "outside": 1, "outside_of": 9, "share_inside": 1.0, "share_outside": 0.1}
    made["causes"] = [
        sample.cause(
            "POST /orders/{id}", "$.body.name", "value_changed", 5, 10,
            slices=[
                {"facet": "header", "name": "user-agent", "value": "secret-agent", "log_p": -9.0, **telling},
                {"facet": "status", "name": None, "value": "2", "log_p": -9.0, **telling},
            ],
            transitions=[changed | {"requests": 2}],
            examples=[{
                "request_id": "r-1", "differences": [changed], "differences_beyond": 0,
                "curl": """curl -X POST "$HOST"'/orders/secret-curl' --data-raw '{"a": "secret-member"}'""",
            }],
        )
    ]  # fmt: skip
    return made


@pytest.fixture
def masked():
    return mask_report(sample.report(verdict()))


@pytest.mark.parametrize("form", [Format.JSON, Format.HTML, Format.CSV, Format.MARKDOWN, Format.JUNIT])
def test_no_value_is_left_in_any_text(masked, form):
    text = render(masked, form).decode()
    plain = render(sample.report(verdict()), form).decode()
    assert not [secret for secret in SECRETS if secret in text]
    if form in {Format.JSON, Format.HTML}:
        assert all(secret in plain for secret in SECRETS)


def test_a_value_becomes_its_type(masked):
    examples = [each.example for each in masked.endpoints[0].differences]
    assert [(each.production, each.shadow) for each in examples] == [
        ("masked text", "masked number"),
        ("masked array", None),
        ("masked object", "masked text"),
        ("masked boolean", "masked null"),
    ]


def test_a_cause_keeps_what_is_no_value(masked):
    (cause,) = masked.window.causes
    assert [(each.name, each.value) for each in cause.slices] == [("user-agent", "masked text"), (None, "2")]
    assert cause.transitions == ()
    assert cause.examples[0].curl == """curl -X POST "$HOST"'/orders/{id}' --globoff"""
    assert cause.examples[0].differences[0].path == "$.body.name"


def test_numbers_and_verdicts_stay(masked):
    before, after = (verdict_json(report) for report in (sample.report(verdict()), masked))
    for entry, other in zip(before["endpoints"], after["endpoints"], strict=True):
        for each in (entry, other):
            del each["differences"]
        assert entry == other
    assert before["funnel"] == after["funnel"]


def test_what_is_masked_stays_so(masked):
    assert verdict_json(mask_report(masked)) == verdict_json(masked)


def test_a_path_that_names_a_secret_is_masked():
    made = verdict()
    made["endpoints"][0]["differences"][0]["path"] = "$.body['jane.doe@example.com']"
    made["endpoints"][0]["differences"][1]["path"] = "no path at all"
    text = json.dumps(verdict_json(mask_report(sample.report(made))))
    assert "jane.doe" not in text
    assert "no path at all" not in text


def test_the_demo_snapshot_keeps_none_of_its_values():
    stored = json.loads((Path(__file__).parents[2] / "snapshots" / "verdict.json").read_text())
    values = {
        value.strip('"')
        for endpoint in stored["endpoints"]
        for each in endpoint["differences"]
        if each.get("example")
        for value in (each["example"]["production"], each["example"]["shadow"])
        if value and len(value) > 12 and value[0] == '"'
    }
    assert values
    text = json.dumps(verdict_json(mask_report(sample.report(stored))), ensure_ascii=False)
    assert [value for value in values if value in text] == []
