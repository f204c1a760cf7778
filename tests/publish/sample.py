"""Verdicts to render: a full one with everything that can go wrong, and the smallest that can be."""

from copy import deepcopy
from typing import Any

from darklaunch.publish.report.endpoint import EndpointReport
from darklaunch.publish.report.json import read_verdict
from darklaunch.publish.report.run import RunReport
from tests.publish.sample_causes import cause, causes
from tests.publish.sample_endpoints import LONG, OVERRIDE, SCRIPT, difference, dimension, endpoints, entry

__all__ = [
    "LONG", "OVERRIDE", "SCRIPT", "cause", "causes", "crowd", "difference", "dimension", "entry", "full", "nothing",
    "report", "report_of", "smallest",
]  # fmt: skip


def report(verdict: dict[str, Any]) -> RunReport:
    """The report that a `verdict.json` holds."""
    return read_verdict(verdict)


def report_of(entry: dict[str, Any]) -> EndpointReport:
    """The report that an entry of a `verdict.json` holds."""
    if "endpoint" in entry or "group" in entry:
        key = "endpoints" if "endpoint" in entry else "groups"
        return getattr(read_verdict({**full(), key: [entry]}), key)[0]
    return read_verdict({**full(), "fleet": entry}).fleet


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
            "endpoints": endpoints(),
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
                        "found": "2",
                        "wanted": "1",
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
