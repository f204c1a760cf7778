"""Guards: the conditions of a promotion that are no evidence, each as a sentence where it is unmet."""

from typing import Final

from darklaunch.decide.policy import Policy
from darklaunch.evidence.coverage import Coverage
from darklaunch.score.endpoint_score import EndpointScore
from darklaunch.text.numbers import rate

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
    return unmet


def is_judged_alone(score: EndpointScore) -> bool:
    """Whether an endpoint has enough traffic for a verdict of its own."""
    return score.effective_pairs * score.tolerated_excess >= MINIMUM_TRAFFIC


def may_block(score: EndpointScore, coverage: Coverage) -> bool:
    """Whether enough was seen for a block: ten units, or two from different hours. One event is no regression yet."""
    return score.units >= FEW_UNITS or (score.units > 1 and coverage.at(score.endpoint).hours > 1)


def unmet_endpoint_guards(score: EndpointScore, policy: Policy, coverage: Coverage) -> list[str]:
    """Unmet guards of one endpoint, or of the fleet, in sentences."""
    unmet = []
    dates = coverage.at(score.endpoint).dates
    if dates < policy.minimum_days:
        days = "1 date" if dates == 1 else f"{dates} dates"
        unmet.append(f"Traffic was seen on {days} (UTC); the policy asks for {policy.minimum_days:g}.")
    if score.completeness is not None and score.completeness < policy.minimum_completeness:
        unmet.append(
            f"{rate(score.completeness)} of the requests that production answered could be compared; "
            f"{rate(policy.minimum_completeness)} are wanted, and until then what was not seen counts against it."
        )
    if score.noise is not None and score.noise > policy.maximum_noise:
        unmet.append(
            f"Production differs from itself in {rate(score.noise)} of the requests; above "
            f"{rate(policy.maximum_noise)} a regression would be lost in it. Declare rules for what is volatile."
        )
    return unmet
