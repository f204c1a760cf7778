"""Errors, latencies, groups and bursts, from a log to a verdict."""

import datetime as dt
import random

import pytest

from darklaunch.cli.main import main
from tests.whole_runs.runs import run, verdict
from tests.worlds import START, row, write_log

LOOSE = ["-o", "scoring.tolerated_excess=0.02"]
LADDER = ["-o", "scoring.latency_ratios={p50: 1.2, p95: 1.5, p99: null}"]


def served(endpoint, count, *, hour=0, slower=1.0, status=None, change=None):
    """Answers of production and shadow, one a second; ``status(n)`` and ``change(n)`` are the shadow's."""
    chance = random.Random(f"{endpoint}{hour}")
    rows = []
    for n in range(count):
        latency = chance.lognormvariate(3, 0.5)
        for arm in ("production", "shadow"):
            shadow = arm == "shadow"
            answer = {"latency_ms": latency * chance.lognormvariate(0, 0.1) * (slower if shadow else 1.0)}
            if shadow and status is not None:
                answer["status"] = status(n)
            body = {"n": n, "price": 11 if shadow and change is not None and change(n) else 10}
            at = hour * 3600.0 + n % 3600
            rows.append(
                row(
                    f"{endpoint}{hour}-{n}",
                    arm,
                    at=at,
                    body=body,
                    endpoint=endpoint,
                    unit_id=f"{endpoint}{hour}u{n}",
                    **answer,
                )
            )
    return rows


def entries(report):
    return {entry["endpoint"].removeprefix("GET "): entry for entry in report["endpoints"]}


def dimensions(entry):
    return {each["dimension"]: each for each in entry["dimensions"]}


def test_server_errors_are_a_dimension_of_their_own(tmp_path):
    ignored = ["-o", "rules=[{path: $.status, ignore: true, why: test}]"]
    world = [*served("/fine", 600), *served("/failing", 600, status=lambda n: 503 if n % 10 == 0 else 200)]
    assert run(write_log(tmp_path / "log", world), tmp_path / "out", *LOOSE, *ignored) == 0
    report = entries(verdict(tmp_path / "out"))
    # even where a rule leaves the status out of the comparison
    assert report["/failing"]["mismatches"] == 0
    assert dimensions(report["/failing"])["status"]["excess"] == pytest.approx(0.1)
    assert (report["/fine"]["verdict"], report["/failing"]["verdict"]) == ("promote", "block")
    assert "server error" in report["/failing"]["reasons"][0]


def hours_of(log, out, first, last, *more):
    window = [(START + dt.timedelta(hours=hour)).isoformat() for hour in (first, last)]
    assert run(log, out, *LOOSE, *more, *LADDER, "--from", window[0], "--to", window[1]) == 0
    return verdict(out)


def test_latency_is_judged_by_thresholds_of_the_first_day_and_a_slower_release_blocked(tmp_path, capsys):
    slower = {"/fast": 1.0, "/slow": 1.6}
    world = [
        each
        for hour in range(0, 48, 4)
        for name, times in slower.items()
        for each in served(name, 150, hour=hour, slower=times)
    ]
    log, out = write_log(tmp_path / "log", world), tmp_path / "out"
    first = entries(hours_of(log, out, 0, 24))
    assert {entry["verdict"] for entry in first.values()} == {"hold"}
    assert "begins after the launch's first full day" in first["/fast"]["reasons"][0]
    assert first["/fast"]["latency"]["p50"]["ratio"] == pytest.approx(1.0, abs=0.05)
    report = hours_of(log, out, 24, 48)
    both = entries(report)
    assert (both["/fast"]["verdict"], both["/slow"]["verdict"]) == ("promote", "block")
    assert "latency at p50" in both["/slow"]["reasons"][0]
    # the day that thresholds were learned from is not judged by them
    assert dimensions(both["/slow"])["lat_p50"]["pairs"] == 900
    ratio = both["/slow"]["latency"]["p50"]
    assert ratio["ratio"] == pytest.approx(1.6, abs=0.05)
    assert (ratio["low"], ratio["reason"][:8]) == (None, "too few ")
    assert both["/slow"]["latency"]["p99"]["judged"] is False
    for name, said in (("/fast", "may be promoted"), ("/slow", "latency at p50 is beyond its limit")):
        assert main(["runs", "show", "--out", str(out), "--endpoint", f"GET {name}"]) == 0
        assert said in capsys.readouterr().out
    # the first look stays what it was, and one window for both days comes to the same
    assert entries(hours_of(log, out, 0, 24)) == first
    once = hours_of(log, tmp_path / "once", 0, 48)
    for name, entry in entries(once).items():
        assert entry["dimensions"] == both[name]["dimensions"]
        assert entry["latency"] == both[name]["latency"]


def test_endpoints_with_little_traffic_are_promoted_as_a_group(tmp_path):
    world = [each for n in range(30) for each in served(f"/tiny{n}", 20)]
    log = write_log(tmp_path / "log", world)
    names = ", ".join(f"GET /tiny{n}" for n in range(30))
    assert run(log, tmp_path / "alone", *LOOSE) == 0
    assert verdict(tmp_path / "alone")["verdict"] == "hold"
    assert run(log, tmp_path / "out", *LOOSE, "-o", f"scoring.groups={{admin: [{names}]}}") == 0
    report = verdict(tmp_path / "out")
    (group,) = report["groups"]
    assert (group["group"], group["pairs"], group["verdict"]) == ("group admin", 600, "promote")
    assert {entry["verdict"] for entry in report["endpoints"]} == {"hold"}
    assert report["verdict"] == "promote"
