"""Causes of a small window whose bugs are planted."""

import datetime as dt
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from darklaunch.capture.selection import Selection
from darklaunch.capture.spark import read_rows
from darklaunch.contract.spark import mark_rows
from darklaunch.diff.difference import Kind
from darklaunch.diff.privacy.masking import Masking
from darklaunch.triage.cause_report import Transition
from darklaunch.triage.spark.causes import find_causes
from darklaunch.window import Window
from tests.worlds import START, row, write_log

pytestmark = pytest.mark.spark
SELECTION = Selection(
    window=Window(start=START, end=START + dt.timedelta(hours=6)),
    max_pair_gap=dt.timedelta(minutes=1),
)
REGIONS = ("eu", "us", "asia", "us", "us")
NAMES = ("path", "kind", "production", "shadow", "rule", "baseline_differs")
SETTLED = ("$.body.took_ms", "value_changed", "1", "2", "ignore $.body.took_ms", True)


def shown(n, endpoint, region, hour):
    """What a request differs in: a region's bug, a bug of two hours, a rare extra, noise, and what a rule settles."""
    causes = [SETTLED]
    if endpoint == "/items/{id}" and region == "eu":
        causes += [("$.body.price", "type_changed", '"1"', str(n % 3), None, False)]
        causes += [("$.body.tax", "value_changed", "1", "2", None, False)]
        causes += [("$.body.extra", "extra", None, "1", None, False)] if n % 97 == 0 else []
    if endpoint == "/orders" and hour in {2, 3}:
        causes += [("$.status", "value_changed", "200", "500", None, False)]
        causes += [("$.body.at", "value_changed", "3", "4", None, True)]
    elif endpoint == "/orders":
        causes += [("$.body.at", "value_changed", "5", "6", None, True)]
    return causes


def write_tables(folder, *, jitter=0):
    """Captures, pairs and differences of 1,200 requests at two endpoints; some rows are delivered twice."""
    log, pairs, differences = [], [], []
    for n in range(1200):
        endpoint, region, hour = ("/items/{id}", "/orders")[n % 2], REGIONS[n // 12 % 5], n // 2 % 6
        sent = {
            "at": 3600.0 * hour + n,
            "endpoint": endpoint,
            "path": f"/x/{n}",
            "query": f"page={n % 4}&token=s3cret{n % 2}",
            "attributes": [("region", region), ("build", "7")],
            "request_headers": [
                ("Authorization", f"Basic hunter2{n % 2}xx"),
                ("accept-language", "de" if n // 7 % 3 else "en"),
            ],
        }
        log += [row(f"r{n:04}", "production", **sent) for _ in range(2 if n % 5 == 0 else 1)]
        name = f"GET {endpoint}"
        causes = shown(n, endpoint, region, hour)
        differences += [(f"r{n:04}", name, *each, Kind(each[1]).severity.value) for each in causes]
        counts = any(each[4] is None for each in causes)
        bucket = START + dt.timedelta(hours=hour)
        pairs.append((f"r{n:04}", name, bucket, 2.0, "mismatch" if counts else "match", 200))
    pairs += [(f"m{n}", "GET /orders", START, 2.0, "shadow_missing", 200) for n in range(60)]
    random.Random(jitter).shuffle(differences)
    write_log(folder / "captures", log)
    columns = ("request_id", "endpoint", "bucket", "weight", "outcome", "production_status")
    for place, names, rows in (
        ("pairs", columns, pairs),
        ("differences", ("request_id", "endpoint", *NAMES, "severity"), differences),
    ):
        made = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
        pq.write_table(pa.table(made), folder / f"{place}.parquet")
    return folder


def causes_in(spark, folder, masking=Masking.SENSITIVE, partitions=None):
    files = sorted(str(path) for path in (folder / "captures").rglob("*.parquet"))
    captures = mark_rows(read_rows(spark, str(folder / "captures"), files, SELECTION), SELECTION)
    pairs, differences = (spark.read.parquet(str(folder / f"{name}.parquet")) for name in ("pairs", "differences"))
    if partitions:
        captures, pairs, differences = (each.repartition(partitions) for each in (captures, pairs, differences))
    return find_causes(spark, captures, pairs, differences, selection=SELECTION, masking=masking, alpha=0.05)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_tables(tmp_path_factory.mktemp("causes"))


@pytest.fixture(scope="module")
def causes(spark, folder):
    return causes_in(spark, folder)


def test_each_bug_is_one_cause_at_its_endpoint_and_noise_comes_last(causes):
    shown_ = [(each.endpoint, [path.path for path in each.paths], each.requests) for each in causes]
    assert shown_ == [
        ("GET /orders", ["$.status"], 200),
        ("GET /items/{id}", ["$.body.price", "$.body.tax", "$.body.extra"], 120),
        ("GET /orders", ["$.body.at"], 400),
    ]
    assert [each.noise_share for each in causes] == [0.0, 0.0, 1.0]
    assert [each.severity for each in causes] == ["medium", "high", "medium"]


def test_where_a_bug_is_sliced_that_slice_comes_first(causes):
    orders, items, noise = causes
    first = orders.slices[0]
    assert (first.facet, first.value) == ("hours", "2026-03-02T02:00:00Z/2026-03-02T04:00:00Z")
    assert (first.inside, first.inside_of, first.outside, first.outside_of) == (200, 200, 0, 400)
    first = items.slices[0]
    assert (first.facet, first.name, first.value) == ("attribute", "region", "eu")
    assert (first.inside, first.inside_of, first.outside, first.outside_of) == (120, 120, 0, 480)
    # the noise is what the bug of two hours leaves of the endpoint
    assert {each.facet for each in noise.slices} <= {"hours"}


def test_shares_and_daily_failures_count_the_whole_traffic(causes):
    orders = causes[0]
    assert orders.share == pytest.approx(200 / 600)
    # 660 requests at a sample rate of one half came in six hours
    assert orders.failures_a_day == pytest.approx(200 / 600 * 660 * 2 * 4)
    assert (orders.first_hour, orders.last_hour) == ("2026-03-02T02:00:00Z", "2026-03-02T03:00:00Z")
    assert all(each.unlisted_requests == 0 for each in causes)


def test_the_most_frequent_changes_of_values_are_told(causes):
    orders, items, _ = causes
    assert orders.transitions == (
        Transition(path="$.status", kind=Kind.VALUE_CHANGED, production="200", shadow="500", requests=200),
    )
    prices = [each.requests for each in items.transitions if each.path == "$.body.price"]
    assert prices == sorted(prices, reverse=True)
    assert sum(prices) == 120


def test_examples_are_the_smallest_ids_with_a_line_for_a_shell(causes):
    example = causes[0].examples[0]
    assert [each.request_id for each in causes[0].examples] == ["r0005", "r0007", "r0017"]
    assert [each.path for each in example.differences] == ["$.status"]
    assert example.curl == (
        """curl -X GET "$HOST"'/x/5?page=1&token=[masked]' --globoff"""
        """ -H 'Authorization: [masked]' -H 'accept-language: en'"""
    )


def test_no_secret_is_told(causes):
    shown_ = repr(causes)
    assert "hunter2" not in shown_
    assert "s3cret" not in shown_


def test_the_same_rows_in_any_order_give_the_same_bytes(spark, causes, tmp_path):
    other = causes_in(spark, write_tables(tmp_path, jitter=9), partitions=5)
    assert repr(other) == repr(causes)


def test_where_everything_is_masked_no_value_is_told(spark, folder):
    causes = causes_in(spark, folder, Masking.ALL)
    assert causes[0].examples[0].curl == """curl -X GET "$HOST"'/orders'"""
    assert [each.transitions for each in causes] == [(), (), ()]
    assert {d.production for each in causes for e in each.examples for d in e.differences} == {None}
    assert {s.value for each in causes for s in each.slices if s.facet not in {"hours", "status"}} <= {"masked text"}
    assert [each.requests for each in causes] == [200, 120, 400]


def test_a_window_in_which_nothing_differs_has_no_cause(spark, tmp_path):
    write_tables(tmp_path)
    settled = pq.read_table(tmp_path / "differences.parquet", filters=[("rule", "!=", "")])
    pq.write_table(settled, tmp_path / "differences.parquet")
    assert causes_in(spark, tmp_path) == ()


def test_a_rule_may_say_how_bad_it_is(spark, tmp_path):
    write_tables(tmp_path)
    table = pq.read_table(tmp_path / "differences.parquet")
    low = table.drop_columns(["severity"]).append_column("severity", pa.array(["low"] * len(table)))
    pq.write_table(low, tmp_path / "differences.parquet")
    assert {each.severity for each in causes_in(spark, tmp_path)} == {"low"}
