"""decide: promote, hold or block, with reasons; the policy alone knows thresholds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from darklaunch.core import reasons
from darklaunch.core.panel import Panel
from darklaunch.core.score import Score
from darklaunch.core.words import count, percent
from darklaunch.stats import e_bh, log_threshold

HOURS_OF_DAY = 24

MINIMUM_TRAFFIC = 0.5
"""Effective pairs times the tolerated excess from which an endpoint is judged alone (statistics.md, section 4)."""


class Verdict(str, Enum):
    """What follows for one endpoint, or for the fleet."""

    PROMOTE = "promote"
    HOLD = "hold"
    BLOCK = "block"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a team asks for before it promotes."""

    alpha: float
    minimum_days: float
    require_all_hours: bool
    minimum_completeness: float
    maximum_noise: float
    promoted_traffic_share: float
    critical_endpoints: tuple[str, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The time that a launch has been watched.

    Attributes:
        hours: distinct hours with evidence.
        missing_hours_of_day: hours of the day (UTC) without any.
        until: the end of the last hour; None: there is none.
        panel: how many sampled units come back from day to day; None: too little was sampled to tell.
    """

    hours: int
    missing_hours_of_day: tuple[int, ...]
    until: datetime | None = None
    panel: Panel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A verdict and, in sentences, why; ``expected``, when the evidence to promote is to be expected."""

    verdict: Verdict
    reasons: tuple[str, ...]
    expected: datetime | None = None


def decide(scores: Sequence[Score], policy: Policy, coverage: Coverage) -> dict[str, Decision]:
    """Decides every endpoint.

    Across the endpoints, e-BH keeps the share of wrong verdicts at or under ``alpha``. Which endpoints it judges is
    chosen on traffic alone: all of them for block, those with enough traffic to be promoted at all for promote.
    """
    enough = [score for score in scores if _judged_alone(score)]
    promoted = e_bh([score.log_e_promote for score in enough], policy.alpha, len(enough)) if enough else ()
    blocked = e_bh([score.log_e_block for score in scores], policy.alpha, len(scores)) if scores else ()
    may_promote = {enough[at].endpoint for at in promoted}
    must_block = {scores[at].endpoint for at in blocked}
    return {
        score.endpoint: _endpoint(
            score, policy, coverage, may_promote=score.endpoint in may_promote, must_block=score.endpoint in must_block
        )
        for score in scores
    }


def decide_fleet(
    fleet: Score, scores: Sequence[Score], decisions: Mapping[str, Decision], policy: Policy, coverage: Coverage
) -> Decision:
    """Decides the launch as a whole.

    Args:
        fleet: the score over all endpoints.
        scores: of the endpoints, without groups.
        decisions: on the endpoints, and on groups by ``group_name``.
        policy: what a team asks for.
        coverage: the time that was watched.
    """
    blocked = [endpoint for endpoint, decision in decisions.items() if decision.verdict is Verdict.BLOCK]
    if blocked:
        named = ", ".join(blocked[:5]) + (f" and {len(blocked) - 5} more" if len(blocked) > 5 else "")  # noqa: PLR2004
        reason = f"{len(blocked)} of {len(scores)} endpoints {'is' if len(blocked) == 1 else 'are'} blocked: {named}."
        return Decision(verdict=Verdict.BLOCK, reasons=(reason,))
    if fleet.log_e_block >= log_threshold(policy.alpha):
        return Decision(verdict=Verdict.BLOCK, reasons=(reasons.regression(fleet, "Over all endpoints"),))
    lacking, expected = [*unmet(policy, coverage), *_endpoint_guards(fleet, policy)], None
    if fleet.log_e_promote < log_threshold(policy.alpha):
        said, expected = _not_enough(fleet, "Over all endpoints", coverage)
        lacking.append(said)
    lacking += _not_promoted(fleet, scores, decisions, policy)
    if lacking:
        return Decision(verdict=Verdict.HOLD, reasons=tuple(lacking), expected=expected)
    return Decision(verdict=Verdict.PROMOTE, reasons=(reasons.good(fleet, "Over all endpoints"),))


def group_name(group: str) -> str:
    """What a group of endpoints is called among them."""
    return f"group {group}"


def _not_promoted(
    fleet: Score, scores: Sequence[Score], decisions: Mapping[str, Decision], policy: Policy
) -> Iterator[str]:
    promoted = {endpoint for endpoint, decision in decisions.items() if decision.verdict is Verdict.PROMOTE}
    tiny = {score.endpoint for score in scores if not _judged_alone(score)}
    for group, members in policy.groups.items():
        # an average over the group says nothing of a member that can be judged by itself
        promoted |= set(members) & tiny if group_name(group) in promoted else set()
    share = sum(s.pairs for s in scores if s.endpoint in promoted) / fleet.pairs if fleet.pairs else 0.0
    if share < policy.promoted_traffic_share:
        wanted = percent(policy.promoted_traffic_share)
        yield f"Promoted endpoints carry {percent(share)} of the compared traffic; {wanted} are wanted."
    absent = [endpoint for endpoint in policy.critical_endpoints if endpoint not in promoted]
    if absent:
        yield f"Not every critical endpoint is promoted: {', '.join(absent)}."


def unmet(policy: Policy, coverage: Coverage) -> list[str]:
    """What the time watched still lacks, in sentences."""
    found = []
    days = coverage.hours / HOURS_OF_DAY
    if days < policy.minimum_days:
        found.append(f"The launch was watched for {days:.1f} days; the policy asks for {policy.minimum_days:g}.")
    if policy.require_all_hours and coverage.missing_hours_of_day:
        hours = ", ".join(f"{hour:02d}" for hour in coverage.missing_hours_of_day)
        found.append(f"No traffic yet in these hours of the day (UTC): {hours}.")
    if coverage.panel is not None and coverage.panel.is_fixed:
        found.append(
            f"{percent(coverage.panel.returning)} of the sampled users or sessions had been sampled on an earlier day: "
            "the evidence is about them alone. Let the sampler take others every day."
        )
    return found


def _judged_alone(score: Score) -> bool:
    return score.effective_pairs * score.tolerated_excess >= MINIMUM_TRAFFIC


def _endpoint(score: Score, policy: Policy, coverage: Coverage, *, may_promote: bool, must_block: bool) -> Decision:
    threshold = log_threshold(policy.alpha)
    if score.log_e_block >= threshold:
        reason = reasons.regression(score, "Here")
        if must_block:
            return Decision(verdict=Verdict.BLOCK, reasons=(reason,))
        unsure = "A probable regression, not yet sure among so many endpoints."
        return Decision(verdict=Verdict.HOLD, reasons=(unsure, reason))
    lacking, expected = _endpoint_guards(score, policy), None
    if not _judged_alone(score):
        lacking.insert(0, f"Too little traffic to be judged alone: {count(score.effective_pairs)} effective pairs.")
    if score.limiting.log_e_promote < threshold:
        said, expected = _not_enough(score, "Here", coverage)
        lacking.append(said)
    elif score.log_e_promote < threshold:
        lacking.append(reasons.burst(score))
    elif not may_promote:
        lacking.append("Enough evidence alone, not yet among so many endpoints: clean traffic will settle it.")
    lacking += unmet(policy, coverage)
    if lacking:
        return Decision(verdict=Verdict.HOLD, reasons=tuple(lacking), expected=expected)
    return Decision(verdict=Verdict.PROMOTE, reasons=(reasons.good(score, "Here"),))


def _not_enough(score: Score, where: str, coverage: Coverage) -> tuple[str, datetime | None]:
    """What is missing, and when it is to be expected."""
    needed = score.limiting.expected_needed
    moment = reasons.forecast(score, needed, days=coverage.hours / HOURS_OF_DAY, until=coverage.until)
    return reasons.not_enough(score, where, needed, moment), moment


def _endpoint_guards(score: Score, policy: Policy) -> list[str]:
    found = []
    if score.completeness is not None and score.completeness < policy.minimum_completeness:
        found.append(
            f"The shadow answered {percent(score.completeness)} of the requests; "
            f"{percent(policy.minimum_completeness)} are wanted, and until then what it left out counts against it."
        )
    if score.noise is not None and score.noise > policy.maximum_noise:
        found.append(
            f"Production differs from itself in {percent(score.noise)} of the requests; above "
            f"{percent(policy.maximum_noise)} a regression would be lost in it. Declare rules for what is volatile."
        )
    return found
