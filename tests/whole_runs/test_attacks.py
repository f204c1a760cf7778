"""Releases that are broken in ways of their own: is any of them promoted?"""

import random

import pytest

from tests.whole_runs.runs import run, verdict
from tests.worlds import row, write_log

ARMS = ("production", "shadow", "baseline")
COUNT = 6_000
LEARN = ["-o", "noise.learn=true", "-o", "noise.learning_hours=1"]


def world(folder, answer, *, arms=("production", "shadow"), count=COUNT):
    """Requests, a session each; ``answer(n, arm)`` gives the rows of one arm."""
    rows = [
        row(f"r{n}", arm, **({"at": n * 0.5, "body": {"n": n}, "unit_id": f"u{n}"} | changes))
        for n in range(count)
        for arm in arms
        for changes in answer(n, arm)
    ]
    return write_log(folder / "captures", rows)


def judged(captures, out, *more):
    assert run(captures, out, *more) == 0
    report = verdict(out)
    return report["verdict"], [why for each in (report["fleet"], *report["endpoints"]) for why in each["reasons"]]


def test_an_endpoint_that_was_never_mirrored_is_not_promoted_by_the_others(tmp_path):
    def answer(n, arm):
        write = n % 10 < 3
        if write and arm == "shadow":
            return []
        return [{"method": "POST" if write else "GET"}]

    lossy = ["-o", "policy.minimum_completeness=0.6"]
    found, reasons = judged(world(tmp_path, answer, count=9_000), tmp_path / "out", *lossy)
    assert found == "hold", reasons


def test_retries_that_reuse_an_id_and_fail_are_not_hidden_behind_the_first_answer(tmp_path):
    def answer(n, arm):
        first = {}
        again = {"at": n * 0.5 + 0.1, "body": {"error": "try again"} if arm == "shadow" else {"n": n}}
        return [first, again] if n % 30 == 0 else [first]

    found, reasons = judged(world(tmp_path, answer), tmp_path / "out")
    assert found != "promote", reasons


def test_rows_of_both_arms_that_break_the_contract_are_not_as_if_they_had_never_been(tmp_path):
    def answer(n, arm):
        wrong = {"body": {"n": -1}} if arm == "shadow" else {}
        return [{"latency_ms": -1.0} | wrong] if n % 120 == 0 else [{}]

    found, reasons = judged(world(tmp_path, answer), tmp_path / "out")
    assert found == "hold", reasons


def test_volatile_numbers_that_are_wild_on_both_sides_are_not_taken_for_jitter(tmp_path):
    def answer(n, arm):
        chance = random.Random(f"{n}{arm}")
        spread = 0.05 if arm != "shadow" else 5.0
        return [{"body": {"price": round(100 * (1 + chance.uniform(-spread, spread)), 6)}}]

    found, reasons = judged(
        world(tmp_path, answer, arms=ARMS, count=3_000), tmp_path / "out", *LEARN, "-o", "scoring.tolerated_excess=0.01"
    )
    assert found != "promote", reasons


def test_volatile_texts_that_become_constant_are_not_taken_for_jitter(tmp_path):
    def answer(n, arm):
        chance = random.Random(f"{n}{arm}")
        token = f"{chance.getrandbits(64):016x}" if arm != "shadow" else "0" * 16
        return [{"body": {"token": token}}]

    more = [*LEARN, "-o", "scoring.tolerated_excess=0.01"]
    found, reasons = judged(world(tmp_path, answer, arms=ARMS, count=3_000), tmp_path / "out", *more)
    assert found == "hold", reasons
    assert any("in 3,000 requests and the shadow 1 value" in why for why in reasons)


def test_a_shadow_that_answers_from_an_empty_database_now_and_then(tmp_path):
    def answer(n, arm):
        hour = n * 0.5 // 3600
        empty = arm == "shadow" and n % 400 == 0
        return [{"body": {"items": [] if empty else [n]}, "at": n * 0.5, "attributes": [("hour", str(hour))]}]

    found, reasons = judged(world(tmp_path, answer), tmp_path / "out")
    assert found != "promote", reasons


@pytest.mark.parametrize("status", [304, 204, 404])
def test_a_shadow_without_a_body_where_production_has_one(tmp_path, status):
    def answer(n, arm):
        return [{"status": status, "body": None} if arm == "shadow" and n % 50 == 0 else {}]

    assert judged(world(tmp_path, answer), tmp_path / "out")[0] == "block"


def test_a_rule_that_hides_a_member_does_not_hide_that_answers_fail(tmp_path):
    def answer(n, arm):
        return [{"status": None, "error": "connection", "body": None} if arm == "shadow" and n % 50 == 0 else {}]

    everything = ["-o", "rules=[{path: $.body, ignore: true, why: test}, {path: $.status, ignore: true, why: test}]"]
    assert judged(world(tmp_path, answer), tmp_path / "out", *everything)[0] == "block"


def test_a_shadow_that_is_given_only_what_is_easy(tmp_path):
    def answer(n, arm):
        return [] if arm == "shadow" and n % 3 == 0 else [{}]

    assert judged(world(tmp_path, answer), tmp_path / "out")[0] == "hold"


def test_a_shadow_whose_last_hour_was_not_recorded(tmp_path):
    def answer(n, arm):
        return [] if arm == "shadow" and n >= COUNT - 60 else [{}]

    assert judged(world(tmp_path, answer), tmp_path / "out")[0] == "hold"


def test_headers_that_are_lost_in_one_of_a_hundred_answers(tmp_path):
    def answer(n, arm):
        cached = [("content-type", "application/json"), ("cache-control", "no-store")]
        return [{"response_headers": cached[: 1 if arm == "shadow" and n % 100 == 0 else 2]}]

    assert judged(world(tmp_path, answer), tmp_path / "out")[0] == "block"
