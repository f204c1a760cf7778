"""The counts of a bucket for the report: what is left out of many paths, and what adds up over buckets."""

import datetime as dt

import pytest

from darklaunch.capture.selection import Selection
from darklaunch.diff import window_counts
from darklaunch.diff.window_summary import LISTED
from darklaunch.window import Window
from tests.engine.buckets import counted
from tests.worlds import START, row, write_log

SELECTION = Selection(
    window=Window(start=START, end=START + dt.timedelta(hours=1)), max_pair_gap=dt.timedelta(minutes=10)
)


def requests(bodies, endpoint="/a", **shadow):
    """Two arms of a request for each body, which the shadow answers with ``{}`` or as told."""
    rows = []
    for number, body in enumerate(bodies):
        name = f"{endpoint}-{number:04}"
        rows.append(row(name, "production", endpoint=endpoint, body=body))
        rows.append(row(name, "shadow", endpoint=endpoint, **{"body": {}} | shadow))
    return rows


def window_of(tmp_path, rows):
    return counted(write_log(tmp_path, rows), SELECTION)[1].window


def test_of_an_endpoint_so_many_paths_are_listed_the_most_frequent_first(tmp_path):
    rows = requests([{f"x{number:03}": 1} for number in range(LISTED + 5)] + [{"often": 1}] * 2)
    top = window_of(tmp_path, rows).top_differences()
    assert [each.rank for each in top] == list(range(1, LISTED + 1))
    assert (top[0].path, top[0].requests) == ("$.body.often", 2)


def test_of_more_paths_than_may_leave_a_bucket_each_endpoint_keeps_its_most_frequent(tmp_path, monkeypatch):
    monkeypatch.setattr(window_counts, "MOST_PATHS", 3)
    rows = requests([{name: 1} for name in "abcdeeff"]) + requests([{"x": 1}], "/b")
    paths = window_of(tmp_path, rows).paths
    assert sorted((key.endpoint, key.path, count.requests) for key, count in paths.items()) == [
        ("GET /a", "$.body.a", 1),
        ("GET /a", "$.body.e", 2),
        ("GET /a", "$.body.f", 2),
        ("GET /b", "$.body.x", 1),
    ]


@pytest.mark.parametrize("reasons", [("error", "error"), ("error", "other")])
def test_incomparable_requests_of_two_buckets_add_up_by_their_reason(tmp_path, reasons):
    gzipped = {"response_headers": [("content-encoding", "gzip")]}
    parts = []
    for number in range(2):
        rows = [
            row(f"r{number}", arm, body=b"no gzip" if reasons[number] == "error" else b"\x1f\x8b\x08", **gzipped)
            for arm in ("production", "shadow")
        ]
        rows[1]["body"] = b"{}"
        parts.append(window_of(tmp_path / str(number), rows))
    together = parts[0].merged(parts[1]).incomparable
    assert sum(each.requests for each in together.values()) == 2
    assert len(together) == len(set().union(*(part.incomparable for part in parts)))
