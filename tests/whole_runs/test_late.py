"""Is a release that has become worse lately kept from promotion, and blocked where it is bad enough?"""

import pytest

from tests.whole_runs.runs import newest, run, verdict
from tests.worlds import row, write_log

HOURS = 30
AN_HOUR = 60


def log(folder, *, since, every):
    """Thirty hours of one endpoint; from an hour on, one in so many of the shadow's answers is wrong."""
    rows = []
    for hour in range(HOURS):
        for n in range(AN_HOUR):
            name, at = f"r{hour}-{n}", hour * 3600.0 + n
            rows.append(row(name, "production", at=at, body={"price": 10}))
            wrong = hour >= since and n % every == 0
            rows.append(row(name, "shadow", at=at, body={"price": 11 if wrong else 10}))
    return write_log(folder / "captures", rows)


@pytest.mark.parametrize(("every", "judged"), [(4, "block"), (9, "hold")])
def test_a_regression_of_the_last_hours_is_no_promotion(tmp_path, every, judged):
    captures = log(tmp_path, since=26, every=every)
    assert run(captures, tmp_path / "out", "-o", "scoring.tolerated_excess=0.03") == 0
    report = verdict(tmp_path / "out")
    (endpoint,) = report["endpoints"]
    assert (report["verdict"], endpoint["verdict"]) == (judged, judged)
    assert any(why.startswith("Worse since Tuesday 2026-03-03 02:00 UTC: at least") for why in endpoint["reasons"])
    if judged == "block":
        assert "Worse since Tuesday" in (newest(tmp_path / "out") / "report.html").read_text()


def test_a_release_that_stays_clean_is_promoted(tmp_path):
    captures = log(tmp_path, since=HOURS, every=6)
    assert run(captures, tmp_path / "out", "-o", "scoring.tolerated_excess=0.03") == 0
    report = verdict(tmp_path / "out")
    assert report["verdict"] == "promote"
    # 24 of 30 hours say less than all of them
    assert report["fleet"]["excess_high"] < report["fleet"]["last_day_high"] < 0.01
    assert "Last 24 hours alone" in (newest(tmp_path / "out") / "report.html").read_text()


def test_an_endpoint_without_traffic_of_the_last_day_is_not_promoted(tmp_path):
    rows = [
        row(f"{name}{n}", arm, at=n * 360.0, body={}, endpoint=f"/{name}")
        for name, last in (("gone", 50), ("there", 300))
        for n in range(last)
        for arm in ("production", "shadow")
    ]
    captures = write_log(tmp_path / "captures", rows)
    assert run(captures, tmp_path / "out", "-o", "scoring.tolerated_excess=0.1") == 0
    entries = {entry["endpoint"]: entry for entry in verdict(tmp_path / "out")["endpoints"]}
    assert (entries["GET /gone"]["verdict"], entries["GET /there"]["verdict"]) == ("hold", "promote")
    assert any("No request of the last 24 hours was judged" in why for why in entries["GET /gone"]["reasons"])
