"""Settings of `scoring`: tolerated excess, error rates and latency ratios."""

from typing import Annotated, TypeAlias

from pydantic import Field

from darklaunch.config.settings.types import (
    DISTINCT,
    EndpointName,
    Flag,
    Frozen,
    FrozenMapping,
    GroupName,
    Range,
    Section,
)
from darklaunch.evidence.dimension import Dimension

TolerableExcess = Annotated[float, Range(above=0, below=1)]


class EndpointScoring(Section):
    """Scoring of one endpoint, where it differs from that of all.

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
        ratios = {Dimension.LATENCY_P50: self.p50, Dimension.LATENCY_P95: self.p95, Dimension.LATENCY_P99: self.p99}
        return {rung: ratio for rung, ratio in ratios.items() if ratio is not None}


class ScoringSettings(Section):
    """The tolerated excess and the error levels of the verdict.

    Attributes:
        tolerated_excess: share of requests that may mismatch beyond the baseline's own mismatches.
        alpha: chance of a wrong promotion, and of a wrong block, that is accepted.
        tolerated_stretch: a stretch of hours blocks where it is worse than so many times the tolerated excess.
        latency_ratios: how much slower the shadow may be.
        endpoints: by endpoint name, what differs there.
        groups: by a name for them, endpoints with too little traffic that are judged together.
        rest_group: whether the other endpoints that the first day's traffic will not do for are judged together.
    """

    tolerated_excess: TolerableExcess = 0.001
    alpha: Annotated[float, Range(above=0, below=0.5)] = 0.05
    tolerated_stretch: Annotated[float, Range(at_least=1)] = 2
    latency_ratios: LatencyRatios = Field(default_factory=LatencyRatios)
    endpoints: Frozen[EndpointName, EndpointScoring] = Field(default_factory=FrozenMapping)
    groups: Frozen[GroupName, Members] = Field(default_factory=FrozenMapping)
    rest_group: Flag = True

    def tolerated_excess_at(self, endpoint: str) -> float:
        """The tolerated excess of an endpoint: its own, or else that of all."""
        own = self.endpoints.get(endpoint)
        return self.tolerated_excess if own is None else own.tolerated_excess
