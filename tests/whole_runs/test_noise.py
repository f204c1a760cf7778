"""Learned noise: whole runs over logs whose baseline differs from production."""

import datetime as dt
import random
import shutil
import uuid

import pytest
import yaml

from darklaunch.cli.main import main
from darklaunch.storage.state import StateTable
from tests.whole_runs.runs import learned, newest, run, state, verdict
from tests.worlds import START, row, write_log

LEARN = ["-o", "noise.learn=true"]
LOOSE = ["-o", "scoring.tolerated_excess=0.02"]
ONE_HOUR = [*LEARN, *LOOSE, "-o", "noise.learning_hours=1"]
ARMS = ("production", "shadow", "baseline")


def volatile(chance, n, at):
    """Fields that no two answers share."""
    moment = START + dt.timedelta(seconds=at, milliseconds=chance.randrange(1, 900))
    return {
        "trace": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "at": moment.isoformat().replace("+00:00", "Z"),
        "load": round(chance.uniform(0.1, 0.9), 9),
        "seen": 1_000_000 + 10 * n + chance.randrange(10),
        "items": [{"id": n, "ticket": f"{chance.getrandbits(64):016x}"}],
    }


def answers(endpoint, count, *, hour=0, noisy=True, change=None):
    """Requests that all three arms answer, one each second; ``change(n, arm, body)`` plants what is to be found."""
    chance = random.Random(f"{endpoint}{hour}")
    rows = []
    for n in range(count):
        at = hour * 3600.0 + n
        for arm in ARMS:
            body = {"n": n, "price": 10, **(volatile(chance, hour * count + n, at) if noisy else {})}
            if change is not None:
                change(n, arm, body)
            rows.append(row(f"{endpoint}{hour}-{n}", arm, at=at, body=body, endpoint=endpoint, unit_id=f"u{n}"))
    return rows


def wrong_price(n, arm, body):
    if arm == "shadow" and n % 10 == 0:
        body["price"] = 11


def rare_baseline(n, arm, body):
    if arm == "shadow" or (arm == "baseline" and n % 20 == 0):
        body["price"] = 11


def by_endpoint(report):
    return {entry["endpoint"].removeprefix("GET "): entry for entry in report["endpoints"]}


def test_learned_rules_take_out_the_noise_and_leave_the_regressions(tmp_path):
    world = [
        *answers("/clean", 900, noisy=False),
        *answers("/noisy", 900),
        *answers("/wrong", 900, change=wrong_price),
        *answers("/refused", 900, noisy=False, change=rare_baseline),
    ]
    log = write_log(tmp_path / "log", world)
    assert run(log, tmp_path / "out", *ONE_HOUR) == 0
    report = verdict(tmp_path / "out")
    noise, entries = report["noise"], by_endpoint(report)
    assert noise["learning"] is None
    assert noise["baseline"] is True
    for name in ("/noisy", "/wrong"):
        learned = {
            each["path"]: each["shape"]["kind"] for each in noise["learned"] if each["endpoint"] == f"GET {name}"
        }
        assert learned == {
            "$.body.trace": "uuid",
            "$.body.at": "timestamp",
            "$.body.load": "number",
            "$.body.seen": "number",
            "$.body.items[*].ticket": "token",
        }
    assert (entries["/clean"]["mismatches"], entries["/noisy"]["mismatches"]) == (0, 0)
    assert entries["/noisy"]["baseline_mismatches"] == 0
    assert entries["/noisy"]["verdict"] == "promote"
    assert (entries["/wrong"]["mismatches"], entries["/refused"]["mismatches"]) == (90, 900)
    assert {e["verdict"] for e in (entries["/wrong"], entries["/refused"])} == {"block"}
    (refused,) = noise["refused"]
    assert (refused["endpoint"], refused["path"]) == ("GET /refused", "$.body.price")
    assert refused["reason"] == "shadow differs far more often: in 900 of 900 pairs, baseline in 45"
    settled = {rule["rule"]: rule["requests"] for rule in report["rules"]}
    assert settled["learned a UUID at $.body.trace at GET /noisy"] == 900
    page = (newest(tmp_path / "out") / "report.html").read_text()
    assert "shadow differs far more often" in page


def hourly(log, out, hour, *more):
    window = [(START + dt.timedelta(hours=at)).isoformat() for at in (hour, hour + 1)]
    arguments = [*LEARN, *LOOSE, "-o", "noise.learning_hours=2", "--from", window[0], "--to", window[1], *more]
    assert run(log, out, *arguments) == 0
    return verdict(out)


def test_a_launch_holds_until_its_hours_are_complete_and_is_then_compared_again(tmp_path):
    log = write_log(tmp_path / "log", [row for hour in range(3) for row in answers("/noisy", 300, hour=hour)])
    first, second, third = (hourly(log, tmp_path / "out", hour) for hour in range(3))
    assert first["noise"]["learning"] == {"hours_seen": 1, "hours_wanted": 2}
    assert {first["verdict"], first["endpoints"][0]["verdict"]} == {"hold"}
    assert first["reasons"][0] == "Learning noise: 1 of 2 hours seen."
    assert first["endpoints"][0]["mismatches"] == 300
    assert second["noise"]["learning"] is None
    assert (second["endpoints"][0]["pairs"], second["endpoints"][0]["mismatches"]) == (600, 0)
    assert (third["endpoints"][0]["pairs"], third["endpoints"][0]["mismatches"]) == (900, 0)
    assert len({report["launch"]["key"] for report in (first, second, third)}) == 1
    assert third["noise"]["learned"] == second["noise"]["learned"]
    assert len(third["noise"]["learned"]) == 5
    # a second run of a window changes nothing, and an old look stays undecided
    before = files(tmp_path / "out")
    assert hourly(log, tmp_path / "out", 2) == third
    assert files(tmp_path / "out") == before
    again = hourly(log, tmp_path / "out", 0)
    assert (again["verdict"], again["noise"]["learning"]) == ("hold", {"hours_seen": 1, "hours_wanted": 2})


def files(out):
    """What is said of runs, and what the launch has learned."""
    texts = {path: path.read_bytes() for path in out.rglob("*.json") if "state" not in path.parts}
    return texts, *(state(out).documents(table) for table in (StateTable.NOISE, StateTable.THRESHOLDS))


def test_hours_whose_captures_are_gone_lose_their_evidence_when_the_rules_are_frozen(tmp_path):
    log = write_log(tmp_path / "log", [row for hour in range(2) for row in answers("/noisy", 200, hour=hour)])
    hourly(log, tmp_path / "out", 0)
    shutil.rmtree(log / "date=2026-03-02" / "hour=00")
    report = hourly(log, tmp_path / "out", 1)
    assert (report["endpoints"][0]["pairs"], report["endpoints"][0]["mismatches"]) == (200, 0)
    assert learned(tmp_path / "out")["lost_hours"] == report["noise"]["lost_hours"] == 1
    assert "of evidence fell away" in (newest(tmp_path / "out") / "report.html").read_text()
    assert hourly(log, tmp_path / "out", 1) == report


def test_a_launch_with_learned_rules_cannot_be_judged_without_them(tmp_path, capsys):
    log = write_log(tmp_path / "log", answers("/noisy", 100))
    assert run(log, tmp_path / "out", *ONE_HOUR) == 0
    assert run(log, tmp_path / "out", *LOOSE) == 2
    assert "noise.learn: found false" in capsys.readouterr().err


def test_without_a_baseline_arm_the_run_says_so_and_decides_under_the_written_rules(tmp_path):
    world = [row for row in answers("/clean", 600, noisy=False) if row["arm"] != "baseline"]
    assert run(write_log(tmp_path / "log", world), tmp_path / "out", *LEARN, *LOOSE) == 0
    report = verdict(tmp_path / "out")
    assert (report["noise"]["baseline"], report["noise"]["learning"], report["noise"]["learned"]) == (False, None, [])
    assert report["endpoints"][0]["verdict"] == "promote"


def test_suggested_rules_are_a_configuration_that_takes_out_the_noise(tmp_path, capsys):
    world = [*answers("/noisy", 300), *answers("/refused", 300, noisy=False, change=rare_baseline)]
    log = write_log(tmp_path / "log", world)
    asked = ["rules", "suggest", "--captures", str(log), "--master", "none"]
    assert main(asked) == 0
    suggested = capsys.readouterr().out
    assert not (tmp_path / "out").exists()
    assert "# refused, so that the gate is not blinded:" in suggested
    rules = yaml.safe_load(suggested)["rules"]
    assert {rule["path"]: rule.get("pattern", "ignore") for rule in rules} == {
        "$.body.trace": "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
        "$.body.at": "ignore",
        "$.body.load": "ignore",
        "$.body.seen": "ignore",
        "$.body.items[*].ticket": "[0-9a-f]{16}",
    }
    trace = next(rule for rule in rules if rule["path"] == "$.body.trace")
    assert trace["why"] == "baseline differs from production in 300 of 300 pairs"
    (tmp_path / "conf.yaml").write_text(suggested)
    assert run(log, tmp_path / "out", *LOOSE, "--conf", str(tmp_path / "conf.yaml")) == 0
    assert by_endpoint(verdict(tmp_path / "out"))["/noisy"]["mismatches"] == 0


def flickering(n, arm, body):
    """Production differs from itself in 3 %; from the second hour on, the shadow's value is always wrong."""
    chance = random.Random(f"{n}{arm}")
    body["stock"] = 7 if chance.random() > 0.03 else chance.randrange(1_000)


def test_a_learned_path_that_breaks_is_blocked(tmp_path):
    def breaks(n, arm, body):
        flickering(n, arm, body)
        if arm == "shadow":
            body["stock"] = 8

    def both_hours(name, change, count):
        before = answers("/stock", 1_500, noisy=False, change=flickering)
        after = answers("/stock", count, hour=1, noisy=False, change=change)
        log, out = write_log(tmp_path / name, [*before, *after]), tmp_path / f"out-{name}"
        for hour in range(2):
            window = ["--from", f"2026-03-02T0{hour}:00:00Z", "--to", f"2026-03-02T0{hour + 1}:00:00Z"]
            assert run(log, out, *ONE_HOUR, *window) == 0
        return verdict(out)

    report = both_hours("breaks", breaks, 100)
    assert [each["path"] for each in report["noise"]["learned"]] == ["$.body.stock"]
    (entry,) = report["endpoints"]
    assert (report["verdict"], entry["mismatches"]) == ("block", 0)
    assert any("at learned paths" in why for why in entry["reasons"])
    assert both_hours("same", flickering, 400)["verdict"] == "promote"


def test_a_volatile_number_that_is_systematically_higher_is_blocked(tmp_path):
    def jitters(higher):
        def change(n, arm, body):
            chance = random.Random(f"{n}{arm}")
            body["price"] = round(100 * chance.uniform(0.95, 1.05) * (higher if arm == "shadow" else 1.0), 6)
            body["id"] = str(uuid.UUID(int=chance.getrandbits(128), version=4))

        return change

    worlds = (("same", 1.0, "promote", 0.0), ("higher", 1.05, "block", 5.0), ("lower", 0.95, "block", -5.0))
    for name, higher, expected, difference in worlds:
        log = write_log(tmp_path / name, answers("/price", 500, noisy=False, change=jitters(higher)))
        assert run(log, tmp_path / f"out-{name}", *ONE_HOUR) == 0
        report = verdict(tmp_path / f"out-{name}")
        assert (name, report["verdict"]) == (name, expected), report["endpoints"][0]["reasons"]
        if expected == "block":
            assert any(f"{name} than the baseline's" in why for why in report["endpoints"][0]["reasons"])
        (level,) = report["levels"]
        assert (level["path"], level["above"] + level["below"]) == ("$.body.price", level["requests"])
        assert level["median_difference"] == pytest.approx(difference, abs=1.5)
        # the difference of two of [95, 105] is below 5 in 7 of 8 requests
        assert level["above"] / level["requests"] == pytest.approx(0.5 + 0.375 * (difference / 5.0), abs=0.06)
