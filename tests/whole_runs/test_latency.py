"""Is latency judged by what the mirror, the clock and the recorder make of it?"""

import random

import pytest

from tests.whole_runs.runs import run, verdict
from tests.worlds import row, write_log

HOURS = 48
AN_HOUR = 120
LADDER = ["-o", "scoring.tolerated_excess=0.02", "-o", "scoring.latency_ratios={p50: 1.1, p95: null, p99: null}"]


def log(folder, latency_ms, *arms):
    """Two days of one endpoint; ``latency_ms(arm, hour, draw)`` says how long an answer takes."""
    chance, rows = random.Random(8), []
    for hour in range(HOURS):
        for n in range(AN_HOUR):
            common = chance.lognormvariate(3, 0.5)
            for arm in arms:
                took = latency_ms(arm, hour, common * chance.lognormvariate(0, 0.1))
                rows.append(row(f"r{hour}-{n}", arm, at=hour * 3600.0 + n, body={"n": n}, latency_ms=took))
    return write_log(folder / "captures", rows)


def judged(captures, out, *more):
    assert run(captures, out, *LADDER, *more) == 0
    (endpoint,) = verdict(out)["endpoints"]
    return endpoint


BOTH, ALL = ("production", "shadow"), ("production", "shadow", "baseline")


def whole(slower):
    return lambda arm, _hour, took: float(int(took / 3 * (slower if arm == "shadow" else 1.0)))


@pytest.mark.parametrize(("slower", "expected"), [(1.0, "promote"), (1.04, "promote"), (1.5, "block")])
def test_whole_milliseconds_are_judged_like_finer_ones(tmp_path, slower, expected):
    # about 7 ms, where a millisecond is more than the ratio that is tolerated
    assert judged(log(tmp_path, whole(slower), *BOTH), tmp_path / "out")["verdict"] == expected


def test_a_shadow_whose_latency_was_never_recorded_holds(tmp_path):
    captures = log(tmp_path, lambda arm, _hour, took: None if arm == "shadow" else took, *BOTH)
    endpoint = judged(captures, tmp_path / "out")
    assert endpoint["verdict"] == "hold"
    assert any("Latency was asked for and never recorded" in why for why in endpoint["reasons"])
    without = ["-o", "scoring.latency_ratios={p50: null, p95: null, p99: null}"]
    assert judged(captures, tmp_path / "without", *without)["verdict"] == "promote"


def test_thresholds_of_a_day_that_was_twice_as_fast_judge_nothing(tmp_path):
    def later_slower(arm, _hour, took):
        return took * (2.5 if _hour >= 24 else 1.0) * (1.3 if arm == "shadow" else 1.0)

    endpoint = judged(log(tmp_path, later_slower, *BOTH), tmp_path / "out")
    assert endpoint["verdict"] == "hold"
    assert any("is not judged: in the last 7 days" in why for why in endpoint["reasons"])


def test_what_the_mirror_adds_is_no_regression_where_there_is_a_baseline(tmp_path):
    def mirrored(arm, _hour, took):
        return took + (0.0 if arm == "production" else 3.0)

    assert judged(log(tmp_path, mirrored, *BOTH), tmp_path / "without")["verdict"] == "block"
    endpoint = judged(log(tmp_path / "all", mirrored, *ALL), tmp_path / "out")
    assert endpoint["verdict"] == "promote"
    quantile = endpoint["latency"]["p50"]
    assert quantile["production_ms"] + 2.5 < quantile["baseline_ms"]
    assert quantile["ratio"] == pytest.approx(1.0, abs=0.05)


def test_a_slow_shadow_is_blocked_beside_its_baseline_too(tmp_path):
    def slow(arm, _hour, took):
        return took + (0.0 if arm == "production" else 3.0) + (10.0 if arm == "shadow" else 0.0)

    assert judged(log(tmp_path, slow, *ALL), tmp_path / "out")["verdict"] == "block"


def later(folder, *, slower):
    """An endpoint that is there from the first hour on, and one that has its first traffic on the second day."""
    chance, rows = random.Random(9), []
    for hour in range(72):
        for name in ("old", *(["new"] if hour >= 30 else [])):
            for n in range(AN_HOUR):
                common = chance.lognormvariate(3, 0.5)
                for arm in BOTH:
                    took = (
                        common * chance.lognormvariate(0, 0.1) * (slower if (arm, name) == ("shadow", "new") else 1.0)
                    )
                    at = hour * 3600.0 + n
                    rows.append(row(f"{name}{hour}-{n}", arm, at=at, body={}, endpoint=f"/{name}", latency_ms=took))
    return write_log(folder / "captures", rows)


@pytest.mark.parametrize(("slower", "expected"), [(1.0, "promote"), (3.0, "block")])
def test_an_endpoint_that_comes_later_is_judged_by_a_day_of_its_own(tmp_path, slower, expected):
    captures = later(tmp_path, slower=slower)
    assert run(captures, tmp_path / "once", *LADDER) == 0
    once = {each["endpoint"]: each for each in verdict(tmp_path / "once")["endpoints"]}
    assert (once["GET /old"]["verdict"], once["GET /new"]["verdict"]) == ("promote", expected)
    # day by day it comes to the same, and until its own day is over it holds
    for day in (2, 3, 4):
        window = ["--from", f"2026-03-0{day}T00:00:00Z", "--to", f"2026-03-0{day + 1}T00:00:00Z"]
        assert run(captures, tmp_path / "daily", *LADDER, *window) == 0
        daily = {each["endpoint"]: each for each in verdict(tmp_path / "daily")["endpoints"]}
        if day == 3:
            assert daily["GET /new"]["verdict"] == "hold"
            assert any("after the endpoint's first full day" in why for why in daily["GET /new"]["reasons"])
    assert daily["GET /new"]["dimensions"] == once["GET /new"]["dimensions"]
