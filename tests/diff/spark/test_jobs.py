"""The number of Spark jobs of a comparison is fixed."""

import datetime as dt

import pytest

from darklaunch.capture.selection import Selection
from darklaunch.capture.spark import read_rows
from darklaunch.contract.spark import mark_rows
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.stages.window import ComparePlan, compare_window
from darklaunch.window import Window
from tests.worlds import START, row, write_log

pytestmark = pytest.mark.spark
HOUR = Window(start=START, end=START + dt.timedelta(hours=1))
SELECTION = Selection(window=HOUR, max_pair_gap=dt.timedelta(minutes=1))


def jobs_of(spark, folder, *, endpoints, fields):
    rows = []
    for n in range(120):
        common = {"at": float(n), "endpoint": f"/e{n % endpoints}"}
        for arm, value in (("production", 0), ("shadow", 1)):
            rows.append(row(f"r{n}", arm, body={f"f{field}": value for field in range(fields)}, **common))
    write_log(folder, rows)
    files = sorted(str(path) for path in folder.rglob("*.parquet"))
    comparing = ComparePlan(
        selection=SELECTION, rules=RuleSet(), masking=Masking.NONE, baseline=False, ladder=lambda _: None
    )
    tracker = spark.sparkContext.statusTracker()
    before = len(tracker.getJobIdsForGroup())
    window = compare_window(
        spark, mark_rows(read_rows(spark, str(folder), files, SELECTION), SELECTION), comparing, folder, lambda _: None
    )
    assert len({each["path"] for each in window.top_differences}) == min(fields, 20)
    return len(tracker.getJobIdsForGroup()) - before


def test_it_does_not_grow_with_endpoints_fields_or_differences(spark, tmp_path):
    few = jobs_of(spark, tmp_path / "few", endpoints=1, fields=1)
    many = jobs_of(spark, tmp_path / "many", endpoints=60, fields=30)
    assert few == many
    assert few > 0
