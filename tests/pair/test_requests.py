"""Pairing: every row ends in one box, copies are taken once, and the boxes add up."""

import datetime as dt
import itertools
import random

from darklaunch.capture.arm import Arm
from darklaunch.capture.selection import Selection
from darklaunch.config.loading.load import load
from darklaunch.pair.funnel import Box, funnel
from darklaunch.window import Window
from tests.engine.buckets import counted
from tests.worlds import START, row, write_log

HOUR = Window(start=START, end=START + dt.timedelta(hours=1))
SELECTION = Selection(window=HOUR, max_pair_gap=dt.timedelta(minutes=10))


def compared(folder, selection=SELECTION):
    pairs, counts = counted(folder, selection)
    return pairs.to_pylist(), counts


def boxed(folder, selection=SELECTION):
    _, counts = compared(folder, selection)
    return funnel(list(counts.window.outcomes.values()), counts.profiles)


def both(name, *, production=None, shadow=None, **common):
    return [
        row(name, "production", **{"body": {"a": 1}, **common, **(production or {})}),
        row(name, "shadow", **{"body": {"a": 1}, **common, **(shadow or {})}),
    ]


def everything():
    cut = {"body_truncated": True}
    failed = {"status": None, "error": "timeout", "body": None}
    brotli = {"response_headers": [("content-encoding", "br")], "body": b"x"}
    return [
        *both("equal"),
        *both("match", shadow={"body": b'{"a":1}'}),
        *both("mismatch", shadow={"body": {"a": 2}}),
        row("shadow_missing", "production"),
        row("production_missing", "shadow"),
        *both("shadow_error", shadow=failed),
        *both("production_error", production=failed),
        *both("truncated", shadow=cut),
        *both("body_lost", shadow={"body": b"", "response_headers": [("content-length", "7")]}),
        *both("dropped", shadow=failed | {"error": "dropped"}),
        *both("undecodable", production=brotli),
        *both("broken", shadow=brotli),
        *both("other_method", shadow={"method": "POST"}),
        *both("other_path", shadow={"path": "/items/2", "status": None, "error": "timeout"}),
        *both("late", shadow={"at": 60 + 601.0}),
        *both("twice"),
        *both("twice"),
        *both("other_window", production={"at": -5.0}, shadow={"at": 5.0}),
        *both("next_window", production={"at": 3599.0}, shadow={"at": 3605.0}),
        row("later_orphan", "shadow", at=3700.0),
        *both("equal_with_baseline"),
        row("equal_with_baseline", "baseline", body={"a": 1}),
        row("lone_baseline", "baseline"),
        row("later_baseline", "baseline", at=3800.0),
    ]


def test_every_outcome_ends_in_its_own_box_and_the_boxes_add_up(tmp_path):
    outcomes = boxed(write_log(tmp_path, everything()))
    requests = {
        "paired": 7,  # equal, match, mismatch, broken, twice, next_window, equal_with_baseline
        "shadow_missing": 2,  # shadow_missing, dropped
        "production_missing": 1,
        "shadow_error": 1,
        "production_error": 1,
        "other_request": 2,
        "truncated": 1,
        "body_lost": 1,
        "undecodable": 1,
        "late": 1,
        "duplicates": 2,
        "quarantined": 0,
        "other_window": 2,
    }
    assert {box.value: number for box, number in outcomes.requests.items()} == requests
    for arm in Arm:
        assert sum(by_arm[arm] for by_arm in outcomes.rows.values()) == outcomes.read[arm]
    assert outcomes.rows[Box.PRODUCTION_MISSING][Arm.BASELINE] == 1
    assert outcomes.rows[Box.OTHER_WINDOW][Arm.BASELINE] == 1


def test_the_outcome_of_each_request_is_named(tmp_path):
    pairs, _ = compared(write_log(tmp_path, everything()))
    outcomes = {r["request_id"]: r["outcome"] for r in pairs}
    for name in ("equal", "match", "mismatch", "shadow_missing", "shadow_error", "truncated", "undecodable", "late"):
        assert outcomes[name] == name
    assert outcomes["broken"] == "mismatch"


def test_rows_that_break_the_contract_are_set_apart_by_reason(tmp_path):
    elsewhere = START + dt.timedelta(minutes=30)
    broken = [
        (row(None, "shadow"), "null_request_id"),
        (row("  ", "shadow"), "null_request_id"),
        (row("x", "canary"), "unknown_arm"),
        (row("x", "shadow", sample_rate=0.0), "bad_sample_rate"),
        (row("x", "shadow", sample_rate=1.5), "bad_sample_rate"),
        (row("x", "shadow", sample_rate=float("nan")), "bad_sample_rate"),
        (row("x", "shadow", status=200, error="timeout"), "status_with_error"),
        (row("x", "shadow", status=None), "no_status_no_error"),
        (row("x", "shadow", status=999), "bad_status"),
        (row("x", "shadow", latency_ms=-1.0), "bad_latency"),
        (row("x", "shadow", at=-86_400.0, hour=elsewhere), "impossible_time"),
        (row("x", "shadow", captured_at=None, hour=elsewhere), "impossible_time"),
    ]
    folder = write_log(tmp_path, [*both("good"), *(each for each, _ in broken)])
    outcomes = {(p.arm, p.reason): p.rows for p in compared(folder)[1].profiles}
    for (each, reason), group in itertools.groupby(
        sorted(broken, key=lambda b: (b[0]["arm"], b[1])), key=lambda b: (b[0]["arm"], b[1])
    ):
        assert outcomes[each, reason] == len(list(group))
    assert boxed(folder).requests[Box.QUARANTINED] == len(broken)


def test_of_conflicting_copies_the_earliest_is_taken_whatever_the_order_of_files(tmp_path):
    copies = [
        row("r", "shadow", at=61.0, body={"a": 2}),
        row("r", "shadow", at=60.0, body={"a": 1}),
        row("r", "shadow", at=62.0, body={"a": 3}),
    ]
    for n, order in enumerate(itertools.permutations(copies)):
        folder = write_log(tmp_path / str(n), [row("r", "production", body={"a": 1}), *order])
        pairs, _ = compared(folder)
        assert [(r["outcome"], r["shadow_copies"], r["conflicting"]) for r in pairs] == [("equal", 3, 1)]


def test_rows_without_an_endpoint_get_one_from_the_templates(tmp_path):
    rows = [
        *both("a", endpoint=None, path="/users/7/posts"),
        *both("b", endpoint=None, path="/users/7"),
        *both("c", endpoint=None, path="/users/7/x.y"),
        *both("d", endpoint=None, path="/wp-admin"),
    ]
    said = "[{template: '/users/{id}/posts', name: posts}, {template: '/users/{id}'}, "
    said += "{template: '/users/{rest...}.y', name: files}]"
    endpoints = load(overrides=[f"captures.endpoints={said}"]).captures.endpoints
    templates = tuple((endpoint.template, endpoint.name) for endpoint in endpoints)
    selection = Selection(window=HOUR, max_pair_gap=dt.timedelta(minutes=1), templates=templates)
    pairs, _ = compared(write_log(tmp_path, rows), selection)
    outcomes = {r["request_id"]: r["endpoint"] for r in pairs}
    assert outcomes == {"a": "GET posts", "b": "GET /users/{id}", "c": "GET files", "d": "GET (unmatched)"}


def test_the_rows_of_all_hourly_windows_are_those_of_one_window(tmp_path):
    rng = random.Random(7)
    rows = []
    for n in range(300):
        at = rng.uniform(0, 3 * 3600 - 1)
        rows += both(f"r{n}", production={"at": at}, shadow={"at": min(at + rng.uniform(-30, 900), 3 * 3600 - 1)})
    rows = [each for each in rows if rng.random() < 0.9 and each["captured_at"] >= START]
    folder = write_log(tmp_path, rows)

    def of(first, last):
        window = Window(start=START + dt.timedelta(hours=first), end=START + dt.timedelta(hours=last))
        selection = Selection(window=window, max_pair_gap=SELECTION.max_pair_gap)
        pairs, _ = compared(folder, selection)
        return sorted((r["request_id"], r["outcome"]) for r in pairs if r["outcome"] != "other_window")

    assert sorted(of(0, 1) + of(1, 2) + of(2, 3)) == of(0, 3)
