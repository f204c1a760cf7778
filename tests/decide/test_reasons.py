"""What a reason says: each dimension in its own words, with its bound and its limit."""

import dataclasses
import datetime as dt

import pytest

from darklaunch.decide import reasons
from darklaunch.evidence.dimension import Dimension
from darklaunch.score.late import WorseSince
from tests.decide.test_decision import CLEAN, make_score
from tests.score.test_endpoint_score import pattern

SATURDAY = dt.datetime(2026, 3, 7, 14, tzinfo=dt.timezone.utc)


@dataclasses.dataclass(frozen=True)
class Since:
    """A stretch as ``Late`` tells it."""

    at_least: float
    log_e: float = 5.0

    @property
    def at_tolerated(self):
        return self

    @property
    def at_stretch(self):
        return self

    def worse_since(self, alpha):
        return WorseSince(hour=SATURDAY, at_least=self.at_least * alpha / 0.05)


def worst_in(dimension, **changes):
    """A score whose one bad dimension is this one."""
    score = make_score(dict.fromkeys((Dimension.BODY, Dimension.STATUS, dimension)), body=CLEAN, status=CLEAN)
    blank = {"log_es": (0.0, -9.0), "bounds": (0.0, 0.5)}
    bad = {"log_es": (-9.0, 9.0), "bounds": (0.013, 0.5)} | changes
    dimensions = tuple(
        dataclasses.replace(each, **(bad if each.dimension is dimension else blank)) for each in score.dimensions
    )
    return dataclasses.replace(score, dimensions=dimensions)


@pytest.mark.parametrize(
    ("dimension", "claim"),
    [
        (
            Dimension.BODY,
            "Here the release differs from production in at least 1.30 % of a session's requests, noise apart; "
            "0.10 % are tolerated.",
        ),
        (
            Dimension.STATUS,
            "Here the release answers with a server error, where production does not, in at least 1.30 % of a "
            "session's requests more than the other way round; 0.10 % are tolerated.",
        ),
        (
            Dimension.LATENCY_P95,
            "Here latency at p95 is beyond its limit: at least 1.30 % more of a session's requests are slow than in "
            "production; none more is tolerated.",
        ),
    ],
)
def test_a_block_names_the_dimension_its_bound_and_its_limit(dimension, claim):
    assert reasons.regression(worst_in(dimension), "Here") == claim


@pytest.mark.parametrize(
    ("dimension", "claim"),
    [
        (
            Dimension.VOLATILE,
            "values at learned paths differ in the shadow alone in at least 7 % of a session's requests; "
            "2.00 % are tolerated.",
        ),
        (
            Dimension.LEVEL_HIGHER,
            "numbers at learned paths are higher than the baseline's in at least 7 % more of a session's requests; "
            "5.00 % are tolerated.",
        ),
        (
            Dimension.LEVEL_LOWER,
            "numbers at learned paths are lower than the baseline's in at least 7 % more of a session's requests; "
            "5.00 % are tolerated.",
        ),
    ],
)
def test_a_block_because_of_learned_paths_says_what_they_show(dimension, claim):
    said = reasons.regression(worst_in(dimension, bounds=(0.07, 0.5)), "Over all endpoints")
    assert said == f"Over all endpoints {claim}".replace("7 %", "7.00 %")


def test_a_block_whose_last_hours_are_better_names_the_bound_of_the_whole_days():
    score = worst_in(Dimension.BODY, bounds=(0.001, 0.5))
    days = dataclasses.replace(
        score.response, whole_days=make_score(body=(pattern(400, 1, k_unpaired=1),)).response.blocking
    )
    score = dataclasses.replace(score, dimensions=(days, *score.dimensions[1:]))
    least = days.whole_days.lower(0.05)
    assert least > 0.9
    assert f"at least {100 * least:.1f} %" in reasons.regression(score, "Here")


def test_a_block_on_a_stretch_says_since_when():
    score = worst_in(Dimension.BODY, late=Since(0.04, log_e=20.0))
    assert reasons.regression(score, "Here") == reasons.worse_since(score)
    # as much evidence on whole days as on the stretch: the days are named
    equal = worst_in(Dimension.BODY, late=Since(0.04, log_e=9.0))
    assert reasons.regression(equal, "Here").startswith("Here the release differs")


@pytest.mark.parametrize(
    ("dimension", "said"),
    [
        (Dimension.BODY, "at least 4.00 % of a session's requests differ; 0.10 % are tolerated."),
        (
            Dimension.STATUS,
            "at least 4.00 % of a session's requests fail with a server error where the reference does not; "
            "0.10 % are tolerated.",
        ),
        (
            Dimension.LATENCY_P50,
            "latency at p50 is beyond its limit in at least 4.00 % of a session's requests; none more is tolerated.",
        ),
        (
            Dimension.VOLATILE,
            "at learned paths, at least 4.00 % of a session's requests differ in the shadow alone; "
            "2.00 % are tolerated.",
        ),
        (
            Dimension.LEVEL_HIGHER,
            "volatile numbers are higher than the baseline's in more than is tolerated more of a session's requests; "
            "5.00 % are tolerated.",
        ),
        (
            Dimension.LEVEL_LOWER,
            "volatile numbers are lower than the baseline's in more than is tolerated more of a session's requests; "
            "5.00 % are tolerated.",
        ),
    ],
)
def test_a_stretch_that_is_worse_is_told_with_its_first_hour(dimension, said):
    score = worst_in(dimension, late=Since(0.04))
    assert reasons.worse_since(score) == f"Worse since Saturday 2026-03-07 14:00 UTC: {said}"


def test_a_stretch_that_may_just_be_as_bad_as_tolerated_names_no_share():
    said = reasons.worse_since(worst_in(Dimension.BODY, late=Since(0.001)))
    assert "more than is tolerated of a session's requests differ" in said


def test_of_two_late_dimensions_that_with_the_most_evidence_by_its_share_is_named():
    score = worst_in(Dimension.STATUS, late=Since(0.04, log_e=5.0))
    # 0.4 * e^4.5 is more than 0.2 * e^5
    body = dataclasses.replace(score.response, late=Since(0.02, log_e=4.5))
    score = dataclasses.replace(score, dimensions=(body, *score.dimensions[1:]))
    assert "at least 2.00 % of a session's requests differ" in reasons.worse_since(score)


def test_nothing_is_said_of_a_stretch_where_none_is_worse():
    with pytest.raises(ValueError, match="GET /x: nothing is worse: ask only where there is evidence of it"):
        reasons.worse_since(make_score(body=CLEAN))
