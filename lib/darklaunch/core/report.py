"""The run report: one value with all that ``verdict.json``, the page, the tables and MLflow show."""

from collections.abc import Mapping, Sequence
from typing import Any

from darklaunch.core.decide import Decision, Verdict
from darklaunch.core.score import Score

SCHEMA_VERSION = 1
NO_LATENCY_BOUNDS = "bounds of a latency ratio are not computed in this version"


def verdict(
    *,
    facts: Mapping[str, Any],
    look: int,
    fleet: tuple[Score, Decision],
    endpoints: Sequence[tuple[Score, Decision]],
    level: float,
) -> dict[str, Any]:
    """Puts a run report together.

    Args:
        facts: what is known of the window: launch, window, baseline, funnel, quarantine, contract, causes, rules,
            settings, and by endpoint statuses, latencies and differences.
        look: how often this launch has been looked at, this time included.
        fleet: score and decision of the launch as a whole.
        endpoints: scores and decisions of its endpoints.
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
        "fleet": _entry(*fleet, facts=facts, level=level),
        "endpoints": [
            {"endpoint": score.endpoint, **_entry(score, decided, facts=facts, level=level)}
            for score, decided in ordered
        ],
        **{name: facts[name] for name in ("baseline", "funnel", "quarantine", "conflicting_duplicates", "contract")},
        **{name: facts[name] for name in ("noise", "causes", "rules", "presence_only_headers", "settings")},
    }


def _entry(score: Score, decision: Decision, *, facts: Mapping[str, Any], level: float) -> dict[str, Any]:
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
        **_or_reason("excess", score.excess, "nothing was compared"),
        "excess_low": score.excess_low,
        "excess_high": score.excess_high,
        "level": level,
        "confidence": score.confidence,
        "regression_confidence": score.regression_confidence,
        **_pairs_needed(score, decision),
        "status": _status(facts["statuses"].get(score.endpoint, [])),
        "latency": _latency(facts["latencies"].get(score.endpoint)),
        "differences": _differences(
            facts["differences"].get(score.endpoint, []), facts["window_pairs"], score.endpoint
        ),
    }


def _pairs_needed(score: Score, decision: Decision) -> dict[str, Any]:
    if decision.verdict is Verdict.BLOCK:
        return _or_reason("pairs_needed", None, "blocked: more traffic will not help, a better release will")
    return _or_reason("pairs_needed", score.pairs_needed, "no number of clean pairs would do")


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


def _latency(quantiles: Mapping[str, Any] | None) -> dict[str, Any]:
    if not quantiles or quantiles["production_ms"] is None or quantiles["shadow_ms"] is None:
        return {}
    named = zip(("p50", "p95", "p99"), quantiles["production_ms"], quantiles["shadow_ms"], strict=True)
    return {
        name: {
            "production_ms": production_ms,
            "shadow_ms": shadow_ms,
            "ratio": shadow_ms / production_ms if production_ms > 0 else None,
            "low": None,
            "high": None,
            "reason": NO_LATENCY_BOUNDS,
        }
        for name, production_ms, shadow_ms in named
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
