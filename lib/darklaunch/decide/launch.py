"""The decisions of one look: on the fleet, on every endpoint and on every group."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from darklaunch.capture.endpoint import FLEET, group_name
from darklaunch.decide.decision import decide_endpoints, decide_fleet
from darklaunch.decide.policy import Policy
from darklaunch.decide.standing import Standing
from darklaunch.decide.verdict import Decision
from darklaunch.evidence.coverage import Coverage
from darklaunch.noise.learned import LearningProgress
from darklaunch.score.endpoint_score import EndpointScore

Decided: TypeAlias = tuple[EndpointScore, Decision]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchDecision:
    """Scores with what was decided on them."""

    fleet: Decided
    endpoints: tuple[Decided, ...]
    groups: tuple[Decided, ...]


def decide_launch(
    scores: Sequence[EndpointScore],
    policy: Policy,
    coverage: Coverage,
    learning: LearningProgress | None,
    standing: Standing,
) -> LaunchDecision:
    """Decides a launch.

    Args:
        scores: of the fleet, the endpoints and the groups.
        policy: the requirements of a promotion.
        coverage: the time that was watched.
        learning: how far the launch has come in learning its noise, which holds it; None: it is done, or does not.
        standing: among the launches of the same releases.
    """
    by_name = {score.endpoint: score for score in scores}
    fleet = by_name.pop(FLEET)
    decisions = decide_endpoints(list(by_name.values()), policy, coverage)
    groups = [by_name.pop(name) for name in map(group_name, policy.groups) if name in by_name]
    overall = decide_fleet(fleet, list(by_name.values()), decisions, policy, coverage)

    def decided(score: EndpointScore) -> Decided:
        return score, decisions[score.endpoint].while_learning(learning)

    said = overall.while_learning(learning)
    return LaunchDecision(
        fleet=(fleet, replace(said, reasons=(*said.reasons, *standing.notes()))),
        endpoints=tuple(decided(score) for score in by_name.values()),
        groups=tuple(decided(score) for score in groups),
    )
