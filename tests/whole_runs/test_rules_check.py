"""rules check: which planted faults are still seen, of a real log under written and learned rules."""

import datetime as dt
import random
import uuid

import pytest

from darklaunch.cli.check_view import check_table
from darklaunch.config.domain import plan_of
from darklaunch.config.loading.load import load
from darklaunch.dry_runs import run_check
from darklaunch.errors import ContractError
from darklaunch.faults.sampling import MAXIMUM_BODY_BYTES, RESPONSES
from darklaunch.request import Request
from tests.whole_runs.runs import run
from tests.worlds import START, row, write_log

LEARN = ["-o", "noise.learn=true", "-o", "noise.learning_hours=1"]
VOLATILE = {"$.body.trace", "$.body.at", "$.body.items[*].ticket"}
NAME = "<b>[red]\x1b[31m"


def body(chance, n):
    return {
        "n": n,
        "name": f"item {n}",
        "price": 10 + n / 4,
        "paid": bool(n % 2),
        "note": None,
        "trace": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "at": (START + dt.timedelta(seconds=n, milliseconds=chance.randrange(900))).isoformat().replace("+00:00", "Z"),
        "items": [{"id": k, "ticket": f"{chance.getrandbits(64):016x}"} for k in range(3)],
    }


def world(count=150, endpoint="/items/{id}"):
    chance = random.Random(endpoint)
    arms = ("production", "shadow", "baseline")
    headers = [("content-type", "application/json"), ("etag", "x1"), ("vary", "accept")]
    return [
        row(f"{endpoint}{n}", arm, at=float(n), body=body(chance, n), endpoint=endpoint, response_headers=headers)
        for n in range(count)
        for arm in arms
    ]


def request(log, out, *overrides):
    settings = load(conf=None, env=None, overrides=[f'captures.uri="{log}"', "spark.master=none", *overrides])
    return Request(plan=plan_of(settings), out=out, today=dt.date(2026, 3, 3))


def checked(asked):
    return run_check(asked).as_dict()


def rules(*written):
    return "rules=[" + ", ".join(f"{{path: '{path}', ignore: true, why: test}}" for path in written) + "]"


def test_written_rules_hide_values_and_neither_presence_nor_type(tmp_path):
    log = write_log(tmp_path / "log", world())
    asked = request(log, tmp_path / "out", rules("$.body.at", "$.body.trace"))
    report = checked(asked)
    assert not (tmp_path / "out").exists()
    assert report["outside"]["high"]["planted"] > 500
    assert [report["outside"][severity]["share_seen_with_rules"] for severity in ("high", "medium", "low")] == [1, 1, 1]
    assert report["inside"]["presence_and_type"]["share_seen_with_rules"] == 1
    assert report["inside"]["values"]["share_seen_without_rules"] == 1
    assert report["inside"]["values"]["share_seen_with_rules"] == 0
    (endpoint,) = report["endpoints"]
    assert endpoint["responses"] == RESPONSES
    hidden = {path["path"]: set(path["hidden_by"]) for path in endpoint["paths"] if path["hidden_by"]}
    assert hidden == {"$.body.at": {"ignore $.body.at"}, "$.body.trace": {"ignore $.body.trace"}}
    assert checked(asked) == report


def test_rules_that_a_launch_has_learned_do_not_blind_the_gate(tmp_path):
    log, out = write_log(tmp_path / "log", world()), tmp_path / "out"
    assert run(log, out, *LEARN) == 0
    report = checked(request(log, out))
    assert len(report["rules"]) >= len(VOLATILE)
    assert {path["path"] for path in report["endpoints"][0]["paths"] if path["ruled"]} >= VOLATILE
    assert report["outside"]["high"]["share_seen_with_rules"] >= 0.99
    assert report["inside"]["presence_and_type"]["share_seen_with_rules"] == 1
    assert report["inside"]["values"]["share_seen_with_rules"] < report["inside"]["values"]["share_seen_without_rules"]


def test_a_rule_that_blinds_the_gate_is_told_path_by_path_and_nothing_told_acts(tmp_path):
    log = write_log(tmp_path / "log", world(count=20, endpoint=NAME))
    asked = request(log, tmp_path / "out")
    blind = "rules=[{path: '$..*', ignore: true, presence: false, why: test}]"
    report = checked(request(log, tmp_path / "out", blind))
    still = {path["fault"] for path in report["endpoints"][0]["paths"] if path["seen_with_rules"]}
    assert still == {"cut body"}  # which no rule settles
    assert report["inside"]["presence_and_type"]["share_seen_with_rules"] < 0.1
    assert report["outside"]["high"]["share_seen_with_rules"] is None
    table = check_table(run_check(request(log, tmp_path / "out", blind)))
    assert "ignore, presence too, $..*" in table
    assert "dropped field" in table
    assert "\x1b" not in table
    assert "<b>[red]" in table
    assert "No rule hides a fault." in check_table(run_check(asked))


def test_responses_that_are_cut_failed_or_too_long_are_left_out_and_copies_taken_once(tmp_path):
    rows = world(count=12)
    shadows = [each for each in rows if each["arm"] == "shadow"]
    shadows[0]["body_truncated"] = True
    shadows[1].update(status=None, body=None, error="timeout")
    shadows[2]["body"] = b"x" * (MAXIMUM_BODY_BYTES + 1)
    log = write_log(tmp_path / "log", [*rows, {**shadows[3], "captured_at": START + dt.timedelta(seconds=59)}])
    lenient = [f"contract.maximum_{name}_share=1" for name in ("error", "truncated", "duplicate")]
    (endpoint,) = checked(request(log, tmp_path / "out", *lenient))["endpoints"]
    assert endpoint["responses"] == 9
    for each in shadows:
        each["body_truncated"] = True
    with pytest.raises(ContractError, match="no shadow response"):
        checked(request(write_log(tmp_path / "bare", rows), tmp_path / "out", *lenient))
