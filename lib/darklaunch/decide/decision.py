"""decide: promote, hold or block, with reasons; the policy alone knows thresholds."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from darklaunch.capture.endpoint import group_name
from darklaunch.decide import reasons
from darklaunch.decide.guards import endpoint_guards, is_judged_alone, unmet
from darklaunch.decide.policy import HOURS_OF_DAY, Decision, Policy, Verdict
from darklaunch.evidence.coverage import Coverage
from darklaunch.score.endpoint_score import Score
from darklaunch.stats import e_bh, log_threshold
from darklaunch.text.numbers import count, percent


def decide(scores: Sequence[Score], policy: Policy, coverage: Coverage) -> dict[str, Decision]:
    """Decides every endpoint.

    Across the endpoints, e-BH keeps the share of wrong verdicts at or under ``alpha``. Which endpoints it judges is
    chosen on traffic alone: all of them for block, those with enough traffic to be promoted at all for promote.
    """
    enough = [score for score in scores if is_judged_alone(score)]
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
    lacking, expected = [*unmet(policy, coverage), *endpoint_guards(fleet, policy)], None
    if fleet.log_e_promote < log_threshold(policy.alpha):
        said, expected = _not_enough(fleet, "Over all endpoints", coverage)
        lacking.append(said)
    lacking += _not_promoted(fleet, scores, decisions, policy)
    if lacking:
        return Decision(verdict=Verdict.HOLD, reasons=tuple(lacking), expected=expected)
    return Decision(verdict=Verdict.PROMOTE, reasons=(reasons.good(fleet, "Over all endpoints"),))


def _not_promoted(
    fleet: Score, scores: Sequence[Score], decisions: Mapping[str, Decision], policy: Policy
) -> Iterator[str]:
    promoted = {endpoint for endpoint, decision in decisions.items() if decision.verdict is Verdict.PROMOTE}
    tiny = {score.endpoint for score in scores if not is_judged_alone(score)}
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


def _endpoint(score: Score, policy: Policy, coverage: Coverage, *, may_promote: bool, must_block: bool) -> Decision:
    threshold = log_threshold(policy.alpha)
    if score.log_e_block >= threshold:
        reason = reasons.regression(score, "Here")
        if must_block:
            return Decision(verdict=Verdict.BLOCK, reasons=(reason,))
        unsure = "A probable regression, not yet sure among so many endpoints."
        return Decision(verdict=Verdict.HOLD, reasons=(unsure, reason))
    lacking, expected = endpoint_guards(score, policy), None
    if not is_judged_alone(score):
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
