"""Guards: the conditions of a promotion that are no evidence, each as a sentence where it is unmet."""

from collections.abc import Iterator
from typing import Final

from darklaunch.decide import reasons
from darklaunch.decide.policy import Policy
from darklaunch.evidence.coverage import Coverage
from darklaunch.score.endpoint_score import EndpointScore
from darklaunch.score.rest_group import REST_TRAFFIC
from darklaunch.stats import log_threshold
from darklaunch.text.numbers import rate

_NAMED: Final = 5
"""Hours that a sentence names."""

FEW_UNITS: Final = 10
"""From so many units on, a block needs no second hour."""

MINIMUM_TRAFFIC: Final = 0.5
"""Effective pairs times the tolerated excess from which an endpoint is judged alone.

Chosen, not derived: it is a seventh of the 3.66 that clean traffic needs to promote at an alpha of 0.05, so that e-BH
does not have to allow for endpoints that could not be promoted anyway.
"""


def unmet_launch_guards(policy: Policy, coverage: Coverage) -> list[str]:
    """Unmet guards of the launch as a whole, in sentences."""
    unmet = []
    if policy.require_all_hours and coverage.missing_hours_of_day:
        hours = ", ".join(f"{hour:02d}" for hour in coverage.missing_hours_of_day)
        unmet.append(f"No traffic yet in these hours of the day (UTC): {hours}.")
    if coverage.panel is not None and coverage.panel.is_fixed:
        unmet.append(
            f"{rate(coverage.panel.returning)} of the sampled users or sessions had been sampled on an earlier day: "
            "the evidence is about them alone. Let the sampler take others every day."
        )
    if not policy.allow_lost_files:
        unmet += _lost(coverage)
    return unmet


def _lost(coverage: Coverage) -> Iterator[str]:
    """Files and hours of which nobody knows what they held."""
    if coverage.lost_files:
        first = coverage.lost_files[0]
        more = f" and {len(coverage.lost_files) - 1:,} more" if len(coverage.lost_files) > 1 else ""
        yield (
            f"Files of the capture log could not be read, and what they held was not seen: {first}{more}. Mend them "
            "and run their hours again, or set policy.allow_lost_files."
        )
    if coverage.empty_hours:
        named = ", ".join(f"{hour:%Y-%m-%dT%H}" for hour in coverage.empty_hours[:_NAMED])
        more = f" and {len(coverage.empty_hours) - _NAMED:,} more" if len(coverage.empty_hours) > _NAMED else ""
        yield (
            f"No row of any arm in these hours (UTC), although there is traffic around them: {named}{more}. Find what "
            "was lost, or set policy.allow_lost_files."
        )


def is_judged_alone(score: EndpointScore) -> bool:
    """Whether an endpoint has enough traffic for a verdict of its own."""
    return score.effective_pairs * score.tolerated_excess >= MINIMUM_TRAFFIC


def stands_with_rest(score: EndpointScore, policy: Policy) -> bool:
    """Whether an endpoint of the rest group has too little traffic of its own, and nothing that speaks against it."""
    small = score.effective_pairs * score.tolerated_excess < REST_TRAFFIC
    worse = score.response.excess is not None and score.response.excess > score.tolerated_excess
    return small and not worse and score.log_e_late < log_threshold(policy.alpha)


def may_block(score: EndpointScore, coverage: Coverage) -> bool:
    """Whether enough was seen for a block: ten units, or two from different hours. One event is no regression yet."""
    return score.units >= FEW_UNITS or (score.units > 1 and coverage.at(score.endpoint).hours > 1)


def unmet_endpoint_guards(score: EndpointScore, policy: Policy, coverage: Coverage) -> list[str]:
    """Unmet guards of one endpoint, or of the fleet, in sentences."""
    unmet = []
    if score.log_e_late >= log_threshold(policy.alpha):
        unmet.append(reasons.worse_since(score))
    dates = coverage.at(score.endpoint).dates
    if dates < policy.minimum_days:
        days = "1 date" if dates == 1 else f"{dates} dates"
        unmet.append(f"Traffic was seen on {days} (UTC); the policy asks for {policy.minimum_days:g}.")
    if not coverage.is_recent(score.endpoint):
        unmet.append("No request of the last 24 hours was judged: nobody knows how the release answers now.")
    unmet += _unseen(score)
    unmet += coverage.collapsed.get(score.endpoint, ())
    if score.noise is not None and score.noise > policy.maximum_noise:
        unmet.append(
            f"Production differs from itself in {rate(score.noise)} of the requests; above "
            f"{rate(policy.maximum_noise)} a regression would be lost in it. Declare rules for what is volatile."
        )
    excess, of_sessions = score.request_excess, score.response.excess
    # where the mean over sessions is above the limit too, the evidence says so by itself
    if excess is not None and excess > score.tolerated_excess >= (of_sessions or 0.0):
        largest = coverage.at(score.endpoint).largest_share
        unmet.append(
            f"{rate(excess)} of all requests differ, though only {rate(of_sessions or 0.0)} of a session's; "
            f"{rate(score.tolerated_excess)} are tolerated of both. The largest session that differs in each hour "
            f"makes {rate(largest)} of the traffic."
        )
    return unmet


def _unseen(score: EndpointScore) -> Iterator[str]:
    least = score.least_completeness
    if score.completeness is not None and score.completeness < least:
        yield (
            f"{rate(score.completeness)} of the requests that production answered could be compared; "
            f"{rate(least)} are wanted, and until then what was not seen counts against it."
        )
    if score.production_missing > 1.0 - least:
        yield (
            f"{rate(score.production_missing)} of the shadow's rows have no row of production: what it answered was "
            f"not recorded, or was lost; at most {rate(1.0 - least)} may be so."
        )
