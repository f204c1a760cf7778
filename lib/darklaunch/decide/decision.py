"""Decisions on every endpoint and on the launch, from scores, the policy and the time watched."""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from darklaunch.capture.endpoint import group_name, is_group
from darklaunch.decide import reasons
from darklaunch.decide.guards import (
    FEW_UNITS,
    is_judged_alone,
    may_block,
    stands_with_rest,
    unmet_endpoint_guards,
    unmet_launch_guards,
)
from darklaunch.decide.policy import Policy
from darklaunch.decide.verdict import Decision, Verdict
from darklaunch.evidence.coverage import Coverage
from darklaunch.score.endpoint_score import EndpointScore
from darklaunch.score.rest_group import REST
from darklaunch.stats import closed_e_bh, e_bh, log_threshold
from darklaunch.text.numbers import rate, rounded_up
from darklaunch.window import HOURS_OF_DAY

_NAMED: Final = 5
"""Blocked endpoints that the fleet's reason names."""

_UNSURE_OF_MANY: Final = "A probable regression, not yet sure among so many endpoints."
_UNSURE_OF_FEW: Final = (
    "A probable regression, not yet sure after so little traffic: "
    f"a block needs {FEW_UNITS} sessions, or two from different hours."
)


def decide_endpoints(scores: Sequence[EndpointScore], policy: Policy, coverage: Coverage) -> dict[str, Decision]:
    """Decides every endpoint.

    Across the endpoints, e-BH (Wang and Ramdas 2022; closed, to promote) keeps the expected share of wrong verdicts at
    or under ``alpha``.
    Which endpoints it judges is chosen on traffic alone: all of them for block, those with enough traffic to be
    promoted at all for promote. One that fails a guard has no evidence to promote, but is still one of them: left out
    afterwards, the share of wrong promotions among the others would grow.

    Args:
        scores: of the endpoints, and of groups.
        policy: the requirements of a promotion.
        coverage: the time that was watched.

    Returns:
        The decisions by endpoint.
    """
    candidates = [score for score in scores if is_judged_alone(score)]
    unmet = {score.endpoint: unmet_endpoint_guards(score, policy, coverage) for score in scores}
    log_es = [-math.inf if unmet[score.endpoint] else score.log_e_promote for score in candidates]
    promoted = closed_e_bh(log_es, policy.alpha)
    blocked = e_bh([score.log_e_block for score in scores], policy.alpha, len(scores))
    may_promote = {candidates[index].endpoint for index in promoted}
    must_block = {scores[index].endpoint for index in blocked}
    return {
        score.endpoint: _decide_endpoint(
            score,
            policy,
            coverage,
            unmet[score.endpoint],
            may_promote=score.endpoint in may_promote,
            must_block=score.endpoint in must_block,
        )
        for score in scores
    }


def decide_fleet(
    fleet: EndpointScore,
    scores: Sequence[EndpointScore],
    decisions: Mapping[str, Decision],
    policy: Policy,
    coverage: Coverage,
) -> Decision:
    """Decides the launch as a whole.

    Args:
        fleet: the score over all endpoints.
        scores: of the endpoints, without groups.
        decisions: on the endpoints, and on groups by ``group_name``.
        policy: the requirements of a promotion.
        coverage: the time that was watched.
    """
    blocked = [name for name, decision in decisions.items() if decision.verdict is Verdict.BLOCK]
    if blocked:
        return Decision(verdict=Verdict.BLOCK, reasons=tuple(_blocked(blocked, len(scores))))
    if fleet.log_e_block >= log_threshold(policy.alpha) and may_block(fleet, coverage):
        return Decision(verdict=Verdict.BLOCK, reasons=(reasons.regression(fleet, "Over all endpoints"),))
    missing, expected = [*unmet_launch_guards(policy, coverage), *unmet_endpoint_guards(fleet, policy, coverage)], None
    if fleet.log_e_promote < log_threshold(policy.alpha):
        reason, expected = _insufficient_evidence(fleet, "Over all endpoints", coverage)
        missing.append(reason)
    missing += _missing_promotions(fleet, scores, decisions, policy)
    if missing:
        return Decision(verdict=Verdict.HOLD, reasons=tuple(missing), expected=expected)
    return Decision(verdict=Verdict.PROMOTE, reasons=(reasons.promotion(fleet, "Over all endpoints"),))


def _blocked(names: Sequence[str], endpoints: int) -> Iterator[str]:
    alone, groups = ([name for name in names if is_group(name) is group] for group in (False, True))
    if alone:
        beyond = len(alone) - _NAMED
        listed = ", ".join(alone[:_NAMED]) + (f" and {beyond} more" if beyond > 0 else "")
        yield f"{len(alone)} of {endpoints} endpoints {'is' if len(alone) == 1 else 'are'} blocked: {listed}."
    if groups:
        yield f"Blocked on average over its endpoints: {', '.join(groups)}."


def _missing_promotions(
    fleet: EndpointScore, scores: Sequence[EndpointScore], decisions: Mapping[str, Decision], policy: Policy
) -> Iterator[str]:
    promoted = {endpoint for endpoint, decision in decisions.items() if decision.verdict is Verdict.PROMOTE}
    tiny = {score.endpoint for score in scores if not is_judged_alone(score)}
    small = {score.endpoint for score in scores if stands_with_rest(score, policy)}
    for group, members in policy.groups.items():
        # an average over the group says nothing of a member that can be judged by itself
        few = small if group == REST else tiny
        promoted |= set(members) & few if group_name(group) in promoted else set()
    # of what production answered: an endpoint that was never mirrored has traffic too
    share = sum(s.answered for s in scores if s.endpoint in promoted) / fleet.answered if fleet.answered else 0.0
    if share < policy.promoted_traffic_share:
        required = rate(policy.promoted_traffic_share)
        yield f"Promoted endpoints carry {rate(share)} of the traffic; {required} are wanted."
    critical = [endpoint for endpoint in policy.critical_endpoints if endpoint not in promoted]
    if critical:
        yield f"Not every critical endpoint is promoted: {', '.join(critical)}."


def _decide_endpoint(
    score: EndpointScore,
    policy: Policy,
    coverage: Coverage,
    unmet: Sequence[str],
    *,
    may_promote: bool,
    must_block: bool,
) -> Decision:
    threshold, scope = log_threshold(policy.alpha), _scope(score.endpoint, policy)
    if score.log_e_block >= threshold:
        reason = reasons.regression(score, scope)
        if must_block and may_block(score, coverage):
            return Decision(verdict=Verdict.BLOCK, reasons=(reason,))
        unsure = _UNSURE_OF_FEW if must_block else _UNSURE_OF_MANY
        return Decision(verdict=Verdict.HOLD, reasons=(unsure, reason))
    missing, expected = list(unmet), None
    if not is_judged_alone(score):
        missing.insert(
            0, f"Too little traffic to be judged alone: {rounded_up(score.effective_pairs)} effective pairs."
        )
    if score.limiting.log_e_promote < threshold:
        reason, expected = _insufficient_evidence(score, scope, coverage)
        missing.append(reason)
    elif not may_promote:
        missing.append("Enough evidence alone, not yet among so many endpoints: clean traffic will settle it.")
    missing += unmet_launch_guards(policy, coverage)
    if missing:
        return Decision(verdict=Verdict.HOLD, reasons=tuple(missing), expected=expected)
    return Decision(verdict=Verdict.PROMOTE, reasons=(reasons.promotion(score, scope),))


def _scope(name: str, policy: Policy) -> str:
    """What a reason is about: here, or the endpoints of a group."""
    sizes = {group_name(group): len(members) for group, members in policy.groups.items()}
    return f"On average over these {sizes[name]} endpoints" if name in sizes else "Here"


def _insufficient_evidence(score: EndpointScore, scope: str, coverage: Coverage) -> tuple[str, datetime | None]:
    """The evidence still missing in a sentence, and the time at which it is expected."""
    needed = score.limiting.expected_needed
    expected = reasons.forecast(score, needed, days=coverage.hours / HOURS_OF_DAY, until=coverage.until)
    return reasons.insufficient_evidence(score, scope, needed, expected), expected
