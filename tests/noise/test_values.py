"""Values of learned noise: as rules, as JSON, and as they were at an earlier look."""

import dataclasses
import datetime as dt

import pytest

from darklaunch.diff.difference import Kind
from darklaunch.diff.rules.actions import Learned
from darklaunch.diff.rules.array_actions import Unordered
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.diff.values.character_class import MAXIMUM_INSPECTED
from darklaunch.diff.values.json_text import Constant
from darklaunch.diff.values.shape_inference import infer_shape
from darklaunch.errors import UsageError
from darklaunch.noise.candidate import VolatilePath
from darklaunch.noise.counts import NoiseCounts, PathCount
from darklaunch.noise.learned import FrozenNoise, LearningProgress
from darklaunch.noise.learning import LaunchNoise, NoiseState, learn_noise, read_noise
from darklaunch.noise.proposal import RARE, NoisePlan
from darklaunch.noise.shown_value import value_of
from darklaunch.noise.store import freeze
from darklaunch.storage.state import read_state
from darklaunch.window import HOUR, Window

START = dt.datetime(2026, 3, 2, tzinfo=dt.timezone.utc)
SHAPE = infer_shape(["9f86d081", "884c7d65"])
TOKEN = VolatilePath(
    endpoint="GET /x", path="$.body.t", kind=Kind.VALUE_CHANGED, aa_pairs=1000, aa_differs=900, aa_low=0.8,
    aa_high=0.95, shadow_differs=910, shape=SHAPE,
)  # fmt: skip
ORDER = dataclasses.replace(TOKEN, path="$.body.list", kind=Kind.REORDERED, shape=None)
REFUSED = dataclasses.replace(TOKEN, kind=Kind.MISSING, shape=None, refused="It comes and goes.")
PLAN = NoisePlan(learn=True, learning_hours=2, tolerated_excess=0.002, tolerated_excess_of={"GET /x": 0.1})
COUNTS = NoiseCounts(
    pairs={"GET /x": 1000},
    paths={("GET /x", "$.body.t", Kind.VALUE_CHANGED): PathCount(aa_differs=900, shadow_differs=900, shape=SHAPE)},
)


def window(first, hours=1):
    return Window(start=START + first * HOUR, end=START + (first + hours) * HOUR)


def frozen(*windows):
    return FrozenNoise(
        launch_name="checkout", rules_digest="abc", hours_wanted=2, windows=windows, learned=(TOKEN, ORDER),
        refused=(REFUSED,), refused_beyond=3, lost_hours=4,
    )  # fmt: skip


@pytest.mark.parametrize("noise", [TOKEN, ORDER, REFUSED])
def test_a_volatile_path_comes_back_from_json_as_it_was(noise):
    assert VolatilePath.from_dict(noise.as_dict()) == noise


def test_what_was_learned_is_a_rule_and_what_was_refused_is_none():
    assert TOKEN.rule().action == Learned(shape=SHAPE)
    assert ORDER.rule().action == Unordered()
    assert ORDER.shape_words == "elements in any order"
    assert TOKEN.shape_words == SHAPE.description()
    with pytest.raises(ValueError, match=r"was refused: It comes and goes\.; only proposals are rules"):
        REFUSED.rule()


@pytest.mark.parametrize("counts", [(-1, 0), (0, -1)])
def test_fewer_requests_than_none_do_not_differ(counts):
    with pytest.raises(ValueError, match="requests; a count is at least 0"):
        PathCount(aa_differs=counts[0], shadow_differs=counts[1])


def test_frozen_noise_comes_back_from_json_and_is_told_as_a_look_saw_it():
    noise = frozen(window(0), window(1))
    assert FrozenNoise.from_dict(noise.as_dict()) == noise
    assert [rule.path for rule in noise.rules] == ["$.body.t", "$.body.list"]
    done, early = noise.report(until=START + 2 * HOUR), noise.report(until=START + HOUR)
    assert (done.learning, early.learning) == (None, LearningProgress(hours_seen=1, hours_wanted=2))
    assert (done.baseline, done.learned, done.refused, done.refused_beyond, done.lost_hours) == (
        True, (TOKEN, ORDER), (REFUSED,), 3, 4,
    )  # fmt: skip


def learned(state, counted=COUNTS, *, plan=PLAN, at=1):
    return learn_noise(state, counted, plan, RuleSet(), name="checkout", window=window(at))


def test_nothing_is_learned_before_all_hours_were_seen():
    noise = learned(NoiseState(frozen=None, counts={}))
    assert noise.report.learning == LearningProgress(hours_seen=1, hours_wanted=2)
    assert (noise.to_freeze, noise.rules.rules, noise.counted) == (None, (), COUNTS)
    again = learned(
        NoiseState(frozen=None, counts={window(7): COUNTS}), plan=dataclasses.replace(PLAN, learning_hours=9)
    )
    assert again.report.learning.hours_seen == 1


def test_once_all_hours_were_seen_rules_are_learned_and_frozen():
    noise = learned(NoiseState(frozen=None, counts={window(0): COUNTS}))
    assert [path.path for path in noise.to_freeze.learned] == ["$.body.t"]
    assert noise.to_freeze.windows == (window(0), window(1))
    assert noise.report.learning is None
    assert noise.rules.watches
    assert not RuleSet().watches
    under = learned(NoiseState(frozen=noise.to_freeze, counts={}), None)
    assert (under.rules.digest, under.to_freeze, under.counted) == (noise.rules.digest, None, None)


@pytest.mark.parametrize(("plan", "counted"), [(dataclasses.replace(PLAN, learn=False), COUNTS), (PLAN, None)])
def test_without_a_baseline_or_the_wish_nothing_is_learned(plan, counted):
    noise = learned(NoiseState(frozen=None, counts={}), counted, plan=plan)
    assert (noise.report.baseline, noise.report.learning, noise.to_freeze) == (False, None, None)
    assert noise.seen_with(baseline=True).report.baseline


def test_a_window_takes_the_place_of_those_that_share_an_hour_with_it():
    state = NoiseState(frozen=None, counts={window(0, 2): COUNTS, window(4): COUNTS})
    assert list(state.with_window(window(1), COUNTS).counts) == [window(1), window(4)]
    assert list(state.with_window(window(2), COUNTS).counts) == [window(0, 2), window(2), window(4)]
    assert isinstance(learned(state), LaunchNoise)


def test_no_rule_is_learned_for_what_is_half_as_rare_as_is_tolerated():
    assert (PLAN.least_rate("GET /x"), PLAN.least_rate("GET /y")) == (0.05, RARE)


@pytest.mark.parametrize(
    ("shown", "value"),
    [
        ('"abc"', "abc"),
        ("{2 members}", {}),
        ('"ab\\u00…', "a" + "b" * (MAXIMUM_INSPECTED - 1)),
        ('"ab…', "a" + "b" * (MAXIMUM_INSPECTED - 1)),
        ("1234…", Constant("a number of many digits")),
    ],
)
def test_a_value_that_was_cut_is_as_long_as_one_is_looked_at(shown, value):
    assert value_of(shown) == value


@pytest.mark.parametrize("shown", ['"…', '"no "JSON" at all…'])
def test_a_text_of_which_nothing_can_be_read_is_filled(shown):
    assert value_of(shown) == "_" * MAXIMUM_INSPECTED


def test_a_launch_that_learned_rules_can_not_be_told_to_learn_none(tmp_path):
    state = freeze(read_state(tmp_path), frozen(window(0), window(1)))
    unwilling = dataclasses.replace(PLAN, learn=False)
    assert read_noise(state, PLAN) == NoiseState(frozen=frozen(window(0), window(1)), counts={})
    assert read_noise(read_state(tmp_path), unwilling) == NoiseState(frozen=None, counts={})
    with pytest.raises(UsageError, match=r"noise\.learn: found false, .*state/noise.*; set it true"):
        read_noise(state, unwilling)
