"""The decision on a launch: its parts in one value, with what has to be said beside the verdict."""

import dataclasses
import datetime as dt

import pytest

from darklaunch.capture.endpoint import FLEET, group_name
from darklaunch.decide.decision import decide_endpoints, decide_fleet
from darklaunch.decide.launch import decide_launch
from darklaunch.decide.standing import Standing
from darklaunch.decide.verdict import Decision, Verdict
from darklaunch.noise.learned import LearningProgress
from darklaunch.score.dimension_score import LOG_HALF
from darklaunch.stats import log_threshold
from tests.decide.test_decision import CLEAN, SEEN, make_score
from tests.score.test_endpoint_score import POLICY, WEEK, pattern

LOG_20 = log_threshold(0.05)
MONDAY = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.timezone.utc)
LEARNING = LearningProgress(hours_seen=3, hours_wanted=24)
GROUPED = dataclasses.replace(POLICY, groups={"few": ("GET /a", "GET /b"), "none": ("GET /c",)})


def scores(*, group=CLEAN):
    named = {"GET /x": CLEAN, FLEET: (pattern(9009),), group_name("few"): group, "GET /a": (pattern(9),)}
    return [make_score(endpoint=name, body=patterns) for name, patterns in named.items()]


def test_a_launch_is_decided_in_its_parts():
    decided = decide_launch(scores(), GROUPED, WEEK, None, Standing())
    assert decided.fleet[0].endpoint == FLEET
    assert [(score.endpoint, decision.verdict.value) for score, decision in decided.endpoints] == [
        ("GET /x", "promote"),
        ("GET /a", "hold"),
    ]
    assert [(score.endpoint, decision.verdict.value) for score, decision in decided.groups] == [
        ("group few", "promote")
    ]
    assert decided.fleet[1].verdict is Verdict.PROMOTE
    assert len(decided.fleet[1].reasons) == 1


def test_while_noise_is_learned_everything_holds():
    decided = decide_launch(scores(), GROUPED, WEEK, LEARNING, Standing())
    for _, decision in (decided.fleet, *decided.endpoints, *decided.groups):
        assert decision.verdict is Verdict.HOLD
        assert decision.reasons[0] == "Learning noise: 3 of 24 hours seen."
    (_, promoted), (_, held) = decided.endpoints
    assert len(promoted.reasons) == 1
    assert held.reasons[1:] == decide_launch(scores(), GROUPED, WEEK, None, Standing()).endpoints[1][1].reasons


def test_the_notes_on_a_launch_stand_after_the_fleets_reasons():
    standing = Standing(independent=True)
    decided = decide_launch(scores(), GROUPED, WEEK, LEARNING, standing)
    assert decided.fleet[1].reasons == ("Learning noise: 3 of 24 hours seen.", *standing.notes())


def test_a_blocked_group_blocks_the_fleet_by_its_name():
    decided = decide_launch(scores(group=(pattern(900, 1, k_unpaired=1),)), GROUPED, WEEK, None, Standing())
    assert decided.fleet[1].reasons == ("Blocked on average over its endpoints: group few.",)
    (_, group) = decided.groups[0]
    assert group.reasons[0].startswith("On average over these 2 endpoints the release differs")


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (1, "1 of 8 endpoints is blocked: GET /0."),
        (5, "5 of 8 endpoints are blocked: GET /0, GET /1, GET /2, GET /3, GET /4."),
        (6, "6 of 8 endpoints are blocked: GET /0, GET /1, GET /2, GET /3, GET /4 and 1 more."),
        (7, "7 of 8 endpoints are blocked: GET /0, GET /1, GET /2, GET /3, GET /4 and 2 more."),
    ],
)
def test_blocked_endpoints_are_counted_and_five_are_named(bad, said):
    worse = (pattern(900, 1, k_unpaired=1),)
    each = [make_score(endpoint=f"GET /{n}", body=worse if n < bad else CLEAN) for n in range(8)]
    decisions = decide_endpoints(each, POLICY, WEEK)
    assert decide_fleet(make_score(endpoint=FLEET, body=CLEAN), each, decisions, POLICY, WEEK).reasons == (said,)


def test_a_fleet_that_is_worse_as_a_whole_is_blocked():
    whole = make_score(endpoint=FLEET, body=(pattern(900, 1, k_unpaired=1),))
    decision = decide_fleet(whole, [], {}, POLICY, WEEK)
    assert decision.verdict is Verdict.BLOCK
    assert decision.reasons[0].startswith("Over all endpoints the release differs from production in at least ")


def test_a_fleet_says_all_that_it_lacks_and_when_it_is_expected():
    few = make_score(endpoint=FLEET, body=(pattern(2000),))
    policy = dataclasses.replace(
        POLICY, require_all_hours=True, minimum_days=1, critical_endpoints=("GET /pay", "GET /x")
    )
    coverage = dataclasses.replace(SEEN, missing_hours_of_day=(4,))
    decision = decide_fleet(few, [], {}, policy, coverage)
    assert decision.verdict is Verdict.HOLD
    assert [reason.split(":")[0] for reason in decision.reasons] == [
        "No traffic yet in these hours of the day (UTC)",
        "Traffic was seen on 0 dates (UTC); the policy asks for 1.",
        "Over all endpoints the evidence is not enough yet",
        "Promoted endpoints carry 0 % of the traffic; 95.0 % are wanted.",
        "Not every critical endpoint is promoted",
    ]
    assert decision.reasons[-1].endswith(": GET /pay, GET /x.")
    assert decision.expected is not None


def test_traffic_that_was_never_compared_is_traffic():
    each = [make_score(endpoint="GET /x", body=CLEAN), make_score(endpoint="GET /y", body=(pattern(9000, missing=1),))]
    decisions = decide_endpoints(each, POLICY, WEEK)
    whole = dataclasses.replace(make_score(endpoint=FLEET, body=CLEAN), answered=18_000)
    policy = dataclasses.replace(POLICY, promoted_traffic_share=0.5)
    assert decide_fleet(whole, each, decisions, policy, WEEK).verdict is Verdict.PROMOTE
    policy = dataclasses.replace(POLICY, promoted_traffic_share=0.51)
    assert decide_fleet(whole, each, decisions, policy, WEEK).reasons == (
        "Promoted endpoints carry 50.0 % of the traffic; 51.0 % are wanted.",
    )


@pytest.mark.parametrize(("wrong", "covered"), [(0, True), (30, False)])
def test_a_promoted_rest_group_covers_what_stands_with_it(wrong, covered):
    bad = (pattern(wrong, 1, k_unpaired=1),) if wrong else ()
    member = make_score(endpoint="GET /a", body=(pattern(3000), *bad), tau=0.0015)
    policy = dataclasses.replace(POLICY, groups={"rest": ("GET /a",)}, critical_endpoints=("GET /a",))
    decisions = {
        "GET /a": Decision(verdict=Verdict.HOLD, reasons=("few",)),
        "group rest": Decision(verdict=Verdict.PROMOTE, reasons=("enough",)),
    }
    whole = dataclasses.replace(make_score(endpoint=FLEET, body=CLEAN), answered=member.answered)
    verdict = decide_fleet(whole, [member], decisions, policy, WEEK).verdict
    assert (verdict is Verdict.PROMOTE) is covered


@pytest.mark.parametrize(("blocked", "unsure"), [(True, "after so little traffic"), (False, "among so many endpoints")])
def test_a_probable_regression_holds_and_says_what_it_lacks(blocked, unsure):
    bad = make_score(body=(pattern(4 if blocked else 2, 1, k_unpaired=1),))
    others = [] if blocked else [make_score(endpoint=f"GET /{n}", body=(pattern(50),)) for n in range(3000)]
    decision = decide_endpoints([bad, *others], POLICY, SEEN)["GET /x"]
    assert decision.verdict is Verdict.HOLD
    assert unsure in decision.reasons[0]
    assert decision.reasons[1].startswith("Here the release differs")


def test_an_endpoint_of_little_traffic_says_so_first():
    coverage = dataclasses.replace(WEEK, collapsed={"GET /x": ("One value.",)})
    decision = decide_endpoints(
        [make_score(body=(pattern(499),))], dataclasses.replace(POLICY, minimum_days=9), coverage
    )
    assert [reason.split(":")[0] for reason in decision["GET /x"].reasons] == [
        "Too little traffic to be judged alone",
        "Traffic was seen on 7 dates (UTC); the policy asks for 9.",
        "One value.",
        "Here the evidence is not enough yet",
    ]
    assert "499 effective pairs." in decision["GET /x"].reasons[0]


def just_enough(score, *, promote=0.0, block=-9.0):
    """The same score with evidence that just reaches the threshold, or does not quite."""
    whole_days = LOG_20 + block - LOG_HALF
    assert whole_days + LOG_HALF == LOG_20 + block
    only = dataclasses.replace(score.response, log_es=(LOG_20 + promote, whole_days))
    return dataclasses.replace(score, dimensions=(only,))


def test_evidence_that_just_reaches_the_threshold_is_enough():
    promoting = just_enough(make_score(body=CLEAN))
    decisions = decide_endpoints([promoting], POLICY, WEEK)
    assert decisions["GET /x"].verdict is Verdict.PROMOTE
    fleet = dataclasses.replace(promoting, endpoint=FLEET)
    assert decide_fleet(fleet, [promoting], decisions, POLICY, WEEK).verdict is Verdict.PROMOTE
    blocking = just_enough(make_score(body=CLEAN), block=0.0)
    assert decide_endpoints([blocking], POLICY, WEEK)["GET /x"].verdict is Verdict.BLOCK
    fleet = dataclasses.replace(blocking, endpoint=FLEET)
    assert decide_fleet(fleet, [], {}, POLICY, WEEK).verdict is Verdict.BLOCK


def test_a_launch_without_traffic_is_promoted_nowhere():
    nothing = make_score(endpoint=FLEET, body=())
    said = decide_fleet(nothing, [], {}, POLICY, WEEK).reasons
    assert "Promoted endpoints carry 0 % of the traffic; 95.0 % are wanted." in said


def test_a_forecast_counts_parts_of_a_day():
    half = dataclasses.replace(SEEN, hours=36)
    (expected,) = (
        each.expected for each in decide_endpoints([make_score(body=(pattern(2000),))], POLICY, half).values()
    )
    assert expected - SEEN.until == pytest.approx(dt.timedelta(days=4.088 * 0.75), abs=dt.timedelta(minutes=5))
