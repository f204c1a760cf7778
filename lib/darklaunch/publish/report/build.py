"""The run report: one value with all that ``verdict.json``, the page, the tables and MLflow show."""

from collections.abc import Mapping, Sequence
from typing import Any

from darklaunch.decide.policy import Decision, Verdict
from darklaunch.evidence.dimension import RUNGS
from darklaunch.score.dimension_score import DimensionScore
from darklaunch.score.endpoint_score import EndpointScore
from darklaunch.score.latency_ratios import no_latency

SCHEMA_VERSION = 1


def verdict(  # noqa: PLR0913 - what a report is made of
    *,
    facts: Mapping[str, Any],
    look: int,
    fleet: tuple[EndpointScore, Decision],
    endpoints: Sequence[tuple[EndpointScore, Decision]],
    groups: Sequence[tuple[EndpointScore, Decision]] = (),
    level: float,
) -> dict[str, Any]:
    """Puts a run report together.

    Args:
        facts: what is known of the window: launch, window, baseline, funnel, quarantine, contract, causes, rules,
            settings, and by endpoint statuses, latencies and differences.
        look: how often this launch has been looked at, this time included.
        fleet: score and decision of the launch as a whole.
        endpoints: scores and decisions of its endpoints.
        groups: scores and decisions of its groups of endpoints.
        level: said of each side's bound.

    Returns:
        ``verdict.json``, schema version 1.
    """
    ordered = sorted(endpoints, key=lambda pair: pair[0].endpoint)
    decision = fleet[1]
    return {
        "schema_version": SCHEMA_VERSION,
        "launch": facts["launch"],
        "window": facts["window"],
        "look": look,
        "verdict": decision.verdict.value,
        "reasons": list(decision.reasons),
        "fleet": entry(*fleet, facts=facts, level=level),
        "endpoints": [
            {"endpoint": score.endpoint, **entry(score, decided, facts=facts, level=level)}
            for score, decided in ordered
        ],
        "groups": [
            {"group": score.endpoint, **entry(score, decided, facts=facts, level=level)} for score, decided in groups
        ],
        **{name: facts[name] for name in ("baseline", "funnel", "quarantine", "conflicting_duplicates", "contract")},
        **{name: facts[name] for name in ("noise", "causes", "rules", "presence_only_headers", "settings")},
    }


def entry(score: EndpointScore, decision: Decision, *, facts: Mapping[str, Any], level: float) -> dict[str, Any]:
    """One endpoint, group or fleet of the report."""
    return {
        "verdict": decision.verdict.value,
        "reasons": list(decision.reasons),
        "tolerated_excess": score.tolerated_excess,
        "pairs": score.pairs,
        "units": score.units,
        "effective_pairs": score.effective_pairs,
        "byte_equal": score.bodies_equal,
        "mismatches": score.mismatches,
        **_or_reason("baseline_mismatches", score.baseline_mismatches, "no baseline answered here"),
        **_or_reason("noise", score.noise, "no baseline answered here"),
        **_or_reason("match_rate", score.match_rate, "nothing was compared"),
        **_or_reason("completeness", score.completeness, "no request came"),
        **_or_reason("excess", score.response.excess, "nothing was compared"),
        "excess_low": score.response.excess_low,
        "excess_high": score.response.excess_high,
        "level": level,
        "confidence": score.confidence,
        "regression_confidence": score.regression_confidence,
        **_pairs_needed(score, decision),
        **_forecast(decision),
        "status": _status(facts["statuses"].get(score.endpoint, [])),
        "latency": facts["latencies"].get(score.endpoint) or no_latency(),
        "dimensions": [_dimension(one, score.limiting) for one in score.dimensions],
        "differences": _differences(
            facts["differences"].get(score.endpoint, []), facts["window_pairs"], score.endpoint
        ),
    }


def _pairs_needed(score: EndpointScore, decision: Decision) -> dict[str, Any]:
    if decision.verdict is Verdict.BLOCK:
        return _or_reason("pairs_needed", None, "blocked: more traffic will not help, a better release will")
    return _or_reason("pairs_needed", _needed(score), "no number of clean pairs would do")


def _needed(score: EndpointScore) -> float | None:
    """Clean pairs for responses and errors; for a latency, pairs as they come: a clean one says nothing of it."""
    if score.limiting.dimension in RUNGS:
        return score.limiting.expected_needed
    needed = [one.clean_needed for one in score.dimensions if one.dimension not in RUNGS]
    return max((each for each in needed if each is not None), default=None)


def _forecast(decision: Decision) -> dict[str, Any]:
    expected = decision.expected
    if expected is None:
        return {"expected": None, "expected_reason": "it has all it needs, or will not get there at this rate"}
    return {"expected": expected.isoformat(timespec="minutes")}


def _dimension(one: DimensionScore, limiting: DimensionScore) -> dict[str, Any]:
    return {
        "dimension": one.dimension.value,
        "pairs": one.pairs,
        "tolerated_excess": one.tolerated_excess,
        **_or_reason("excess", one.excess, "nothing was compared"),
        **_bounds(one, limiting),
        "confidence": one.confidence,
        "regression_confidence": one.regression_confidence,
        "limiting": one is limiting,
    }


def _bounds(one: DimensionScore, limiting: DimensionScore) -> dict[str, Any]:
    """Of rates and of what limits them: how slow a release may be is told by the interval of its quantiles."""
    if one.dimension in RUNGS and one is not limiting:
        reason = "latency is told by the ratios of its quantiles"
        return {"excess_low": None, "excess_high": None, "excess_bounds_reason": reason}
    return {"excess_low": one.excess_low, "excess_high": one.excess_high}


def _or_reason(name: str, value: float | None, reason: str) -> dict[str, Any]:
    return {name: value} if value is not None else {name: None, f"{name}_reason": reason}


def _status(counts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    changed = [c for c in counts if c["production_class"] != c["shadow_class"]]
    transitions = {f"{c['production_class']}xx->{c['shadow_class']}xx": c["requests"] for c in changed}
    return {
        "shadow_only_errors": sum(c["requests"] for c in changed if c["shadow_class"] == 5),  # noqa: PLR2004 - 5xx
        "production_only_errors": sum(c["requests"] for c in changed if c["production_class"] == 5),  # noqa: PLR2004
        "transitions": dict(sorted(transitions.items())),
    }


def _differences(
    found: Sequence[Mapping[str, Any]], window_pairs: Mapping[str, int], endpoint: str
) -> list[dict[str, Any]]:
    pairs = window_pairs.get(endpoint, 0)
    return [
        {
            "path": difference["path"],
            "kind": difference["kind"],
            "severity": difference["severity"],
            "requests": difference["requests"],
            "share": difference["requests"] / pairs,
            "ignored_by": difference["rule"],
            "example": difference["example"] if difference["rule"] is None else None,
        }
        for difference in sorted(found, key=lambda d: d["rank"])
    ]
