"""What is said about the judgement: noise, tolerated excess, and what promoting asks for beside it."""

from typing import Annotated, TypeAlias

from pydantic import Field

from darklaunch.config.frozen import Frozen, FrozenMapping
from darklaunch.config.section import Section
from darklaunch.config.values import DISTINCT, EndpointName, Flag, GroupName, Range, Share
from darklaunch.core.dimension import Dimension


class NoiseSettings(Section):
    """How volatile paths are found.

    Attributes:
        learn: whether rules are learned from the baseline arm, where there is one.
        learning_hours: hours of a launch that are learned from, or its whole first window if that is longer.
    """

    learn: Flag = True
    learning_hours: Annotated[int, Range(at_least=1)] = 24


TolerableExcess = Annotated[float, Range(above=0, below=1)]


class EndpointScoring(Section):
    """What differs for one endpoint.

    Attributes:
        tolerated_excess: as in ``ScoringSettings``.
    """

    tolerated_excess: TolerableExcess


Ratio: TypeAlias = Annotated[float, Range(at_least=1)]
Members: TypeAlias = Annotated[tuple[EndpointName, ...], DISTINCT]


class LatencyRatios(Section):
    """The rungs of the latency ladder.

    Attributes:
        p50: how many times production's median the shadow's may be; None: not judged.
        p95: the same of the 95th percentile.
        p99: the same of the 99th.
    """

    p50: Ratio | None = 1.10
    p95: Ratio | None = 1.15
    p99: Ratio | None = 1.25

    @property
    def by_rung(self) -> dict[Dimension, float]:
        """The ratios of those rungs that are judged."""
        found = {Dimension.LATENCY_P50: self.p50, Dimension.LATENCY_P95: self.p95, Dimension.LATENCY_P99: self.p99}
        return {rung: ratio for rung, ratio in found.items() if ratio is not None}


class ScoringSettings(Section):
    """How much is tolerated, and how sure the verdict must be.

    Attributes:
        tolerated_excess: share of requests that may mismatch beyond the baseline's own mismatches.
        alpha: chance of a wrong promotion, and of a wrong block, that is accepted.
        minimum_sample_rate: a row sampled more rarely stops the run.
        latency_ratios: how much slower the shadow may be.
        endpoints: by endpoint name, what differs there.
        groups: by a name for them, endpoints with too little traffic that are judged together.
    """

    tolerated_excess: TolerableExcess = 0.001
    alpha: Annotated[float, Range(above=0, below=0.5)] = 0.05
    minimum_sample_rate: Annotated[float, Range(above=0, at_most=1)] = 0.01
    latency_ratios: LatencyRatios = Field(default_factory=LatencyRatios)
    endpoints: Frozen[EndpointName, EndpointScoring] = Field(default_factory=FrozenMapping)
    groups: Frozen[GroupName, Members] = Field(default_factory=FrozenMapping)

    def tolerated_excess_at(self, endpoint: str) -> float:
        """The tolerated excess of an endpoint: its own, or else that of all."""
        own = self.endpoints.get(endpoint)
        return self.tolerated_excess if own is None else own.tolerated_excess


class PolicySettings(Section):
    """What promoting asks for beside the confidence.

    Attributes:
        minimum_days: days of evidence.
        require_all_hours: whether every hour of the day must have been seen.
        minimum_completeness: share of production requests whose shadow response came.
        maximum_noise: share of requests on which the baseline differs from production.
        promoted_traffic_share: share of the traffic whose endpoints must be promoted.
        critical_endpoints: endpoints that must be promoted whatever their traffic.
    """

    minimum_days: Annotated[float, Range(at_least=0)] = 7
    require_all_hours: Flag = True
    minimum_completeness: Share = 0.99
    maximum_noise: Share = 0.10
    promoted_traffic_share: Share = 0.95
    critical_endpoints: Annotated[tuple[EndpointName, ...], DISTINCT] = ()
