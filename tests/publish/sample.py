"""Verdicts to render: a full one with everything that can go wrong, and the smallest that can be."""

import json
from copy import deepcopy
from typing import Any

SCRIPT = "<script>alert(1)</script>"
OVERRIDE = "GET /files/\u202egnp.exe/{id}"
LONG = "GET /v2/tenants/{tenant}/" + "averyveryverylongsegmentwithoutanybreak" * 4 + "/{id}"
BOXES = (
    "paired",
    "shadow_missing",
    "production_missing",
    "shadow_error",
    "production_error",
    "truncated",
    "undecodable",
    "late",
    "duplicates",
    "quarantined",
    "other_window",
)


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


def _endpoints() -> list[dict[str, Any]]:
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


def cause(endpoint: str, path: str, kind: str, requests: int, pairs: int, **changes: Any) -> dict[str, Any]:
    share = requests / pairs
    return {
        "id": f"{requests:012x}",
        "endpoint": endpoint,
        "paths": [{"path": path, "kind": kind, "requests": requests}],
        "paths_beyond": 0,
        "kinds": [kind],
        "severity": "medium",
        "requests": requests,
        "share": share,
        "share_low": 0.9 * share,
        "share_high": 1.1 * share,
        "level": 0.95,
        "failures_a_day": 1.02 * requests,
        "noise_share": 0.0,
        "first_hour": "2026-05-07T00:00:00Z",
        "last_hour": "2026-05-07T23:00:00Z",
        "variants": 1,
        "also_at": {"endpoints": [], "beyond": 0},
        "unlisted_requests": 0,
        "detailed": False,
        "slices": [],
        "transitions": [],
        "examples": [],
    } | changes


def _slice(facet: str, name: str | None, value: str, inside: float, outside: float) -> dict[str, Any]:
    counts = {"inside": int(390 * inside), "inside_of": 390, "outside": int(23_000 * outside), "outside_of": 23_000}
    told = {"facet": facet, "name": name, "value": value, "share_inside": inside, "share_outside": outside}
    return told | counts | {"log_p": -321.5}


def causes() -> list[dict[str, Any]]:
    """A cause told at length, one of hostile strings, and one that is mostly noise."""
    amount = {"path": "$.body.total.amount", "kind": "type_changed"}
    headers = "-H 'accept: application/json' -H 'authorization: [masked]'"
    line = f"""curl -X POST "$HOST"'/orders?page=2' {headers} --data-raw """
    hours = "2026-05-07T02:00:00Z/2026-05-07T04:00:00Z"
    return [
        cause(
            "POST /orders",
            amount["path"],
            amount["kind"],
            390,
            24_120,
            severity="high",
            paths=[
                amount | {"requests": 390},
                {"path": "$.body.tax.amount", "kind": "type_changed", "requests": 371},
                {"path": "$.body.lines[*].amount", "kind": "type_changed", "requests": 18},
            ],
            also_at={"endpoints": ["GET /items/{id}", LONG], "beyond": 3},
            detailed=True,
            slices=[_slice("hours", None, hours, 0.982, 0.081), _slice("attribute", "region", "eu", 0.97, 0.31)],
            transitions=[
                amount | {"production": '"12.30"', "shadow": "12.3", "requests": 41},
                amount | {"production": '"7.00"', "shadow": "7.0", "requests": 12},
                {"path": "$.status", "kind": "value_changed", "production": "200", "shadow": "500", "requests": 57},
            ],
            examples=[
                {
                    "request_id": "r-2",
                    "differences": [amount | {"production": '"12.30"', "shadow": "12.3"}],
                    "differences_beyond": 2,
                    "curl": line + "'" + '{"lines": [' + ", ".join(['{"sku": "sku-1", "n": 2}'] * 30) + "]}'",
                }
            ],
        ),
        cause(
            f"GET {SCRIPT}",
            f"$.body['{SCRIPT}']",
            "missing",
            1,
            1_204,
            severity="high",
            noise_share=None,
            noise_share_reason="no baseline answered here",
            slices=[_slice("query", "q\u202e", "<b>bold</b>", 1.0, 0.0), _slice("status", None, "2", 1.0, 0.4)],
            transitions=[{"path": SCRIPT, "kind": "missing", "production": SCRIPT, "shadow": None, "requests": 1}],
            examples=[{"request_id": SCRIPT, "differences": [], "differences_beyond": 0, "curl": f"curl '{SCRIPT}'"}],
        ),
        cause("GET /items/{id}", "$.body.items[*].badge", "extra", 18, 182_345, severity="low", noise_share=0.84),
    ]


def _funnel() -> dict[str, Any]:
    numbers = {
        "paired": (268_020, 268_020, 267_100),
        "shadow_missing": (801, 0, 0),
        "production_missing": (0, 12, 9),
        "shadow_error": (212, 212, 0),
        "production_error": (3, 3, 0),
        "truncated": (40, 40, 0),
        "undecodable": (7, 7, 0),
        "late": (0, 55, 31),
        "duplicates": (120, 131, 118),
        "quarantined": (15, 2, 0),
        "other_window": (0, 230, 228),
    }
    rows = {box: dict(zip(("production", "shadow", "baseline"), numbers[box], strict=True)) for box in BOXES}
    sums = {arm: sum(row[arm] for row in rows.values()) for arm in ("production", "shadow", "baseline")}
    flat = {box: max(rows[box].values()) for box in BOXES}
    return sums | flat | {"rows": rows}


def full() -> dict[str, Any]:
    """A run that is blocked: every verdict, hostile strings, nulls with reasons, noise, rules, corruption."""
    return deepcopy(
        {
            "schema_version": 1,
            "baseline": True,
            "launch": {
                "name": "checkout-v2",
                "key": "checkout-v2-2.13.0-2.14.0-9f31",
                "production_release": "2.13.0",
                "shadow_release": "2.14.0-rc1",
                "rules_digest": "9f31c0de",
            },
            "window": {"from": "2026-05-07T00:00:00Z", "to": "2026-05-08T00:00:00Z"},
            "look": 7,
            "verdict": "block",
            "reasons": [
                "POST /orders is blocked: the lower bound of its excess is 0.96 %, tolerated is 0.10 %.",
                "3 endpoints do not have enough evidence yet.",
            ],
            "fleet": entry(
                None,
                "block",
                268_020,
                721,
                reasons=["A blocked endpoint blocks the launch."],
                confidence=0.0,
                regression_confidence=0.9712,
                pairs_needed=None,
                pairs_needed_reason="will not promote at this rate",
            ),
            "endpoints": _endpoints(),
            "causes": causes(),
            "funnel": _funnel(),
            "quarantine": [
                {"arm": "production", "reason": "latency_ms is negative", "rows": 15},
                {"arm": "shadow", "reason": "request_id is null", "rows": 2},
            ],
            "conflicting_duplicates": 3,
            "contract": {
                "success": False,
                "expectations": [
                    {
                        "arm": "production",
                        "expectation": "share of quarantined rows",
                        "found": "0.0056 %",
                        "wanted": "at most 1 %",
                        "success": True,
                    },
                    {
                        "arm": "shadow",
                        "expectation": "one release",
                        "found": 2,
                        "wanted": 1,
                        "success": False,
                    },
                ],
                "corrupt_files": [
                    {
                        "file": "date=2026-05-07/hour=03/arm=shadow/<i>x</i>.parquet",
                        "reason": "the footer is cut short",
                    }
                ],
            },
            "rules": [
                {
                    "rule": "ignore $.body.query_ms",
                    "why": "the time a query took",
                    "endpoint": None,
                    "owner": "search team",
                    "expires": "2026-09-01",
                    "requests": 4321,
                },
                {
                    "rule": "unordered $.body.tags",
                    "why": "a set",
                    "endpoint": "GET /items/{id}",
                    "owner": None,
                    "expires": None,
                    "requests": 0,
                },
            ],
            "presence_only_headers": ["date", "x-request-id"],
            "settings": {"scoring.alpha": "0.05", "policy.minimum_days": "7", "launch.shadow_release": None},
        }
    )


def smallest() -> dict[str, Any]:
    """A run without baseline arm, quarantine, rules or differences, with one endpoint."""
    made = full()
    alone = {
        "baseline_mismatches": None,
        "baseline_mismatches_reason": "there is no baseline arm",
        "noise": None,
        "noise_reason": "there is no baseline arm",
    }
    made |= {
        "baseline": False,
        "verdict": "hold",
        "reasons": ["The evidence is not there yet."],
        "fleet": entry(None, "hold", 100, 0, **alone),
        "endpoints": [entry("GET /items/{id}", "hold", 100, 0, **alone)],
        "causes": [],
        "quarantine": [],
        "conflicting_duplicates": 0,
        "contract": {"success": True, "expectations": [], "corrupt_files": []},
        "rules": [],
        "presence_only_headers": [],
        "settings": {},
    }
    rows = {box: dict.fromkeys(("production", "shadow", "baseline"), 0) for box in BOXES}
    rows["paired"] |= {"production": 100, "shadow": 100}
    made["funnel"] = dict.fromkeys(BOXES, 0) | {
        "production": 100,
        "shadow": 100,
        "baseline": 0,
        "paired": 100,
        "rows": rows,
    }
    return made


def nothing() -> dict[str, Any]:
    """A window in which no request was paired: everything that can be null is."""
    made = smallest()
    numbers = ("match_rate", "excess", "excess_low", "excess_high", "completeness", "pairs_needed")
    gone = dict.fromkeys(numbers) | {f"{key}_reason": "no pair" for key in numbers}
    zeros = dict.fromkeys(("pairs", "effective_pairs", "units", "byte_equal", "mismatches"), 0)
    made["fleet"] |= gone | zeros | {"latency": {}, "confidence": 0.0, "regression_confidence": 0.0}
    made["endpoints"] = []
    return made


def crowd(number: int) -> dict[str, Any]:
    """The full run with `number` endpoints more."""
    made = full()
    made["endpoints"] += [
        entry(
            f"GET /service-{place % 17}/resource-{place}/{{id}}",
            ("hold", "promote", "promote")[place % 3],
            200 + 997 * place,
            place % 5,
            reasons=[f"Reason of endpoint {place}."],
            confidence=min(0.9999, place / number),
        )
        for place in range(1, number + 1)
    ]
    made["causes"] += [
        cause(f"GET /service-{place % 17}/resource-{place}/{{id}}", "$.body.x", "missing", 5, 200 + 997 * place)
        for place in range(1, number + 1)
    ]
    return made
