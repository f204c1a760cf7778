"""Requests as they are joined: which copy is taken, in which order they stand, and what stands beside them."""

import datetime as dt
import itertools

import pyarrow as pa
import pytest

from darklaunch.capture.arm import Arm
from darklaunch.capture.rows import CAPTURE
from darklaunch.capture.selection import Selection
from darklaunch.contract.requests import OTHER_REQUEST
from darklaunch.pair.outcome import Outcome
from darklaunch.pair.requests import NEEDED, OUTCOMES, pair_requests
from darklaunch.pair.units import hashed_units, units_of
from darklaunch.window import Window

START = dt.datetime(2026, 3, 2, 14, tzinfo=dt.timezone.utc)
GAP = dt.timedelta(minutes=10)
SELECTION = Selection(window=Window(start=START, end=START + dt.timedelta(hours=1)), max_pair_gap=GAP)
PLAIN = {"head": pa.string(), "in_window": pa.bool_(), "body_lost": pa.bool_(), OTHER_REQUEST: pa.bool_()}
SCHEMA = pa.schema([(name, PLAIN.get(name) or CAPTURE.field(name).type) for name in NEEDED])
USUAL = {
    "method": "GET",
    "path": "/",
    "endpoint": "GET /",
    "status": 200,
    "head": "",
    "body": b"1",
    "body_truncated": False,
    "latency_ms": 5.0,
    "sample_rate": 1.0,
    "in_window": True,
    "body_lost": False,
    OTHER_REQUEST: False,
}
PRODUCTION, SHADOW, BASELINE = Arm


def row(request_id, at=60.0, **changes):
    return USUAL | {"request_id": request_id, "captured_at": START + dt.timedelta(seconds=at)} | changes


def paired(production=(), shadow=(), baseline=()):
    arms = {PRODUCTION: production, SHADOW: shadow, BASELINE: baseline}
    return pair_requests({arm: pa.Table.from_pylist(list(rows), SCHEMA) for arm, rows in arms.items()}, SELECTION)


def outcomes(requests):
    return dict(zip(requests.request_ids.to_pylist(), [OUTCOMES[code].value for code in requests.outcome], strict=True))


def test_requests_stand_in_the_order_of_productions_rows_and_lone_ones_of_the_shadow_before():
    requests = paired([row("b"), row("a"), row("c")], [row("c"), row("z"), row("a")])
    assert requests.request_ids.to_pylist() == ["z", "b", "a", "c"]
    assert requests.paired.tolist() == [False, False, True, True]
    assert requests.column(PRODUCTION, "request_id").to_pylist() == [None, "b", "a", "c"]
    assert requests.column(SHADOW, "request_id").to_pylist() == ["z", None, "a", "c"]


def test_requests_stand_as_rows_that_are_in_order_do():
    rows = [row(str(n)) for n in (3, 1, 2)]
    assert paired(rows, rows).codes.tolist() == [0, 1, 2]
    assert paired(rows, reversed(rows)).codes.tolist() == [0, 1, 2]


@pytest.mark.parametrize("arms", [{}, {"production": [row("a")]}, {"shadow": [row("a")]}, {"baseline": [row("a")]}])
def test_an_arm_without_a_row_has_nothing_of_a_request(arms):
    requests = paired(**arms)
    wanted = [] if set(arms) <= {"baseline"} else ["a"]
    assert requests.request_ids.to_pylist() == wanted
    for arm in Arm:
        has = wanted if arm.value in arms and wanted else []
        assert requests.column(arm, "request_id").drop_null().to_pylist() == has
        assert requests.counts(arm, "copies").tolist() == [len(has)] * len(wanted)
        assert requests.column(arm, "head").type == pa.string()
        assert requests.column(arm, "in_window").type == pa.bool_()


def copies(*rows):
    return {
        "taken": (taken := paired([row("r")], rows)).column(SHADOW, "body").to_pylist(),
        "copies": taken.counts(SHADOW, "copies").tolist(),
        "conflicting": taken.counts(SHADOW, "conflicting").tolist(),
    }


def test_equal_copies_do_not_conflict_and_the_earliest_is_taken():
    for order in itertools.permutations([row("r", 61), row("r", 60), row("r", 62)]):
        assert copies(*order) == {"taken": [b"1"], "copies": [3], "conflicting": [0]}
        assert paired([row("r")], order).column(SHADOW, "captured_at").to_pylist() == [START + dt.timedelta(seconds=60)]


@pytest.mark.parametrize(
    "other",
    [{"method": "PUT"}, {"path": "/x"}, {"status": 500}, {"head": "a\0b"}, {"body": b"2"}, {"error": "timeout"}],
)
def test_copies_with_another_answer_or_of_another_request_conflict(other):
    assert copies(row("r"), row("r", **other))["conflicting"] == [1]


@pytest.mark.parametrize(
    "other", [{"latency_ms": 6.0}, {"unit_id": "me"}, {"sample_rate": 0.5}, {"endpoint": "GET /y"}]
)
def test_copies_that_say_something_else_of_the_same_answer_do_not_conflict(other):
    changed, same = row("r", **other), row("r")
    one, two = (paired([row("r")], order) for order in ([changed, same], [same, changed]))
    assert one.counts(SHADOW, "conflicting").tolist() == [0]
    (name,) = other
    assert one.column(SHADOW, name).to_pylist() == two.column(SHADOW, name).to_pylist()


def test_copies_are_counted_in_the_window_too():
    requests = paired([row("r"), row("r", -5.0, in_window=False), row("s")], [row("r")])
    assert requests.counts(PRODUCTION, "copies").tolist() == [2, 1]
    assert requests.counts(PRODUCTION, "copies_in_window").tolist() == [1, 1]


def test_a_request_that_came_once_takes_nothing_of_one_that_came_twice():
    requests = paired([row("once", body=b"o"), row("twice", body=b"a"), row("twice", 50.0, body=b"b")], [])
    assert requests.column(PRODUCTION, "body").to_pylist() == [b"o", b"b"]
    assert requests.counts(PRODUCTION, "conflicting").tolist() == [0, 1]


def test_a_baseline_joins_nothing_without_production():
    twice = [row("lone", body=b"x"), row("lone", body=b"y")]
    requests = paired([row("a"), row("b")], [row("a"), row("lone")], [row("b"), row("a"), *twice])
    assert requests.request_ids.to_pylist() == ["lone", "a", "b"]
    assert requests.column(BASELINE, "request_id").to_pylist() == [None, "a", "b"]
    for of in ("copies", "copies_in_window"):
        assert requests.counts(BASELINE, of).tolist() == [0, 1, 1]
    assert requests.counts(BASELINE, "conflicting").tolist() == [0, 0, 0]
    assert requests.arms[BASELINE].copies.sum() == requests.arms[BASELINE].copies_in_window.sum() == 2
    assert not requests.arms[BASELINE].conflicting.any()


@pytest.mark.parametrize(("arm", "gap"), [("shadow", 600), ("baseline", 600), ("shadow", -600), ("baseline", -600)])
def test_rows_of_a_pair_may_be_as_far_apart_as_the_gap(arm, gap):
    def apart(seconds):
        arms = {"shadow": [row("r", 700.0)], "baseline": [row("r", 700.0)]} | {arm: [row("r", 700.0 + seconds)]}
        requests = paired([row("r", 700.0)], **arms)
        return outcomes(requests)["r"], requests.baseline_answers.tolist()

    assert apart(gap) == ("paired", [True])
    beyond = gap + (1e-6 if gap > 0 else -1e-6)
    assert apart(beyond) == (("late", [True]) if arm == "shadow" else ("paired", [False]))


@pytest.mark.parametrize(
    ("production", "shadow", "outcome", "answers"),
    [
        ({}, {}, Outcome.PAIRED, True),
        ({"error": "reset"}, {"error": "timeout"}, Outcome.PRODUCTION_ERROR, False),
        ({}, {"error": "timeout"}, Outcome.SHADOW_ERROR, True),
        ({}, {"error": "dropped"}, Outcome.SHADOW_MISSING, False),
        ({}, {OTHER_REQUEST: True, "error": "timeout"}, Outcome.OTHER_REQUEST, False),
        ({"body_truncated": True}, {}, Outcome.TRUNCATED, False),
        ({}, {"body_truncated": True, "body_lost": True}, Outcome.TRUNCATED, False),
        ({"body_lost": True}, {}, Outcome.BODY_LOST, False),
        ({}, {"body_lost": True}, Outcome.BODY_LOST, False),
        ({"body_truncated": True}, {"error": "timeout"}, Outcome.SHADOW_ERROR, False),
        ({"body_lost": True}, {"error": "timeout"}, Outcome.SHADOW_ERROR, False),
        ({"in_window": False}, {}, Outcome.OTHER_WINDOW, False),
    ],
)
def test_an_outcome_and_whether_the_baseline_is_compared(production, shadow, outcome, answers):
    requests = paired([row("r", **production)], [row("r", **shadow)], [row("r")])
    assert outcomes(requests) == {"r": outcome.value}
    assert requests.baseline_answers.tolist() == [answers]


@pytest.mark.parametrize(
    "baseline", [{"error": "timeout"}, {"body_truncated": True}, {"body_lost": True}, {OTHER_REQUEST: True}]
)
def test_a_baseline_that_can_not_be_read_is_not_compared(baseline):
    assert paired([row("r")], [row("r")], [row("r", **baseline)]).baseline_answers.tolist() == [False]


def test_a_lone_row_of_the_shadow_belongs_to_its_own_window():
    requests = paired([], [row("in"), row("out", 3700.0, in_window=False)])
    assert outcomes(requests) == {"in": "production_missing", "out": "other_window"}


def test_units_are_hashes_of_sessions_or_of_requests_that_name_none():
    requests = paired([row("a", unit_id="me"), row("b"), row("c", unit_id="me")], [row("d", unit_id="you")])
    assert requests.request_ids.to_pylist() == ["d", "a", "b", "c"]
    assert units_of(requests) == hashed_units(pa.array(["you", "me", "b", "me"]))
    assert len(set(units_of(requests).to_pylist())) == 3
    # blake2b of eight bytes, little-endian and signed: files of other days hold them
    assert hashed_units(pa.array(["me"])).to_pylist() == [2582689318031015660]
