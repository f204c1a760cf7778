"""Endpoints of a verdict to render, hostile and empty ones among them."""

import json
from typing import Any

SCRIPT = "<script>alert(1)</script>"
OVERRIDE = "GET /files/\u202egnp.exe/{id}"
LONG = "GET /v2/tenants/{tenant}/" + "averyveryverylongsegmentwithoutanybreak" * 4 + "/{id}"


def latency(production_ms: float, shadow_ms: float) -> dict[str, Any]:
    return {
        "production_ms": production_ms,
        "shadow_ms": shadow_ms,
        "ratio": shadow_ms / production_ms,
        "low": None,
        "high": None,
        "reason": "bounds of the ratio are not computed in this version",
    }


def difference(path: str, kind: str, requests: int, share: float, **changes: Any) -> dict[str, Any]:
    return {
        "path": path,
        "kind": kind,
        "severity": "high",
        "requests": requests,
        "share": share,
        "ignored_by": None,
        "example": None,
    } | changes


def dimension(name: str, *, limiting: bool = False, **changes: Any) -> dict[str, Any]:
    return {
        "dimension": name,
        "pairs": 900,
        "tolerated_excess": 0.001,
        "excess": 0.002,
        "excess_low": 0.0001,
        "excess_high": 0.0123,
        "confidence": 0.5,
        "regression_confidence": 0.1,
        "limiting": limiting,
    } | changes


def entry(endpoint: str | None, verdict: str, pairs: int, mismatches: int, **changes: Any) -> dict[str, Any]:
    """An endpoint's entry, or the fleet's where `endpoint` is None; 2 in 3 pairs count as effective."""
    rate = mismatches / pairs
    made = {
        "endpoint": endpoint,
        "verdict": verdict,
        "reasons": [],
        "pairs": pairs,
        "effective_pairs": pairs * 2 / 3,
        "units": pairs // 3,
        "byte_equal": pairs - 3 * mismatches,
        "mismatches": mismatches,
        "baseline_mismatches": mismatches // 4,
        "match_rate": 1 - rate,
        "noise": rate / 4,
        "excess": rate * 3 / 4,
        "excess_low": rate / 3 - 2 / pairs,
        "excess_high": 2 * rate + 4 / pairs,
        "level": 0.95,
        "tolerated_excess": 0.001,
        "confidence": 0.5,
        "regression_confidence": 0.1,
        "pairs_needed": 2345.6,
        "completeness": 0.9962,
        "status": {"shadow_only_errors": 0, "production_only_errors": 0, "transitions": {}},
        "latency": {"p50": latency(12.34, 12.5), "p95": latency(48.0, 51.9), "p99": latency(190.2, 260.0)},
        "differences": [],
    } | changes
    if endpoint is None:
        del made["endpoint"]
    return made


def endpoints() -> list[dict[str, Any]]:
    body = json.dumps({"name": "<img src=x onerror=alert(2)>", "note": "a\nb\u001b[31m", "n": 1})
    return [
        entry(
            "GET /items/{id}",
            "promote",
            182_345,
            18,
            reasons=["Upper bound of the excess 0.026 % is below the tolerated 0.10 %."],
            confidence=0.99999,
            regression_confidence=0.0,
            pairs_needed=0,
            differences=[
                difference(
                    "$.body.query_ms",
                    "value_changed",
                    4321,
                    0.0237,
                    severity="medium",
                    ignored_by="ignore $.body.query_ms",
                    example={"request_id": "r-1", "production": "12", "shadow": "14"},
                ),
                difference("$.body.items[*].badge", "extra", 18, 0.0000987, severity="low"),
            ],
        ),
        entry("GET /health", "promote", 60_000, 0, reasons=["No difference in 60,000 pairs."], confidence=0.9821),
        entry(
            "POST /orders",
            "block",
            24_120,
            702,
            reasons=[
                "Lower bound of the excess 0.96 % is above the tolerated 0.10 %.",
                "312 requests failed on the shadow only.",
            ],
            confidence=0.0,
            regression_confidence=0.99997,
            pairs_needed=None,
            pairs_needed_reason="will not promote at this rate",
            status={
                "shadow_only_errors": 312,
                "production_only_errors": 4,
                "transitions": {"2xx->5xx": 312, "5xx->2xx": 4},
            },
            differences=[
                difference(
                    "$.body.total.amount",
                    "type_changed",
                    390,
                    0.01617,
                    example={"request_id": "r-2", "production": '"12.30"', "shadow": "12.3"},
                ),
                difference(
                    "$.body['<b>bold</b>']",
                    "missing",
                    312,
                    0.0129,
                    example={"request_id": SCRIPT, "production": body, "shadow": None},
                ),
            ],
        ),
        entry(
            f"GET {SCRIPT}",
            "hold",
            1_204,
            1,
            reasons=[f"Endpoint GET {SCRIPT} needs about 2,350 more effective pairs."],
        ),
        entry(OVERRIDE, "hold", 310, 0, reasons=["Hours 02 and 03 of the day are not covered yet."]),
        entry(
            LONG,
            "hold",
            41,
            0,
            reasons=["Too little traffic to judge it alone; the fleet's row covers it."],
            match_rate=0.0,
            noise=None,
            noise_reason="no baseline row came",
            completeness=None,
            completeness_reason="no production row came",
            confidence=0.021,
            tolerated_excess=0.01,
            latency={},
        ),
    ]
