"""Where do rows count that break the contract by their own time, or by their own sample rate?"""

import datetime as dt

import pytest

from tests.whole_runs.runs import run, verdict
from tests.worlds import START, pairs, row, write_log


@pytest.mark.parametrize(
    "broken",
    [
        {"captured_at": dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc), "hour": START},
        {"captured_at": None, "hour": START},
        {"sample_rate": 1e-9},
        {"sample_rate": None},
        {"sample_rate": -3.0},
        {"latency_ms": -1.0},
    ],
)
def test_a_broken_row_is_one_request_of_its_window_that_was_not_seen(tmp_path, broken):
    # of a second endpoint alone, so that its own time and rate would be the first of it
    lost = [row("lost", arm, endpoint="/lost", **broken) for arm in ("production", "shadow")]
    log = write_log(tmp_path / "log", [*pairs(4_000), *lost])
    assert run(log, tmp_path / "out") == 0
    report = verdict(tmp_path / "out")
    fleet, entries = report["fleet"], {entry["endpoint"]: entry for entry in report["endpoints"]}
    assert (fleet["pairs"], fleet["completeness"]) == (4_000, pytest.approx(4_000 / 4_001, abs=1e-6))
    assert (entries["GET /lost"]["pairs"], entries["GET /lost"]["completeness"]) == (0, 0.0)
    # weights and hours are those of the rows that are good
    assert fleet["effective_pairs"] == fleet["units"]
    assert not any("No row of any arm" in why for why in report["reasons"])
