"""The scores of a launch: every endpoint, every group and the fleet at one look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from darklaunch.evidence.dimension import Dimension
from darklaunch.evidence.launch_evidence import LaunchEvidence
from darklaunch.garbage import no_cycle_search
from darklaunch.score.dimension_score import Scoring
from darklaunch.score.endpoint_score import EndpointScore, score_endpoint
from darklaunch.score.judged_dimensions import JudgedDimensions
from darklaunch.score.precompute import precompute


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringPlan:
    """The settings of scoring.

    Attributes:
        scoring: what every score depends on besides evidence.
        tolerated_excess: the excess mismatch rate that is tolerated, a fraction.
        tolerated_excess_of: the same of single endpoints, where it differs.
        latency_ratios: by rung that is judged, how many times production's quantile the shadow may take.
        groups: endpoints by the name of their group.
        rest_group: whether the other endpoints of little traffic are judged together.
    """

    scoring: Scoring
    tolerated_excess: float
    tolerated_excess_of: Mapping[str, float]
    latency_ratios: Mapping[Dimension, float]
    groups: Mapping[str, tuple[str, ...]]
    rest_group: bool

    @property
    def alpha(self) -> float:
        """The chance of a wrong claim that is accepted, for each side."""
        return self.scoring.alpha

    def of(self, number: int) -> "ScoringPlan":
        """The same for so many sets of rules that have been tried on the same releases."""
        return replace(self, scoring=replace(self.scoring, number=number))

    def tolerated_excess_at(self, endpoint: str) -> float:
        """The tolerated excess of an endpoint: its own, or else that of all."""
        return self.tolerated_excess_of.get(endpoint, self.tolerated_excess)


def score_launch(
    endpoints: Sequence[str], evidence: LaunchEvidence, judged: JudgedDimensions, plan: ScoringPlan
) -> list[EndpointScore]:
    """Scores endpoints, groups and the fleet at once.

    Args:
        endpoints: names; one without evidence gets the score of nothing.
        evidence: of the launch.
        judged: the dimensions that each is scored on.
        plan: what is tolerated, and how sure a claim must be.

    Returns:
        The scores in the order of ``endpoints``.
    """
    with no_cycle_search():
        scores = [
            score_endpoint(
                name,
                evidence.evidence.get(name, {}),
                plan.tolerated_excess_at(name),
                plan.scoring,
                judged.at(name, evidence.evidence.get(name, {}).keys()),
                whole_days=evidence.whole_days.get(name, {}),
                promoting=None if evidence.promoting is None else evidence.promoting.get(name, {}),
            )
            for name in endpoints
        ]
        return precompute(scores, evidence.by_hour, stretch=plan.scoring.tolerated_stretch)
