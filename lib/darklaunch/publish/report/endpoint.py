"""Report of one endpoint, of a group of endpoints, or of all of them together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from darklaunch.decide.verdict import WORSE_SINCE, Verdict
from darklaunch.diff.difference import Kind
from darklaunch.diff.rules.severity import Severity
from darklaunch.diff.window_summary import Example
from darklaunch.evidence.dimension import RUNGS, Dimension
from darklaunch.score.latency_report import LatencyReport
from darklaunch.text.undefined import Maybe, Undefined, number_or_none

ALL_ENDPOINTS = "all endpoints"


class Scope(str, Enum):
    """The traffic that a report is about."""

    FLEET = "fleet"
    ENDPOINT = "endpoint"
    GROUP = "group"


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionReport:
    """The score in one dimension; ``limiting`` marks the one with the least evidence to promote.

    Rates are fractions; the bounds hold however often anybody looks, each with a confidence of ``level``.
    """

    dimension: Dimension
    pairs: int
    tolerated_excess: float
    excess: Maybe
    excess_low: Maybe
    excess_high: Maybe
    confidence: Maybe
    regression_confidence: Maybe
    limiting: bool

    @property
    def is_latency(self) -> bool:
        """Whether it is about a quantile of latencies."""
        return self.dimension in RUNGS


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceReport:
    """A differing path of the window.

    Attributes:
        path: RFC 9535 text, array positions generalised.
        kind: how the shadow differs there.
        severity: how bad that is for a client.
        requests: compared requests that show it.
        share: their share of the endpoint's compared requests, a fraction.
        ignored_by: the rule that settled it; None: it counts.
        example: one request that shows it; None: none is shown of what a rule settled.
    """

    path: str
    kind: Kind
    severity: Severity
    requests: int
    share: float
    ignored_by: str | None
    example: Example | None

    @property
    def counts(self) -> bool:
        """Whether no rule settled it."""
        return self.ignored_by is None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport:
    """Requests of the window that failed on one arm only, and those whose status class changed: ``2xx->5xx``."""

    shadow_only_errors: int
    production_only_errors: int
    transitions: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointReport:
    """Verdict, numbers and differences of one endpoint, of a group, or of the fleet.

    Rates and confidences are fractions. Counts are of the whole launch; ``status``, ``differences`` of the window.

    Attributes:
        scope: an endpoint, a group, or the fleet.
        name: its name; that of the fleet is ``ALL_ENDPOINTS``.
        request_excess: the excess of a request, where ``excess`` is that of a session.
        baseline_share: the share of the judged requests that the baseline answered too.
        last_day_high: the upper bound of the excess in the last 24 hours of the window alone, where all hours together
            are enough to promote; of this look alone: each look has other hours.
        level: 1 - alpha, which is said of each bound of the excess.
        pairs_needed: effective pairs still needed to promote.
        expected: when the evidence to promote is to be expected, UTC.
        latency: by the name of a quantile: ``p50``.
        dimensions: those it is scored on, responses first; none in runs of early versions.
    """

    scope: Scope
    name: str
    verdict: Verdict
    reasons: tuple[str, ...]
    tolerated_excess: float
    pairs: int
    units: int
    effective_pairs: float
    byte_equal: int
    mismatches: int
    baseline_mismatches: Maybe
    noise: Maybe
    match_rate: Maybe
    completeness: Maybe
    excess: Maybe
    excess_low: Maybe
    excess_high: Maybe
    level: float
    confidence: Maybe
    regression_confidence: Maybe
    pairs_needed: Maybe
    request_excess: Maybe = field(default_factory=Undefined)
    baseline_share: Maybe = field(default_factory=Undefined)
    last_day_high: Maybe = field(default_factory=Undefined)
    expected: datetime | Undefined = field(default_factory=Undefined)
    status: StatusReport
    latency: Mapping[str, LatencyReport]
    dimensions: tuple[DimensionReport, ...] = ()
    differences: tuple[DifferenceReport, ...]

    @property
    def limiting(self) -> DimensionReport | None:
        """The dimension with the least evidence to promote; None: it was not recorded."""
        return next((each for each in self.dimensions if each.limiting), None)

    @property
    def deciding(self) -> DimensionReport | None:
        """What the verdict turns on: of a block the dimension with most evidence of it, else the limiting one."""
        if self.verdict is not Verdict.BLOCK or not self.dimensions:
            return self.limiting
        return max(self.dimensions, key=lambda each: number_or_none(each.regression_confidence) or 0.0)

    @property
    def worse_since(self) -> str | None:
        """The reason that says since when it is worse than tolerated; None: it is not, as far as anybody can tell."""
        return next((reason for reason in self.reasons if reason.startswith(WORSE_SINCE)), None)

    @property
    def slowest(self) -> tuple[str, LatencyReport] | None:
        """The judged quantile at which the shadow is slowest beside its reference; None: there is none."""
        ratios = {name: at.ratio for name, at in self.latency.items() if at.judged and at.ratio is not None}
        name = max(ratios, key=lambda each: ratios[each], default=None)
        return None if name is None else (name, self.latency[name])


def ranked(endpoints: Iterable[EndpointReport]) -> list[EndpointReport]:
    """The endpoints as people want to read them: block, hold, promote, then by traffic."""
    return sorted(endpoints, key=lambda each: (each.verdict.rank, -each.pairs, each.name))
