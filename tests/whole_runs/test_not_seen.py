"""Is nothing promoted of which too little was seen: answers that never came, bodies lost, files and hours missing?"""

import json

import pytest

from darklaunch.cli.main import main
from tests.whole_runs.runs import newest, run, verdict
from tests.worlds import HEADERS, row, write_log

COUNT = 4000
FAILED = {"status": None, "error": "timeout", "body": None}


def world(folder, every, *, production=None, shadow=None, baseline=False):
    """4,000 requests, with changes in one of so many; None leaves a row out."""
    changes = {"production": production, "shadow": shadow}
    rows = [
        row(f"r{n}", arm, **({"at": n * 0.8, "body": {"n": n}, "unit_id": f"u{n}"} | (change or {})))
        for n in range(COUNT)
        for arm in ("production", "shadow", *(["baseline"] if baseline else []))
        if (change := changes.get(arm) if n % every == 0 else None) != "missing"
    ]
    return write_log(folder / "captures", rows)


def judged(captures, out, *more):
    assert run(captures, out, *more) == 0
    report = verdict(out)
    (endpoint,) = report["endpoints"]
    return report, endpoint


@pytest.mark.parametrize("baseline", [False, True])
@pytest.mark.parametrize("shadow", [FAILED, {"at": 3500.0 + 800}])
def test_a_shadow_that_gives_no_answer_in_time_is_blocked(tmp_path, shadow, baseline):
    report, endpoint = judged(world(tmp_path, 50, shadow=shadow, baseline=baseline), tmp_path / "out")
    assert (report["verdict"], endpoint["verdict"]) == ("block", "block")
    assert endpoint["mismatches"] == COUNT // 50
    assert endpoint["completeness"] == 1.0


def test_what_the_recorder_dropped_was_not_seen(tmp_path):
    report, endpoint = judged(world(tmp_path, 50, shadow=FAILED | {"error": "dropped"}), tmp_path / "out")
    assert (report["verdict"], endpoint["mismatches"]) == ("hold", 0)
    assert endpoint["completeness"] == pytest.approx(0.98)


@pytest.mark.parametrize("shadow", ["missing", {"body": None, "response_headers": [*HEADERS, ("content-length", "9")]}])
def test_what_never_came_or_was_lost_counts_against_a_promotion(tmp_path, shadow):
    captures = world(tmp_path, 200, shadow=shadow)
    report, endpoint = judged(captures, tmp_path / "out")
    assert (report["verdict"], endpoint["completeness"]) == ("hold", pytest.approx(0.995))
    assert report["funnel"]["body_lost" if isinstance(shadow, dict) else "shadow_missing"] == COUNT // 200
    # a team that mirrors with losses says so, and the report repeats it
    report, _ = judged(captures, tmp_path / "lossy", "-o", "policy.minimum_completeness=0.99")
    assert report["verdict"] == "promote"
    assert "For 0.50 % of the requests no shadow's answer could be compared" in report["reasons"][0]


def test_bodies_that_were_never_recorded_are_not_equal(tmp_path):
    lost = {"body": None, "response_headers": [*HEADERS, ("content-length", "9")]}
    assert run(world(tmp_path, 1, production=lost, shadow=lost), tmp_path / "out") == 0
    report = verdict(tmp_path / "out")
    assert (report["verdict"], report["fleet"]["pairs"]) == ("hold", 0)


def test_a_log_that_kept_few_of_productions_rows_holds(tmp_path):
    report, endpoint = judged(
        world(tmp_path, 3, production="missing"), tmp_path / "out", "-o", "scoring.tolerated_excess=0.01"
    )
    assert (report["verdict"], endpoint["mismatches"]) == ("hold", 0)
    assert any("of the shadow's rows have no row of production" in why for why in endpoint["reasons"])


def hours(folder, *, left_out=()):
    rows = [
        row(f"r{hour}-{n}", arm, at=hour * 3600.0 + n, body={"n": n})
        for hour in range(6)
        if hour not in left_out
        for n in range(800)
        for arm in ("production", "shadow")
    ]
    return write_log(folder / "captures", rows)


def test_an_hour_that_neither_arm_has_a_row_of_holds(tmp_path):
    captures = hours(tmp_path, left_out=[3])
    report, _ = judged(captures, tmp_path / "out")
    assert report["verdict"] == "hold"
    assert any("2026-03-02T03" in why and "No row of any arm" in why for why in report["reasons"])
    assert judged(captures, tmp_path / "allowed", "-o", "policy.allow_lost_files=true")[0]["verdict"] == "promote"


def test_a_file_that_can_not_be_read_holds_until_it_can(tmp_path):
    captures = hours(tmp_path)
    broken = captures / "date=2026-03-02/hour=03/arm=shadow/part-1.parquet"
    broken.write_bytes(b"PAR1 no more")
    report, _ = judged(captures, tmp_path / "out")
    assert report["verdict"] == "hold"
    assert any("part-1.parquet" in why and "could not be read" in why for why in report["reasons"])
    # a later window of the launch does not forget it
    later = [row(f"late{n}", arm, at=6 * 3600.0 + n, body={}) for n in range(800) for arm in ("production", "shadow")]
    write_log(captures, later)
    window = ["--from", "2026-03-02T06:00:00Z", "--to", "2026-03-02T07:00:00Z"]
    assert judged(captures, tmp_path / "out", *window)[0]["verdict"] == "hold"
    broken.unlink()
    again = ["--from", "2026-03-02T00:00:00Z", "--to", "2026-03-02T06:00:00Z"]
    assert judged(captures, tmp_path / "out", *again)[0]["verdict"] == "promote"


def test_an_hour_written_with_one_digit_is_that_hour_and_a_foreign_folder_holds(tmp_path):
    captures = hours(tmp_path)
    (captures / "date=2026-03-02/hour=03").rename(captures / "date=2026-03-02/hour=3")
    assert judged(captures, tmp_path / "out")[0]["verdict"] == "promote"
    (captures / "date=2026-03-02/hour=04").rename(captures / "date=2026-03-02/hour=x4")
    report, _ = judged(captures, tmp_path / "foreign")
    assert report["verdict"] == "hold"
    assert any("hour=x4" in why for why in report["reasons"])


def test_one_client_whose_every_request_is_wrong_holds(tmp_path, capsys):
    rows = []
    for n in range(40_000):
        heavy = n % 2 == 0
        body = {"n": n}
        unit = "heavy" if heavy else f"u{n}"
        rows.append(row(f"r{n}", "production", at=n * 0.09, body=body, unit_id=unit))
        rows.append(row(f"r{n}", "shadow", at=n * 0.09, body={"n": -1} if heavy else body, unit_id=unit))
    report, endpoint = judged(write_log(tmp_path / "captures", rows), tmp_path / "out")
    assert endpoint["excess"] < 0.001
    assert report["verdict"] == "hold"
    assert any("50.0 % of all requests differ" in why and "makes 50.0 %" in why for why in endpoint["reasons"])
    assert (endpoint["request_excess"], report["fleet"]["request_excess"]) == (0.5, 0.5)
    assert main(["runs", "show", "--out", str(tmp_path / "out")]) == 0
    assert "Counted by requests instead of units it is 50.0 %" in capsys.readouterr().out.replace("\n", " ")


@pytest.mark.parametrize(("wrong", "expected"), [(False, "promote"), (True, "block")])
def test_a_log_sampled_whole_needs_no_setting(tmp_path, wrong, expected):
    count = 180 if wrong else 3_700
    rows = [
        row(f"r{n}", arm, at=n * 7 * 86_400.0 / count, body={"n": -1 if wrong and arm == "shadow" else n})
        for n in range(count)
        for arm in ("production", "shadow")
    ]
    captures = write_log(tmp_path / "captures", rows)
    more = ["-o", "policy.minimum_days=7", "-o", "policy.require_all_hours=true"]
    more += ["-o", "policy.allow_lost_files=true"] if wrong else []
    report, endpoint = judged(captures, tmp_path / "out", *more)
    assert (report["verdict"], endpoint["effective_pairs"]) == (expected, count)


def test_the_reasons_stand_in_the_report(tmp_path):
    captures = hours(tmp_path, left_out=[3])
    judged(captures, tmp_path / "out")
    page = (newest(tmp_path / "out") / "report.html").read_text()
    assert "No row of any arm in these hours" in page
    assert json.loads((newest(tmp_path / "out") / "verdict.json").read_text())["verdict"] == "hold"
