"""What changed between two runs."""

import json
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.runs.changes import changes as changes_between
from darklaunch.runs.differences import as_listed
from tests.publish import sample
from tests.publish.looks import other_launch, verdict_of


def changes(before, after):
    return changes_between(*(as_listed(sample.report(verdict)) for verdict in (before, after)))


def with_entries(look, *entries, **changed):
    return verdict_of(look, endpoints=list(entries), **changed)


def counts(tally):
    return {verdict.value: number for verdict, number in tally.items()}


def endpoint(name, verdict="hold", differences=()):
    return sample.entry(name, verdict, 1000, 1, differences=list(differences))


def test_a_run_against_itself_has_changed_nothing():
    run = verdict_of(7)
    result = changes(run, run)
    assert result.endpoints == result.paths.new == result.paths.gone == result.causes.new == result.causes.gone == ()
    assert counts(result.same) == {"block": 1, "hold": 3, "promote": 2}
    assert len(result.paths.persistent) == 3
    assert (result.launch_differences, result.backwards) == ((), False)


def test_verdicts_that_changed_are_told_the_worst_now_first():
    before = with_entries(6, *(endpoint(name) for name in "abcd"), endpoint("e", "promote"))
    after = with_entries(
        7, endpoint("a", "promote"), endpoint("b", "block"), endpoint("c"), endpoint("e", "block"), endpoint("f")
    )
    result = changes(before, after)
    assert [(change.endpoint, change.before, change.after) for change in result.endpoints] == [
        ("b", "hold", "block"),
        ("e", "promote", "block"),
        ("f", None, "hold"),
        ("a", "hold", "promote"),
        ("d", "hold", None),
    ]
    assert counts(result.same) == {"block": 0, "hold": 1, "promote": 0}


def test_the_fleet_is_told_then_and_now():
    fleet = changes(verdict_of(6, fleet=sample.smallest()["fleet"]), verdict_of(7)).as_json()["fleet"]
    assert (fleet["before"]["verdict"], fleet["before"]["confidence"], fleet["before"]["pairs"]) == ("hold", 0.5, 100)
    assert (fleet["after"]["verdict"], fleet["after"]["regression_confidence"]) == ("block", 0.9712)


@pytest.mark.parametrize(
    ("changed", "launch_differences"),
    [
        ({}, ("shadow release 2.14.0-rc1, then 2.15.0",)),
        ({"shadow_release": None}, ("shadow release 2.14.0-rc1, then unknown",)),
        ({"rules_digest": "0"}, ("shadow release 2.14.0-rc1, then 2.15.0", "other rules")),
        ({"shadow_release": "2.14.0-rc1", "rules_digest": "0"}, ("other rules",)),
        ({"shadow_release": "2.14.0-rc1"}, ("another way of sampling or another version of darklaunch",)),
        ({"shadow_release": "2.14.0-rc1", "name": "x"}, ("launch checkout-v2, then x",)),
    ],
)
def test_runs_of_different_launches_say_how_these_differ(changed, launch_differences):
    assert (
        changes(verdict_of(6), verdict_of(7, launch=other_launch(**changed))).launch_differences == launch_differences
    )


def test_the_later_run_named_first_is_noticed():
    assert changes(verdict_of(7), verdict_of(6)).backwards
    assert not changes(verdict_of(6), verdict_of(7)).backwards


def test_causes_are_known_by_their_ids():
    before, after = verdict_of(6), verdict_of(7)
    before["causes"] = [sample.cause("GET /items/{id}", "$.body.a", "missing", 7, 1000), before["causes"][0]]
    before["causes"][1]["share"] = 0.5
    result = changes(before, after).causes
    assert [change.path for change in result.new] == ["$.body['<script>alert(1)</script>']", "$.body.items[*].badge"]
    assert [change.path for change in result.gone] == ["$.body.a"]
    (kept,) = result.persistent
    assert (kept.paths, kept.before.share, kept.after.requests) == (3, 0.5, 390)


def test_a_cause_that_has_another_id_in_another_launch_is_persistent_where_its_paths_are_mostly_the_same():
    before, after = verdict_of(6), verdict_of(7)
    old, new = (sample.cause("GET /items/{id}", "$.body.a", "missing", n, 1000) for n in (7, 8))
    new["paths"].append({"path": "$.body.b", "kind": "missing", "requests": 2})
    before["causes"], after["causes"] = [old], [new, sample.cause("GET /b", "$.body.a", "missing", 9, 1000)]
    result = changes(before, after).causes
    (kept,) = result.persistent
    assert (kept.id, kept.earlier_id, kept.endpoints) == (new["id"], old["id"], 1)
    assert (kept.before.requests, kept.after.requests) == (7, 8)
    assert [change.endpoint for change in result.new] == ["GET /b"]
    assert result.gone == ()


def test_a_run_that_was_made_before_causes_were_looked_for_tells_none():
    older = verdict_of(6)
    del older["causes"]
    assert changes(older, verdict_of(7)).causes is None
    assert changes(verdict_of(7), older).as_json()["causes"] is None


RUNS = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from(["$.x", "$.y"]),
        st.sampled_from(["missing", "extra"]),
        st.sampled_from([None, "ignore $.x"]),
        st.integers(1, 9),
    ),
    max_size=8,
)


def run_of(look, drawn):
    entries = {}
    for name, path, kind, rule, requests in drawn:
        made = sample.difference(path, kind, requests, requests / 1000, ignored_by=rule)
        entries.setdefault(name, endpoint(name))["differences"].append(made)
    return with_entries(look, *entries.values())


@given(RUNS, RUNS)
def test_the_other_way_round_what_was_new_is_gone(first, second):
    forwards = changes(run_of(6, first), run_of(7, second)).paths
    back = changes(run_of(7, second), run_of(6, first)).paths

    def keys(result):
        return sorted((change.endpoint, change.path, change.kind) for change in result)

    assert keys(forwards.new) == keys(back.gone)
    assert keys(forwards.gone) == keys(back.new)
    assert keys(forwards.persistent) == keys(back.persistent)
    counting = {(name, path, kind) for name, path, kind, rule, _ in (*first, *second) if rule is None}
    assert len(forwards.new) + len(forwards.gone) + len(forwards.persistent) == len(counting)


@given(RUNS, RUNS)
def test_lists_come_with_the_largest_share_first(first, second):
    result = changes(run_of(6, first), run_of(7, second)).paths
    for listed, side in ((result.new, "after"), (result.gone, "before"), (result.persistent, "after")):
        shares = [getattr(change, side).share for change in listed]
        assert shares == sorted(shares, reverse=True)


def test_changes_are_data_that_json_can_hold_and_the_runs_stay_as_they_were():
    before, after = verdict_of(6), verdict_of(7, launch=other_launch())
    kept = deepcopy((before, after))
    written = changes(before, after).as_json()
    assert json.loads(json.dumps(written)) == written
    assert written["same_launch"] is False
    assert (before, after) == kept
