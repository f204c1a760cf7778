"""The rest group: who is in it, by the first day's traffic alone."""

import datetime as dt

import pytest

from darklaunch.evidence.dimension import Dimension
from darklaunch.evidence.patterns import Evidence
from darklaunch.score.rest_group import RestGroup, choose_rest
from tests.score.test_endpoint_score import pattern

TUESDAY = dt.datetime(2026, 3, 3, tzinfo=dt.timezone.utc)


def members(units, *, days=7.0, grouped=(), rate=1.0):
    day = {
        name: {Dimension.BODY: Evidence(endpoint=name, patterns=(pattern(number, rate=rate),), first_rate=rate)}
        for name, number in units.items()
    }
    day["GET /aa"] = {Dimension.STATUS: Evidence(endpoint="GET /aa", patterns=())}
    chosen = choose_rest(
        day, TUESDAY, days=days, tolerated_excess_at=lambda name: 0.1 if "b" in name else 0.01, grouped=grouped
    )
    assert chosen.since == TUESDAY
    return chosen.members


@pytest.mark.parametrize(
    ("units", "days", "chosen"),
    [
        ({"GET /d": 71, "GET /a": 71, "GET /c": 72}, 7.0, ("GET /a", "GET /d")),  # 5 / 7 days / 0.01 is 71.4
        ({"GET /d": 49, "GET /a": 49, "GET /c": 50}, 10.0, ("GET /a", "GET /d")),
        ({"GET /d": 71, "GET /a": 71}, 1.0, ("GET /a", "GET /d")),
        ({"GET /d": 71, "GET /a": 71, "GET /c": 72}, 1.0, ("GET /a", "GET /d")),
        ({"GET /a": 71, "GET /b": 71}, 7.0, ()),  # one alone is no group
        ({"GET /a": 5, "GET /c": 5, "*": 9, "group g": 9}, 7.0, ("GET /a", "GET /c")),
        ({}, 7.0, ()),
    ],
)
def test_endpoints_that_a_week_will_not_do_to_judge_are_chosen(units, days, chosen):
    assert members(units, days=days) == chosen


def test_endpoints_of_other_groups_are_left_there():
    assert members({"GET /a": 5, "GET /c": 5, "GET /d": 5}, grouped=["GET /c"]) == ("GET /a", "GET /d")


def test_sampled_units_weigh_one_each():
    assert members({"GET /a": 71, "GET /c": 71, "GET /d": 72}, rate=0.1) == ("GET /a", "GET /c")


def test_units_of_hours_that_were_sampled_more_rarely_weigh_more():
    def body(name):
        return {Dimension.BODY: Evidence(endpoint=name, patterns=(pattern(36, rate=0.5),), first_rate=1.0)}

    # 36 units of weight 2
    day = {name: body(name) for name in ("GET /a", "GET /c")}
    chosen = choose_rest(day, TUESDAY, days=7.0, tolerated_excess_at=lambda _: 0.01, grouped=())
    assert chosen.members == ()


def test_a_group_comes_back_from_json_as_it_was():
    group = RestGroup(members=("GET /a", "GET /b"), since=TUESDAY)
    assert group.as_dict() == {"members": ["GET /a", "GET /b"], "since": "2026-03-03T00:00:00+00:00"}
    assert RestGroup.from_dict(group.as_dict()) == group
