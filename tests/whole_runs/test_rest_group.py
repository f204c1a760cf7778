"""Are endpoints of little traffic judged together, chosen by their traffic, and never for the sake of a bad one?"""

import datetime as dt
import json
import random

import pytest

from darklaunch.storage.state import StateTable
from tests.whole_runs.runs import newest, run, state, verdict
from tests.worlds import START, row, write_log

SMALL = [f"/rare/{n}" for n in range(20)]
AN_HOUR = {"/often": 30} | dict.fromkeys(SMALL, 0.5)


def log(folder, *, hours=60, wrong=lambda _name, _n: False, times=lambda _name: 1.0):
    """One endpoint of much traffic, and twenty that are asked once in two hours."""
    rows, chance = [], random.Random(3)
    for hour in range(hours):
        for name, rate in AN_HOUR.items():
            for n in range(int((hour + 1) * rate) - int(hour * rate)):
                identity, at = f"{name}-{hour}-{n}", hour * 3600.0 + n
                about = {"at": at, "endpoint": name}
                rows.append(
                    row(identity, "production", body={"price": 10}, latency_ms=chance.gammavariate(4, 5), **about)
                )
                bad, slow = wrong(name, hour), {"latency_ms": chance.gammavariate(4, 5) * times(name)}
                rows.append(row(identity, "shadow", body={"price": 11 if bad else 10}, **slow, **about))
    return write_log(folder / "captures", rows)


def judged(captures, out, *more):
    assert run(captures, out, "-o", "scoring.tolerated_excess=0.02", *more) == 0
    return verdict(out)


def test_endpoints_of_little_traffic_are_promoted_together(tmp_path):
    captures = log(tmp_path)
    report = judged(captures, tmp_path / "out")
    (group,) = report["groups"]
    assert (group["group"], group["verdict"], report["verdict"]) == ("group rest", "promote", "promote")
    assert group["reasons"][0].startswith("On average over these 20 endpoints")
    # the first day has chosen them, and does not count
    assert group["pairs"] == 20 * 36 // 2
    without = judged(captures, tmp_path / "without", "-o", "scoring.rest_group=false")
    assert (without["verdict"], without["groups"]) == ("hold", [])
    assert any("Promoted endpoints carry" in why for why in without["reasons"])
    assert "group rest" in (newest(tmp_path / "out") / "report.html").read_text()


@pytest.mark.parametrize("every", [3, 12])
def test_a_bad_endpoint_among_them_is_no_promotion(tmp_path, every):
    captures = log(tmp_path, wrong=lambda name, hour: name == "/rare/7" and hour // 2 % every == 0)
    report = judged(captures, tmp_path / "out")
    bad = next(entry for entry in report["endpoints"] if entry["endpoint"] == "GET /rare/7")
    assert report["verdict"] != "promote" or bad["excess"] <= 0.02
    assert bad["verdict"] != "promote"


def test_the_group_is_the_same_however_the_launch_is_looked_at(tmp_path):
    captures = log(tmp_path, hours=30)
    whole = judged(captures, tmp_path / "whole")
    for begin in range(0, 30, 10):
        moments = [f"{START + dt.timedelta(hours=begin + n):%Y-%m-%dT%H:%M:%SZ}" for n in (0, 10)]
        last = judged(captures, tmp_path / "parts", "--from", moments[0], "--to", moments[1])
    assert [group["pairs"] for group in whole["groups"]] == [20 * 6 // 2]
    numbers = ("group", "verdict", "pairs", "mismatches", "excess_high", "confidence")
    assert [{name: group[name] for name in numbers} for group in last["groups"]] == [
        {name: group[name] for name in numbers} for group in whole["groups"]
    ]
    assert json.dumps(state(tmp_path / "parts").documents(StateTable.REST_GROUP)) == json.dumps(
        state(tmp_path / "whole").documents(StateTable.REST_GROUP)
    )


def test_endpoints_of_other_groups_stay_there(tmp_path):
    captures = log(tmp_path)
    members = json.dumps([f"GET {name}" for name in SMALL[:5]])
    report = judged(captures, tmp_path / "out", "-o", f"scoring.groups={{few: {members}}}")
    assert {group["group"]: group["pairs"] for group in report["groups"]} == {
        "group few": 5 * 30,
        "group rest": 15 * 18,
    }


def test_slow_endpoints_among_them_are_no_promotion(tmp_path):
    captures = log(tmp_path, hours=96)
    latencies = ["-o", "scoring.latency_ratios={p50: 1.5, p95: null, p99: null}"]
    good = judged(captures, tmp_path / "good", *latencies)
    slow = log(tmp_path / "slow", hours=96, times=lambda name: 1.0 if name == "/often" else 3.0)
    bad = judged(slow, tmp_path / "bad", *latencies)
    assert [group["verdict"] for group in good["groups"]] == ["promote"]
    assert [group["verdict"] for group in bad["groups"]] != ["promote"]
    assert bad["verdict"] != "promote"
    rungs = [each["dimension"] for each in bad["groups"][0]["dimensions"]]
    assert "lat_p50" in rungs
