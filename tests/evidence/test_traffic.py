"""How many units and requests of production's does an endpoint have in an hour?"""

import datetime as dt

import pyarrow as pa

from darklaunch.capture.selection import Selection
from darklaunch.engine.bucket import good_rows, requests_of
from darklaunch.evidence.traffic import hourly_traffic, traffic_units
from darklaunch.window import HOUR, Window
from tests.engine.buckets import read_arms
from tests.worlds import START, row, write_log

SELECTION = Selection(window=Window(start=START, end=START + 2 * HOUR), max_pair_gap=dt.timedelta(minutes=10))
FIRST = int(START.timestamp()) // 3600
ROWS = [
    row("r1", "production", unit_id="anna"),
    row("r2", "production", unit_id="anna", at=90.0),
    row("r2", "production", unit_id="anna", at=91.0),
    row("r3", "production", unit_id="anna", at=3700.0),
    row("r4", "production", unit_id="bob", sample_rate=0.5),
    row("r5", "production", unit_id="bob", endpoint="/orders"),
    row("r6", "production"),
    row("r7", "production"),
    row("early", "production", unit_id="anna", at=-60.0),
    row("late", "production", unit_id="anna", at=7300.0),
]


def units(folder, rows):
    good = good_rows(read_arms(write_log(folder, rows), SELECTION), SELECTION).rows
    return traffic_units(requests_of(good, SELECTION))


def listed(table, *names):
    return sorted((each["endpoint"], each["hour"] - FIRST, *(each[n] for n in names)) for each in table.to_pylist())


def test_each_unit_of_the_window_is_listed_once_an_hour_with_its_requests(tmp_path):
    table = units(tmp_path, ROWS)
    assert listed(table, "sample_rate", "requests") == [
        ("GET /items/{id}", 0, 0.5, 1),
        ("GET /items/{id}", 0, 1.0, 1),
        ("GET /items/{id}", 0, 1.0, 1),
        ("GET /items/{id}", 0, 1.0, 2),
        ("GET /items/{id}", 1, 1.0, 1),
        ("GET /orders", 0, 1.0, 1),
    ]
    assert len(set(table["unit"].to_pylist())) == 4
    assert pa.types.is_integer(table["unit"].type)


def test_a_unit_whose_requests_lie_in_several_parts_counts_once(tmp_path):
    whole = hourly_traffic([units(tmp_path / "all", ROWS)])
    assert listed(whole, "sample_rate", "units", "requests") == [
        ("GET /items/{id}", 0, 0.5, 1, 1),
        ("GET /items/{id}", 0, 1.0, 3, 4),
        ("GET /items/{id}", 1, 1.0, 1, 1),
        ("GET /orders", 0, 1.0, 1, 1),
    ]
    # r1 is in one part, r2 in the other
    parts = [units(tmp_path / name, rows) for name, rows in (("some", ROWS[:1]), ("others", ROWS[1:]))]
    names = ("sample_rate", "units", "requests")
    assert listed(hourly_traffic(parts), *names) == listed(whole, *names)
