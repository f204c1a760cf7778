"""What has to be said beside the verdict on a launch: rules after looking, hours used again, and other caveats."""

import dataclasses
import datetime as dt

import pytest

from darklaunch.decide.collapsed import collapsed_sentences
from darklaunch.decide.standing import Standing
from darklaunch.decide.verdict import WORST_FIRST, Verdict
from darklaunch.diff.window_summary import CollapsedPath
from darklaunch.noise.learned import LearningProgress
from darklaunch.stats import log_threshold
from tests.score.test_endpoint_score import POLICY

LOG_20 = log_threshold(0.05)
MONDAY = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.timezone.utc)
LEARNING = LearningProgress(hours_seen=3, hours_wanted=24)
GROUPED = dataclasses.replace(POLICY, groups={"few": ("GET /a", "GET /b"), "none": ("GET /c",)})


def test_verdicts_are_read_worst_first():
    assert [verdict.rank for verdict in (Verdict.BLOCK, Verdict.HOLD, Verdict.PROMOTE)] == [0, 1, 2]
    assert sorted(Verdict, key=lambda verdict: verdict.rank) == list(WORST_FIRST)


def test_a_launch_of_its_own_needs_no_note():
    assert Standing(hours=9, promoting_hours=9).notes() == ()


def test_rules_that_were_written_after_looking_say_which_hours_count():
    standing = Standing(number=3, hours=1200, promoting_hours=9, seen_until=MONDAY)
    assert not standing.exploratory
    assert standing.notes() == (
        "These rules were written after the hours until 2026-03-02 09:30 UTC had been seen: 9 of 1,200 hours count "
        "towards promotion. As set number 3 for these releases, they need 9 times the evidence.",
    )


def test_of_a_launch_that_has_seen_nothing_yet_none_counts():
    (said,) = Standing(seen_until=MONDAY).notes()
    assert said.endswith(
        "0 of 0 hours count towards promotion. As set number 1 for these releases, they need 1 times the evidence."
    )


@pytest.mark.parametrize(("seen", "exploratory"), [(MONDAY, True), (None, False)])
def test_hours_that_are_used_again_make_a_verdict_exploratory(seen, exploratory):
    standing = Standing(reuses_seen_hours=True, seen_until=seen)
    assert standing.exploratory is exploratory
    assert standing.notes() == (
        (
            "Exploratory: hours that were looked at under other rules count as well, as policy.reuse_seen_hours says; "
            "nothing is promised of such a verdict.",
        )
        if exploratory
        else ()
    )


@pytest.mark.parametrize(("rows", "said"), [(1, "1 row of the shadow"), (1500, "1,500 rows of the shadow")])
def test_what_else_a_verdict_has_to_be_read_with_is_told(rows, said):
    standing = Standing(evidence_from=MONDAY, evidence_why="a fix.", independent=True, ids_of_another_case=rows)
    restart, independent, case = standing.notes()
    assert restart == "Hours before 2026-03-02 09:30 UTC are not scored, as launch.evidence_from says: a fix."
    assert independent == (
        "No row names a unit_id: requests are counted as independent; with sessions this may promote a release at the "
        "limit up to 40 % of the time."
    )
    assert case == (
        f"{said} without one of production would pair if the case of request ids were ignored: record the ids as they "
        "were sent, in every arm."
    )


def test_a_path_that_hardly_varies_in_the_shadow_is_told_of_its_endpoint_and_of_the_fleet():
    def path(endpoint, name, shadow_values):
        return CollapsedPath(
            endpoint=endpoint, path=name, requests=2000, production_values=1990, shadow_values=shadow_values
        )

    sentences = collapsed_sentences([path("GET /x", "$.a", 1), path("GET /x", "$.b", 1200), path("GET /y", "$.c", 2)])
    first = (
        "At $.a production had 1,990 values in 2,000 requests and the shadow 1 value: what was learned to be volatile "
        "hardly varies in the shadow."
    )
    assert sentences["GET /x"][0] == first
    assert "the shadow 1,200 values: " in sentences["GET /x"][1]
    assert "the shadow 2 values: " in sentences["GET /y"][0]
    assert sentences["*"] == tuple(f"{name}: {said}" for name in ("GET /x", "GET /y") for said in sentences[name])
