"""Causes of a small window whose bugs are planted."""

import random
from unittest.mock import patch

import pytest

from darklaunch.diff.difference import Kind
from darklaunch.diff.privacy.masking import Masking
from darklaunch.triage.cause_report import Transition
from tests.triage.windows import causes_of, difference, pair, pairs_table, rows_table
from tests.worlds import row

REGIONS = ("eu", "us", "asia", "us", "us")
SETTLED = difference("$.body.took_ms", rule="ignore $.body.took_ms", baseline=True)


def planted(n, endpoint, region, hour):
    """What a request differs in: a region's bug, a bug of two hours, a rare extra, noise, and what a rule settles."""
    differences = [SETTLED]
    if endpoint == "/items/{id}" and region == "eu":
        differences += [difference("$.body.price", "type_changed", '"1"', str(n % 3)), difference("$.body.tax")]
        differences += [difference("$.body.extra", "extra", None, "1")] if n % 97 == 0 else []
    if endpoint == "/orders" and hour in {2, 3}:
        differences += [difference("$.status", "value_changed", "200", "500")]
        differences += [difference("$.body.at", "value_changed", "3", "4", baseline=True)]
    elif endpoint == "/orders":
        differences += [difference("$.body.at", "value_changed", "5", "6", baseline=True)]
    return differences


def window(*, jitter=0):
    """Pairs and production rows of 1,200 requests at two endpoints; some rows are delivered twice."""
    draw = random.Random(jitter)
    log, pairs = [], []
    for n in range(1200):
        endpoint, region, hour = ("/items/{id}", "/orders")[n % 2], REGIONS[n // 12 % 5], n // 2 % 6
        sent = {
            "at": 3600.0 * hour + n,
            "path": f"/x/{n}",
            "query": f"page={n % 4}&token=s3cret{n % 2}",
            "attributes": [("region", region), ("build", "7")],
            "request_headers": [
                {"name": "Authorization", "value": f"Basic hunter2{n % 2}xx"},
                {"name": "accept-language", "value": "de" if n // 7 % 3 else "en"},
            ],
        }
        log += [row(f"r{n:04}", "production", **sent) for _ in range(2 if n % 5 == 0 else 1)]
        differences = planted(n, endpoint, region, hour)
        draw.shuffle(differences)
        pairs.append(pair(f"r{n:04}", differences, endpoint=f"GET {endpoint}", hour=hour))
    pairs += [pair(f"m{n}", endpoint="GET /orders", outcome="shadow_missing") for n in range(60)]
    if jitter:
        draw.shuffle(pairs)
        draw.shuffle(log)
    return pairs, rows_table(log)


def changed(pairs, change):
    """The pairs with every difference changed."""
    return pairs_table([{**each, "differences": [change(d) for d in each["differences"] or ()]} for each in pairs])


@pytest.fixture(scope="module")
def pairs_and_rows():
    return window()


@pytest.fixture(scope="module")
def causes(pairs_and_rows):
    pairs, rows = pairs_and_rows
    return causes_of(pairs_table(pairs), rows)


def test_each_bug_is_one_cause_at_its_endpoint_and_noise_comes_last(causes):
    shown_ = [(each.endpoint, [path.path for path in each.paths], each.requests) for each in causes]
    assert shown_ == [
        ("GET /items/{id}", ["$.body.price", "$.body.tax", "$.body.extra"], 120),
        ("GET /orders", ["$.status"], 200),
        ("GET /orders", ["$.body.at"], 400),
    ]
    assert [each.noise_share for each in causes] == [0.0, 0.0, 1.0]
    assert [each.severity for each in causes] == ["high", "medium", "medium"]


def test_where_a_bug_is_sliced_that_slice_comes_first(causes):
    items, orders, noise = causes
    first = orders.slices[0]
    assert (first.facet, first.value) == ("hours", "2026-03-02T02:00:00Z/2026-03-02T04:00:00Z")
    assert (first.inside, first.inside_of, first.outside, first.outside_of) == (200, 200, 0, 400)
    first = items.slices[0]
    assert (first.facet, first.name, first.value) == ("attribute", "region", "eu")
    assert (first.inside, first.inside_of, first.outside, first.outside_of) == (120, 120, 0, 480)
    # the noise is what the bug of two hours leaves of the endpoint
    assert {each.facet for each in noise.slices} <= {"hours"}


def test_shares_and_daily_failures_count_the_whole_traffic(causes):
    orders = causes[1]
    assert orders.share == pytest.approx(200 / 600)
    # 660 requests at a sample rate of one half came in six hours
    assert orders.failures_a_day == pytest.approx(200 / 600 * 660 * 2 * 4)
    assert (orders.first_hour, orders.last_hour) == ("2026-03-02T02:00:00Z", "2026-03-02T03:00:00Z")
    assert all(each.unlisted_requests == 0 for each in causes)


def test_the_most_frequent_changes_of_values_are_told(causes):
    items, orders, _ = causes
    assert orders.transitions == (
        Transition(path="$.status", kind=Kind.VALUE_CHANGED, production="200", shadow="500", requests=200),
    )
    prices = [each.requests for each in items.transitions if each.path == "$.body.price"]
    assert prices == sorted(prices, reverse=True)
    assert sum(prices) == 120


def test_examples_are_the_smallest_ids_with_a_line_for_a_shell(causes):
    example = causes[1].examples[0]
    assert [each.request_id for each in causes[1].examples] == ["r0005", "r0007", "r0017"]
    assert [each.path for each in example.differences] == ["$.status"]
    assert example.curl == (
        """curl -X GET "$HOST"'/x/5?page=1&token=[masked]' --globoff"""
        """ -H 'Authorization: [masked]' -H 'accept-language: en'"""
    )


def test_no_secret_is_told(causes):
    shown_ = repr(causes)
    assert "hunter2" not in shown_
    assert "s3cret" not in shown_


def test_the_same_rows_in_any_order_give_the_same_bytes(causes):
    pairs, rows = window(jitter=9)
    table = pairs_table(pairs)
    assert repr(causes_of(table, rows, parts=[table.slice(n, 300) for n in range(0, 1500, 300)])) == repr(causes)


def test_where_everything_is_masked_no_value_is_told(pairs_and_rows):
    pairs, rows = pairs_and_rows
    causes = causes_of(pairs_table(pairs), rows, masking=Masking.ALL)
    assert causes[1].examples[0].curl == """curl -X GET "$HOST"'/orders'"""
    assert [each.transitions for each in causes] == [(), (), ()]
    assert {d.production for each in causes for e in each.examples for d in e.differences} == {None}
    assert {s.value for each in causes for s in each.slices if s.facet not in {"hours", "status"}} <= {"masked text"}
    assert [each.requests for each in causes] == [120, 200, 400]


def test_a_window_in_which_nothing_differs_has_no_cause(pairs_and_rows):
    pairs, rows = pairs_and_rows
    assert causes_of(changed(pairs, lambda each: {**each, "rule": "ignore"}), rows) == ()
    assert causes_of(pairs_table([pair("r1"), pair("r2", [])]), rows) == ()
    assert causes_of(pairs_table([]), rows) == ()
    assert causes_of(None, rows, parts=[]) == ()


def test_a_rule_may_say_how_bad_it_is(pairs_and_rows):
    pairs, rows = pairs_and_rows
    assert {each.severity for each in causes_of(changed(pairs, lambda d: {**d, "severity": "low"}), rows)} == {"low"}


def test_what_another_window_answered_does_not_count(pairs_and_rows, causes):
    pairs, rows = pairs_and_rows
    others = [
        pair(f"o{n}", [difference("$.body.at")], endpoint="GET /orders", outcome=outcome)
        for n, outcome in enumerate(["production_missing", "other_window"] * 50)
    ]
    assert causes_of(pairs_table([*others, *pairs]), rows) == causes


def test_paths_that_differ_in_data_are_variants_of_one_signature():
    pairs = [pair(f"r{n:03}", [difference(f"$.body.prices['sku-{n % 30 + 100}']")]) for n in range(90)]
    rows = rows_table([row(f"r{n:03}", "production") for n in range(90)])
    (cause,) = causes_of(pairs_table(pairs), rows)
    assert (cause.requests, cause.variants, cause.path_count) == (90, 1, 30)
    assert {path.requests for path in cause.paths} == {3}


def test_beside_a_header_that_changed_everywhere_the_rest_is_told_as_without_it(pairs_and_rows, causes):
    pairs, rows = pairs_and_rows
    header = difference("$.headers['x-powered-by']", "value_changed", '"4"', '"5"')
    others = [pair(f"o{n}", endpoint="GET /other", hour=n % 6) for n in range(100)]
    changed_ = [
        {**each, "outcome": "mismatch", "differences": [*(each["differences"] or ()), header]}
        for each in [*pairs, *others]
        if each["outcome"] in {"match", "mismatch"}
    ]
    # what the baseline shows as well is no longer told of a request that shows the header
    items, orders, wide = causes_of(pairs_table(changed_), rows)
    for before, after in zip(causes, (items, orders), strict=False):
        assert [path.path for path in after.paths] == [path.path for path in before.paths]
        for name in ("id", "endpoint", "requests", "share", "slices", "transitions"):
            assert getattr(after, name) == getattr(before, name), name
        example, other = before.examples[0], after.examples[0]
        assert (other.request_id, other.differences[:-1]) == (example.request_id, example.differences)
        assert other.differences[-1].path == header["path"]
    assert (wide.systematic, wide.probably_meant, wide.everywhere, wide.slices) == (True, True, True, ())
    assert [(each.endpoint, each.requests, each.share) for each in wide.endpoints] == [
        ("GET /items/{id}", 600, 1.0),
        ("GET /orders", 600, 1.0),
        ("GET /other", 100, 1.0),
    ]
    assert [(each.production, each.shadow, each.requests) for each in wide.transitions] == [('"4"', '"5"', 1300)]
    assert len(wide.examples) == 3
    assert {len(each.differences) for each in wide.examples} == {1}
    assert {each.unlisted_requests for each in (items, orders, wide)} == {0}


def test_however_many_differences_there_are_every_endpoint_has_its_first():
    header = difference("$.headers.server")
    pairs = [
        pair(
            f"{name}{n}",
            [header, *([difference(f"$.body.{'abcd'[n % 4]}")] if name != "c" else [])],
            endpoint=f"GET /{name}",
        )
        for name, requests in (("a", 40), ("b", 40), ("c", 4))
        for n in range(requests)
    ]
    rows = rows_table([row(each["request_id"], "production") for each in pairs])
    with patch("darklaunch.triage.signatures.SIGNATURES", 3):
        made = causes_of(pairs_table(pairs), rows)
    assert {each.endpoint for cause in made for each in cause.endpoints} == {"GET /a", "GET /b", "GET /c"}
