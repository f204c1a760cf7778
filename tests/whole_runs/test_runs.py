"""Whole runs: worlds with planted answers, through every stage."""

import datetime as dt
import os
from pathlib import Path

import duckdb
import pytest

import darklaunch
from darklaunch.demo import demo_settings
from darklaunch.publish.page.script import page_script
from tests.whole_runs.runs import newest, run, verdict
from tests.worlds import START, pairs, row, write_log

SCORED = (
    "pairs",
    "units",
    "mismatches",
    "baseline_mismatches",
    "effective_pairs",
    "excess_low",
    "excess_high",
    "confidence",
)
SCRIPT = "<script>alert(1)</script>"
TOLERANT = ["-o", "scoring.tolerated_excess=0.05"]


def test_a_clean_world_is_promoted_and_a_broken_one_blocked(tmp_path):
    world = [
        *pairs(900, prefix="good", endpoint="/good"),
        *pairs(900, wrong=450, prefix="bad", endpoint="/bad"),
        *pairs(30, prefix="few", endpoint="/few"),
    ]
    assert run(write_log(tmp_path / "log", world), tmp_path / "out", *TOLERANT, "--gate") == 20
    report = verdict(tmp_path / "out")
    assert {e["endpoint"]: e["verdict"] for e in report["endpoints"]} == {
        "GET /good": "promote",
        "GET /bad": "block",
        "GET /few": "hold",
    }
    bad = next(e for e in report["endpoints"] if e["endpoint"] == "GET /bad")
    assert (bad["pairs"], bad["mismatches"], bad["units"]) == (900, 450, 300)
    assert bad["differences"][0]["path"] == "$.body.price"
    assert bad["differences"][0]["example"] == {"request_id": "bad0", "production": "10", "shadow": "11"}
    assert report["verdict"] == "block"


def test_noise_of_the_baseline_is_not_held_against_the_shadow(tmp_path):
    world = pairs(600, baseline=True)
    for n in range(0, 600, 10):  # at every tenth request baseline and shadow both differ from production
        for at in (3 * n + 1, 3 * n + 2):
            world[at]["body"] = b'{"n": -1}'
    assert run(write_log(tmp_path / "log", world), tmp_path / "out", *TOLERANT, "-o", "policy.maximum_noise=0.2") == 0
    (report,) = verdict(tmp_path / "out")["endpoints"]
    assert (report["mismatches"], report["baseline_mismatches"]) == (60, 60)
    assert report["excess"] == 0
    assert report["excess_low"] < 0 < report["excess_high"]


def test_missing_shadows_count_against_the_release(tmp_path):
    world = [*pairs(900), *(row(f"lost{n}", "production", body={}, at=float(n)) for n in range(400))]
    assert run(write_log(tmp_path / "log", world), tmp_path / "out", *TOLERANT) == 0
    (report,) = verdict(tmp_path / "out")["endpoints"]
    assert report["verdict"] == "hold"
    assert report["confidence"] == 0
    assert any("69.2 % of the requests" in reason for reason in report["reasons"])


def test_hourly_windows_give_the_scores_of_one_window_and_a_second_run_changes_nothing(tmp_path):
    world = []
    for hour in range(4):
        world += pairs(150, wrong=3 * hour, prefix=f"h{hour}-", baseline=True, unit_id=f"u{hour}")
        for each in world[-450:]:
            each["captured_at"] += dt.timedelta(hours=hour)
    log = write_log(tmp_path / "log", world)
    assert run(log, tmp_path / "once", *TOLERANT) == 0
    before = {path: path.read_bytes() for path in newest(tmp_path / "once").glob("*.json")}
    assert run(log, tmp_path / "once", *TOLERANT) == 0
    assert {path: path.read_bytes() for path in newest(tmp_path / "once").glob("*.json")} == before
    for hour in range(4):
        window = [START + dt.timedelta(hours=hour), START + dt.timedelta(hours=hour + 1)]
        assert (
            run(log, tmp_path / "hourly", *TOLERANT, "--from", window[0].isoformat(), "--to", window[1].isoformat())
            == 0
        )
    once, hourly = verdict(tmp_path / "once"), verdict(tmp_path / "hourly")
    assert hourly["look"] == 4
    for each, other in zip([once["fleet"], *once["endpoints"]], [hourly["fleet"], *hourly["endpoints"]], strict=True):
        for name in SCORED:
            assert other[name] == pytest.approx(each[name], abs=1e-9), name


def test_strings_from_traffic_never_become_markup(tmp_path):
    world = []
    for n in range(40):
        common = {"at": float(n), "endpoint": SCRIPT, "method": SCRIPT, "unit_id": SCRIPT + str(n)}
        world.append(row(f"{SCRIPT}{n}", "production", body={SCRIPT: SCRIPT}, **common))
        world.append(row(f"{SCRIPT}{n}", "shadow", body={SCRIPT: "<img src=x onerror=alert(2)>", "=1+1": 1}, **common))
    assert run(write_log(tmp_path / "log", world), tmp_path / "out") == 0
    page = (newest(tmp_path / "out") / "report.html").read_text()
    own = f"<script>{page_script().text}</script>"
    assert page.count(own) == 1
    assert "<script" not in page.replace(own, "").lower()
    assert "<img" not in page.lower()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.lower()
    assert ",=" not in (newest(tmp_path / "out") / "endpoints.csv").read_text()


def test_an_opened_run_has_the_numbers_of_its_verdict(spark, tmp_path):
    log = write_log(tmp_path / "log", pairs(90, wrong=9))
    assert run(log, tmp_path / "out") == 0
    opened = darklaunch.open_run(tmp_path / "out")
    (entry,) = verdict(tmp_path / "out")["endpoints"]
    assert opened.endpoints.loc[0, "mismatches"] == entry["mismatches"] == 9
    assert len(opened.differences(endpoint="GET /items/{id}")) == 9
    assert opened.differences_spark(spark).count() == 9


def logs():
    """The demo's log, and any log that DARKLAUNCH_TRAFFIC names."""
    more = os.environ.get("DARKLAUNCH_TRAFFIC")
    return [demo_settings(None).captures.uri, *([more] if more else [])]


@pytest.mark.parametrize("log", logs())
def test_pairs_equal_bodies_and_mismatches_are_those_that_duckdb_counts(tmp_path, log):
    # in these logs bodies that are not equal byte for byte never mean the same, so SQL can count mismatches
    conf = tmp_path / "conf.yaml"
    conf.write_text(
        "rules:\n"
        "  - {path: '$.headers', ignore: true, presence: false, why: bodies and statuses alone}\n"
        "  - {path: '$.headers.*', ignore: true, presence: false, why: bodies and statuses alone}\n"
    )
    assert run(Path(log), tmp_path / "out", "--conf", str(conf)) == 0
    report = verdict(tmp_path / "out")
    with duckdb.connect() as base:
        base.sql(
            f"create view rows as select *, regexp_extract(filename, 'arm=([a-z]+)', 1) as who from "  # noqa: S608
            f"read_parquet('{log}/**/*.parquet', filename=true, hive_partitioning=false)"
        )
        counted = base.sql(
            """select p.method || ' ' || coalesce(p.endpoint, '(unmatched)') as endpoint, count(*) as pairs,
                  sum((p.body is not distinct from s.body)::int) as equal,
                  sum((p.status <> s.status or p.body is distinct from s.body)::int) as differs
               from rows p join rows s using (request_id)
               where p.who = 'production' and s.who = 'shadow' and not p.body_truncated and not s.body_truncated
               group by all"""
        ).fetchall()
    ours = {e["endpoint"]: (e["pairs"], e["byte_equal"], e["mismatches"]) for e in report["endpoints"]}
    assert ours == {endpoint: (pairs, equal, differs) for endpoint, pairs, equal, differs in counted}
    for arm in ("production", "shadow", "baseline"):
        assert sum(boxes[arm] for boxes in report["funnel"]["rows"].values()) == report["funnel"][arm]
