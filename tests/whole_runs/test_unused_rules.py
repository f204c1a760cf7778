"""Does a run say of each rule what it settled, what it could not read, and why it may have settled nothing?"""

import json

import pytest

from tests.whole_runs.runs import newest, run, verdict
from tests.worlds import HEADERS, row, write_log

COUNT = 60
RULES = ", ".join(
    f"{{path: {rule}, why: x}}"
    for rule in (
        "$.body.n, ignore: true",
        "$.body.at, within: 2s",
        "$.body.when, within: 2s",
        "$.body.items, key: sku",
        "$.body.list.p, tolerance: {absolute: 1}",
        "$.headers.connection, ignore: true",
        "$.body.z, ignore: true, endpoint: GET /elsewhere",
    )
)


def answer(number, arm):
    shadow = arm == "shadow"
    return {
        "n": number + shadow,
        "at": "just now" if shadow and number % 3 == 0 else str(1_772_445_600 + number + shadow),
        "when": "soon" if shadow else "later",
        "items": [{"id": 2}, {"id": 1}] if shadow else [{"id": 1}, {"id": 2}],
        "list": [{"p": 1.5 if shadow else 1}],
    }


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("unused")
    rows = [
        row(f"r{n}", arm, at=n * 50.0, body=answer(n, arm)) for n in range(COUNT) for arm in ("production", "shadow")
    ]
    chunked = {"response_headers": [*HEADERS, ("transfer-encoding", "chunked")]}
    raw = {"production": b'9\r\n{"n": 123\r\n1\r\n}\r\n0\r\n\r\n', "shadow": b'a\r\n{"n": 123}\r\n0\r\n\r\n'}
    rows += [row("c", arm, at=9.0, **{**chunked, "body": raw[arm]}) for arm in raw]
    captures = write_log(folder / "captures", rows)
    assert run(captures, folder / "out", "-o", f"rules=[{RULES}]") == 0
    return folder / "out"


def test_a_rule_that_settled_nothing_has_its_likely_reason_in_the_verdict(out):
    rules = {rule["rule"]: rule for rule in verdict(out)["rules"]}
    unused = {name: rule.get("unused") for name, rule in rules.items()}
    assert unused == {
        "ignore $.body.n": None,
        "within 2 s at $.body.at": None,
        "within 2 s at $.body.when": f"it could not read the values that differ at its path ({COUNT} requests)",
        'match by "sku" at $.body.items': (
            f"at its path no array has this key in every element, each of another value ({COUNT} requests)"
        ),
        "tolerate 1 or 0.000% at $.body.list.p": "nothing differs at its path, but at $.body.list[*].p",
        "ignore $.headers.connection": "this header is not compared",
        "ignore $.body.z at GET /elsewhere": "no request of its endpoint was compared",
    }
    assert rules["ignore $.body.n"]["requests"] == COUNT


def test_values_that_a_used_rule_could_not_read_are_counted(out):
    rules = {rule["rule"]: rule for rule in verdict(out)["rules"]}
    assert rules["within 2 s at $.body.at"]["unread"] == COUNT // 3
    assert rules["ignore $.body.n"]["unread"] == 0


def test_what_was_left_out_and_unframed_is_said(out):
    report = verdict(out)
    assert "keep-alive" in report["left_out_headers"]
    assert report["unframed"] == 1
    page = (newest(out) / "report.html").read_text()
    assert "the framing of chunks" in page
    assert "it could not read the values that differ at its path" in page
    assert "frame the body on one connection" in page


def test_the_facts_of_a_run_are_read_as_they_were_written(out):
    written = json.loads((newest(out) / "facts.json").read_text())
    assert written["rules"][2]["unused"].startswith("it could not read")
