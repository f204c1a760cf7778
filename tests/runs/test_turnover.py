"""Differing paths that came, went and stayed."""

import pyarrow as pa
import pyarrow.parquet as pq

from darklaunch.diff.window_summary import LISTED
from darklaunch.runs.differences import as_listed, with_all_differences
from darklaunch.runs.turnover import Frequency, paths
from tests.publish import sample
from tests.publish.looks import verdict_of


def run(look, *differences, name="GET /a"):
    entries = [sample.entry(name, "hold", 1000, 1, differences=list(differences))]
    return as_listed(sample.report(verdict_of(look, endpoints=entries)))


def difference(path, requests=10, **changes):
    return sample.difference(path, "missing", requests, requests / 1000, **changes)


def many(number):
    return [difference(f"$.x{at}", 100 - at) for at in range(number)]


def test_a_path_is_told_with_its_shares_then_and_now():
    (change,) = paths(run(6, difference("$.x", 10)), run(7, difference("$.x", 30))).persistent
    assert (change.before, change.after) == (Frequency(requests=10, share=0.01), Frequency(requests=30, share=0.03))


def test_a_path_of_two_severities_is_one_path():
    twice = [difference("$.x", 10), difference("$.x", 5, severity="low")]
    (change,) = paths(run(6), run(7, *twice)).new
    assert (change.after.requests, change.after.share) == (15, 0.015)


def test_a_path_that_is_ignored_now_is_gone_and_not_fixed():
    (change,) = paths(run(6, difference("$.x")), run(7, difference("$.x", ignored_by="ignore $.x"))).gone
    assert change.note == "ignored by ignore $.x"


def test_an_endpoint_that_was_not_seen_may_differ_as_before():
    (change,) = paths(run(6, difference("$.x")), run(7, name="GET /b")).gone
    assert change.note == "endpoint not seen"


def test_what_is_plainly_gone_has_no_note():
    (change,) = paths(run(6, difference("$.x")), run(7)).gone
    assert (change.note, change.after) == (None, None)


def test_a_full_list_may_leave_a_path_out():
    (change,) = paths(run(6, difference("$.y")), run(7, *many(LISTED))).gone
    assert change.note == f"the other run names only {LISTED} here"
    (other,) = paths(run(6, difference("$.y")), run(7, *many(LISTED - 1))).gone
    assert other.note is None


def write_differences(folder, rows):
    names = ("endpoint", "path", "kind", "severity", "rule")
    made = {name: [row[at] for row in rows] for at, name in enumerate(names)}
    (folder / "differences").mkdir()
    schema = pa.schema([(name, pa.string()) for name in names])
    pq.write_table(pa.table(made, schema=schema), folder / "differences/part-0.parquet", row_group_size=7)


def test_the_table_of_differences_names_what_a_full_list_leaves_out(tmp_path):
    rows = [("GET /a", f"$.x{at}", "missing", "high", None) for at in range(LISTED) for _ in range(100 - at)]
    rows += [("GET /a", "$.y", "missing", "high", None)] * 3
    rows += [("GET /a", "$.z", "missing", "high", "ignore $.z"), ("GET /b", "$.q", "missing", "high", None)]
    write_differences(tmp_path, rows)
    after = with_all_differences(run(7, *many(LISTED)).report, tmp_path)
    turnover = paths(run(6, difference("$.y", 10), difference("$.w")), after)
    (kept,) = turnover.persistent
    assert (kept.path, kept.after) == ("$.y", Frequency(requests=3, share=0.003))
    assert [(change.path, change.note) for change in turnover.gone] == [("$.w", None)]
    assert len(turnover.new) == LISTED


def test_without_its_table_or_without_need_a_verdict_stays_as_it_is(tmp_path):
    full = run(7, *many(LISTED))
    assert with_all_differences(full.report, tmp_path) == full
    (tmp_path / "differences").mkdir()
    (tmp_path / "differences/part-0.parquet").write_bytes(b"broken")
    assert with_all_differences(full.report, tmp_path) == full
    assert with_all_differences(run(7, difference("$.x")).report, tmp_path) == run(7, difference("$.x"))
