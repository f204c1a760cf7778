"""Causes of a verdict to render."""

from typing import Any

from tests.publish.sample_endpoints import LONG, SCRIPT


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
        "endpoints": [{"endpoint": endpoint, "requests": requests, "share": share}],
        "everywhere": False,
        "systematic": False,
        "probably_meant": False,
        "exceeds_tolerated": True,
        "unlisted_requests": 0,
        "detailed": False,
        "slices": [],
        "transitions": [],
        "examples": [],
    } | changes


def _slice(facet: str, name: str | None, value: str, inside: float, outside: float) -> dict[str, Any]:
    counts = {"inside": int(390 * inside), "inside_of": 390, "outside": int(23_000 * outside), "outside_of": 23_000}
    members = {"facet": facet, "name": name, "value": value, "share_inside": inside, "share_outside": outside}
    return members | counts | {"log_p": -321.5}


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
            endpoints=[
                {"endpoint": name, "requests": requests, "share": requests / 24_120}
                for name, requests in (("POST /orders", 360), (LONG, 20), (f"GET {SCRIPT}", 10))
            ],
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
