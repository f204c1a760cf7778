"""Assembles the run report from scores, decisions and the window's report."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, TypeAlias

from darklaunch.decide.launch import LaunchDecision
from darklaunch.decide.verdict import Decision, Verdict
from darklaunch.diff.window_summary import StatusCount
from darklaunch.evidence.dimension import ALWAYS, RUNGS
from darklaunch.publish.report.endpoint import (
    ALL_ENDPOINTS,
    DifferenceReport,
    DimensionReport,
    EndpointReport,
    Scope,
    StatusReport,
)
from darklaunch.publish.report.run import RunReport
from darklaunch.publish.report.window import ComparedWindow
from darklaunch.score.dimension_score import DimensionScore
from darklaunch.score.endpoint_score import EndpointScore
from darklaunch.score.latency_ratios import no_latency
from darklaunch.score.latency_report import LatencyReport
from darklaunch.text.undefined import Maybe, Undefined

Latencies: TypeAlias = Mapping[str, Mapping[str, LatencyReport]]

_SERVER_ERRORS: Final = 5


def build_report(
    window: ComparedWindow,
    latencies: Latencies,
    decision: LaunchDecision,
    *,
    look: int,
    level: float,
    exploratory: bool = False,
) -> RunReport:
    """Assembles a run report.

    Args:
        window: what is known of the window.
        latencies: by endpoint and the name of a quantile.
        decision: scores and decisions of the fleet, the endpoints and the groups.
        look: how often this launch has been looked at, this time included.
        level: said of each side's bound.
        exploratory: whether hours count that had been looked at before the rules were written.
    """
    ordered = sorted(decision.endpoints, key=lambda decided: decided[0].endpoint)
    overall = decision.fleet[1]
    return RunReport(
        look=look,
        verdict=overall.verdict,
        reasons=overall.reasons,
        fleet=build_endpoint(window, latencies, *decision.fleet, scope=Scope.FLEET, level=level),
        endpoints=tuple(
            build_endpoint(window, latencies, *decided, scope=Scope.ENDPOINT, level=level) for decided in ordered
        ),
        groups=tuple(
            build_endpoint(window, latencies, *decided, scope=Scope.GROUP, level=level) for decided in decision.groups
        ),
        window=window.report,
        exploratory=exploratory,
    )


def build_endpoint(
    window: ComparedWindow,
    latencies: Latencies,
    score: EndpointScore,
    decision: Decision,
    *,
    scope: Scope,
    level: float,
) -> EndpointReport:
    """Assembles the report of one endpoint, of a group, or of the fleet."""
    limiting = score.limiting
    return EndpointReport(
        scope=scope,
        name=ALL_ENDPOINTS if scope is Scope.FLEET else score.endpoint,
        verdict=decision.verdict,
        reasons=decision.reasons,
        tolerated_excess=score.tolerated_excess,
        pairs=score.pairs,
        units=score.units,
        effective_pairs=score.effective_pairs,
        byte_equal=score.bodies_equal,
        mismatches=score.mismatches,
        baseline_mismatches=_or(score.baseline_mismatches, "no baseline answered here"),
        noise=_or(score.noise, "no baseline answered here"),
        match_rate=_or(score.match_rate, "nothing was compared"),
        completeness=_or(score.completeness, "no request came"),
        excess=_or(score.response.excess, "nothing was compared"),
        excess_low=score.response.excess_low,
        excess_high=score.response.excess_high,
        request_excess=_or(score.request_excess, "nothing was compared"),
        baseline_share=_or(score.baseline_share, "no baseline answered here"),
        last_day_high=_or(score.response.last_day_high, "nothing to promote yet, or no traffic in these hours"),
        level=level,
        confidence=score.confidence,
        regression_confidence=score.regression_confidence,
        pairs_needed=_pairs_needed(score, limiting, decision),
        expected=_expected(decision),
        status=_status(window.statuses.get(score.endpoint, ())),
        latency=latencies.get(score.endpoint) or no_latency(),
        dimensions=tuple(_dimension(dimension, limiting) for dimension in score.dimensions),
        differences=_differences(window, score.endpoint),
    )


def _or(value: float | None, reason: str) -> Maybe:
    return Undefined(reason) if value is None else value


def _pairs_needed(score: EndpointScore, limiting: DimensionScore, decision: Decision) -> Maybe:
    """Clean pairs for responses and errors; for a latency, pairs as they come: a clean one says nothing of it."""
    if decision.verdict is Verdict.BLOCK:
        return Undefined("blocked: more traffic will not help, a better release will")
    if limiting.dimension in RUNGS:
        needed = limiting.expected_needed
    else:
        clean = [each.clean_needed for each in score.dimensions if each.dimension in ALWAYS]
        needed = max((each for each in clean if each is not None), default=None)
    return _or(needed, "no number of clean pairs would do")


def _expected(decision: Decision) -> datetime | Undefined:
    return decision.expected or Undefined("it has all it needs, or will not get there at this rate")


def _dimension(score: DimensionScore, limiting: DimensionScore) -> DimensionReport:
    """Bounds are given of rates and of what limits them: a release's slowness shows in the ratios of its quantiles."""
    low: Maybe
    high: Maybe
    if score.dimension in RUNGS and score is not limiting:
        low = high = Undefined("latency is told by the ratios of its quantiles")
    else:
        low, high = score.excess_low, score.excess_high
    return DimensionReport(
        dimension=score.dimension,
        pairs=score.pairs,
        tolerated_excess=score.tolerated_excess,
        excess=_or(score.excess, "nothing was compared"),
        excess_low=low,
        excess_high=high,
        confidence=score.confidence,
        regression_confidence=score.regression_confidence,
        limiting=score is limiting,
    )


def _status(counts: Sequence[StatusCount]) -> StatusReport:
    changed = [count for count in counts if count.production_class != count.shadow_class]
    transitions = {f"{count.production_class}xx->{count.shadow_class}xx": count.requests for count in changed}
    return StatusReport(
        shadow_only_errors=sum(count.requests for count in changed if count.shadow_class == _SERVER_ERRORS),
        production_only_errors=sum(count.requests for count in changed if count.production_class == _SERVER_ERRORS),
        transitions=dict(sorted(transitions.items())),
    )


def _differences(window: ComparedWindow, endpoint: str) -> tuple[DifferenceReport, ...]:
    pairs = window.pairs(endpoint)
    return tuple(
        DifferenceReport(
            path=difference.path,
            kind=difference.kind,
            severity=difference.severity,
            requests=difference.requests,
            share=difference.requests / pairs,
            ignored_by=difference.rule,
            example=difference.example if difference.rule is None else None,
        )
        for difference in sorted(window.differences.get(endpoint, ()), key=lambda difference: difference.rank)
    )
