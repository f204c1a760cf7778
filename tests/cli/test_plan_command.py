"""Does the plan say, from production alone, when a clean release could be promoted?"""

import datetime as dt
import json

import pyarrow as pa
import pytest

from darklaunch.cli.main import main
from darklaunch.cli.plan_command import plan_table
from darklaunch.score.traffic_plan import plan_launch
from tests.worlds import row, write_log

BEGINS = dt.datetime(2026, 3, 9, tzinfo=dt.timezone.utc)


def planned(rows, *, days=7.0, tolerated=0.001):
    names = ("endpoint", "hour", "sample_rate", "units", "requests")
    traffic = pa.table(dict(zip(names, zip(*rows, strict=True), strict=True)))
    return plan_launch(
        traffic, begins=BEGINS, tolerated_excess_at=lambda _name: tolerated, alpha=0.05, minimum_days=days
    )


def test_a_whole_day_of_traffic_promotes_when_the_clean_units_are_there():
    # 3,660 clean units are needed at 0.1 %, as the reference has it
    (plan,) = planned([("GET /x", hour, 1.0, 20, 30) for hour in range(24)], days=0.0)
    assert (plan.effective_pairs, plan.requests) == (480.0, 720.0)
    assert plan.days == pytest.approx(3_660 / 480, rel=1e-3)
    assert plan.promotion == dt.date(2026, 3, 17)
    assert not plan.needs_group


def test_the_policys_days_are_the_least_and_a_few_hours_stand_for_as_much_of_a_day():
    (plan,) = planned([("GET /x", hour, 1.0, 1_000, 1_000) for hour in range(6)])
    assert (plan.effective_pairs, plan.days) == (24_000.0, 7.0)


def test_sampling_counts_by_the_rarest_of_the_first_hour():
    rows = [("GET /x", 0, 0.1, 100, 100), ("GET /x", 0, 1.0, 100, 100), ("GET /rare", 0, 0.01, 1, 1)]
    plan, rare = planned(rows)
    assert plan.effective_pairs == pytest.approx((100 + 10) * 24)
    assert plan.days_sampled_whole == 7.0
    assert rare.needs_group
    assert rare.days_sampled_whole < rare.days


def test_a_log_of_one_arm_is_planned_and_names_of_strangers_do_nothing(tmp_path, capsys):
    rows = [
        row(f"r{n}", "production", at=n * 3.0, endpoint=f"/x{n % 2}\x1b[2J", unit_id=f"u{n % 100}")
        for n in range(1_000)
    ]
    captures = str(write_log(tmp_path / "captures", rows))
    assert main(["plan", "--captures", captures, "--master", "none", "--json"]) == 0
    (first, second) = json.loads(capsys.readouterr().out)["endpoints"]
    assert first["effective_pairs"] + second["effective_pairs"] == pytest.approx(100 * 24)
    assert main(["plan", "--captures", captures, "--master", "none"]) == 0
    out = capsys.readouterr().out
    assert "GET /x0\\x1b[2J" in out
    assert "\x1b" not in out


def test_endpoints_that_would_take_long_are_counted():
    table = plan_table(planned([("GET /tiny", 0, 1.0, 1, 1)]), width=100)
    assert "1 of 1 would take more than 30 days alone" in table


def test_a_log_without_production_is_refused(tmp_path, capsys):
    captures = str(write_log(tmp_path / "captures", [row("r", "shadow")]))
    assert main(["plan", "--captures", captures, "--master", "none"]) == 3
    assert "no good row of production" in capsys.readouterr().err
