"""decide: promote, hold or block, with reasons; the policy alone knows thresholds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from darklaunch.core.score import Score
from darklaunch.core.words import count, percent
from darklaunch.stats import e_bh, log_threshold

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The time that a launch has been watched.

    Attributes:
        hours: distinct hours with evidence.
        missing_hours_of_day: hours of the day (UTC) without any.
    """

    hours: int
    missing_hours_of_day: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A verdict and, in sentences, why."""

    verdict: Verdict
    reasons: tuple[str, ...]


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
    guards = unmet(policy, coverage)
    return {
        score.endpoint: _endpoint(
            score, policy, guards, may_promote=score.endpoint in may_promote, must_block=score.endpoint in must_block
        )
        for score in scores
    }


def decide_fleet(
    fleet: Score, scores: Sequence[Score], decisions: Mapping[str, Decision], policy: Policy, coverage: Coverage
) -> Decision:
    """Decides the launch as a whole."""
    blocked = [endpoint for endpoint, decision in decisions.items() if decision.verdict is Verdict.BLOCK]
    if blocked:
        named = ", ".join(blocked[:5]) + (f" and {len(blocked) - 5} more" if len(blocked) > 5 else "")  # noqa: PLR2004
        reason = f"{len(blocked)} of {len(scores)} endpoints {'is' if len(blocked) == 1 else 'are'} blocked: {named}."
        return Decision(verdict=Verdict.BLOCK, reasons=(reason,))
    if fleet.log_e_block >= log_threshold(policy.alpha):
        return Decision(verdict=Verdict.BLOCK, reasons=(_regression(fleet, "Over all endpoints"),))
    reasons = [*unmet(policy, coverage), *_endpoint_guards(fleet, policy)]
    if fleet.log_e_promote < log_threshold(policy.alpha):
        reasons.append(_not_enough(fleet, "Over all endpoints"))
    promoted = {endpoint for endpoint, decision in decisions.items() if decision.verdict is Verdict.PROMOTE}
    share = sum(s.pairs for s in scores if s.endpoint in promoted) / fleet.pairs if fleet.pairs else 0.0
    if share < policy.promoted_traffic_share:
        wanted = percent(policy.promoted_traffic_share)
        reasons.append(f"Promoted endpoints carry {percent(share)} of the compared traffic; {wanted} are wanted.")
    absent = [endpoint for endpoint in policy.critical_endpoints if endpoint not in promoted]
    if absent:
        reasons.append(f"Not every critical endpoint is promoted: {', '.join(absent)}.")
    if reasons:
        return Decision(verdict=Verdict.HOLD, reasons=tuple(reasons))
    return Decision(verdict=Verdict.PROMOTE, reasons=(_good(fleet, "Over all endpoints"),))


def unmet(policy: Policy, coverage: Coverage) -> list[str]:
    """What the time watched still lacks, in sentences."""
    found = []
    days = coverage.hours / 24
    if days < policy.minimum_days:
        found.append(f"The launch was watched for {days:.1f} days; the policy asks for {policy.minimum_days:g}.")
    if policy.require_all_hours and coverage.missing_hours_of_day:
        hours = ", ".join(f"{hour:02d}" for hour in coverage.missing_hours_of_day)
        found.append(f"No traffic yet in these hours of the day (UTC): {hours}.")
    return found


def _judged_alone(score: Score) -> bool:
    return score.effective_pairs * score.tolerated_excess >= MINIMUM_TRAFFIC


def _endpoint(score: Score, policy: Policy, guards: list[str], *, may_promote: bool, must_block: bool) -> Decision:
    threshold = log_threshold(policy.alpha)
    if score.log_e_block >= threshold:
        reason = _regression(score, "Here")
        if must_block:
            return Decision(verdict=Verdict.BLOCK, reasons=(reason,))
        unsure = "A probable regression, not yet sure among so many endpoints."
        return Decision(verdict=Verdict.HOLD, reasons=(unsure, reason))
    reasons = _endpoint_guards(score, policy)
    if not _judged_alone(score):
        reasons.insert(0, f"Too little traffic to be judged alone: {count(score.effective_pairs)} effective pairs.")
    if score.log_e_promote < threshold:
        reasons.append(_not_enough(score, "Here"))
    elif not may_promote:
        reasons.append("Enough evidence alone, not yet among so many endpoints.")
    if reasons or guards:
        return Decision(verdict=Verdict.HOLD, reasons=(*reasons, *guards))
    return Decision(verdict=Verdict.PROMOTE, reasons=(_good(score, "Here"),))


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


def _regression(score: Score, where: str) -> str:
    return (
        f"{where} the release differs from production in at least {percent(score.excess_low)} of a session's requests, "
        f"noise apart; {percent(score.tolerated_excess)} are tolerated."
    )


def _good(score: Score, where: str) -> str:
    return (
        f"{where} the release differs from production in at most {percent(score.excess_high)} of a session's requests, "
        f"noise apart; {percent(score.tolerated_excess)} are tolerated."
    )


def _not_enough(score: Score, where: str) -> str:
    """What is missing; more evidence can't help while the estimate itself is at the limit."""
    if score.excess is not None and score.excess >= score.tolerated_excess:
        return (
            f"{where} the estimated excess of {percent(score.excess)} is not below the tolerated "
            f"{percent(score.tolerated_excess)}: at this rate the release will not be promoted."
        )
    needed = count(score.pairs_needed) if score.pairs_needed is not None else "an unknown number of"
    return f"{where} the evidence is not enough yet: about {needed} more clean effective pairs are needed."
