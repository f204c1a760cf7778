"""What may a verdict rest on, where answers can't be decoded, or could not be compared at all?"""

import gzip
import json

import pytest

from tests.whole_runs.runs import newest, run, verdict
from tests.worlds import row, write_log

GZIP = [("content-type", "application/json"), ("content-encoding", "gzip")]
COUNT = 4000
BROKEN = COUNT * 4 // 10


def zipped(n):
    return gzip.compress(json.dumps({"n": n, "price": 10}).encode(), mtime=0)


def log(folder, *arms, broken=(), changes=None):
    """4,000 requests with zipped bodies; in two of five those of some arms are broken, or one in 25 is changed."""
    rows = []
    for n in range(COUNT):
        for arm in arms:
            hit = n % 5 < 2
            body = zipped(n)[: -9 if arm in broken and hit else None]
            more = changes if changes is not None and arm == "shadow" and n % 25 == 0 else {}
            rows.append(row(f"r{n}", arm, at=n * 0.8, body=body, response_headers=GZIP, unit_id=f"u{n}", **more))
    return write_log(folder / "captures", rows)


def judged(tmp_path, *arms, broken=(), changes=None):
    captures = log(tmp_path, *arms, broken=broken, changes=changes)
    policy = ("-o", "policy.minimum_days=0", "-o", "policy.require_all_hours=false")
    scoring = ("-o", "scoring.latency_ratios={}", "-o", "noise.learn=false")
    assert run(captures, tmp_path / "out", *policy, *scoring) == 0
    return verdict(tmp_path / "out")


@pytest.mark.parametrize("arms", [("production", "shadow"), ("production", "shadow", "baseline")])
def test_a_shadow_whose_bodies_are_broken_is_blocked(tmp_path, arms):
    report = judged(tmp_path, *arms, broken=["shadow"])
    (endpoint,) = report["endpoints"]
    assert (report["verdict"], endpoint["verdict"], endpoint["mismatches"]) == ("block", "block", BROKEN)
    assert endpoint["pairs"] == COUNT


def test_a_baseline_that_is_broken_too_excuses_nothing(tmp_path):
    report = judged(tmp_path, "production", "shadow", "baseline", broken=["shadow", "baseline"])
    assert report["verdict"] == "hold"
    assert report["endpoints"][0]["confidence"] < 0.5


def test_where_production_is_broken_nothing_was_seen(tmp_path):
    report = judged(tmp_path, "production", "shadow", broken=["production"])
    (endpoint,) = report["endpoints"]
    assert (report["verdict"], endpoint["pairs"], endpoint["mismatches"]) == ("hold", COUNT - BROKEN, 0)
    (reason,) = report["incomparable"]
    assert (reason["requests"], reason["request_id"]) == (BROKEN, "r0")
    assert reason["reason"] in (newest(tmp_path / "out") / "report.html").read_text()
    assert endpoint["completeness"] == pytest.approx(0.6)
    assert any(
        "60.0 % of the requests that production answered could be compared" in why for why in endpoint["reasons"]
    )


def test_what_the_recorder_cut_was_not_seen(tmp_path):
    report = judged(tmp_path, "production", "shadow", changes={"body_truncated": True})
    (endpoint,) = report["endpoints"]
    assert (report["verdict"], endpoint["completeness"]) == ("hold", pytest.approx(0.96))


def test_an_endpoint_is_asked_for_dates_on_which_it_had_traffic_itself(tmp_path):
    day = 86_400.0
    rows = [
        row(f"{name}{n}", arm, at=at + n, body={"n": n}, endpoint=f"/{name}", unit_id=f"u{n}")
        for name, dates in (("daily", (0, 1)), ("once", (0,)))
        for at in (date * day for date in dates)
        for n in range(int(at // day) * 50, int(at // day) * 50 + 50)
        for arm in ("production", "shadow")
    ]
    captures = write_log(tmp_path / "captures", rows)
    assert run(captures, tmp_path / "out", "-o", "policy.minimum_days=2") == 0
    report = verdict(tmp_path / "out")
    reasons = {entry["endpoint"]: " ".join(entry["reasons"]) for entry in report["endpoints"]}
    assert "Traffic was seen on 1 date (UTC); the policy asks for 2." in reasons["GET /once"]
    assert "Traffic was seen on" not in reasons["GET /daily"] + " ".join(report["reasons"])
