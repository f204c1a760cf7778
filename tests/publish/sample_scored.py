"""A verdict to render in which every number that can be told is there, and no two of an endpoint are alike."""

from copy import deepcopy
from typing import Any

from tests.publish.sample_endpoints import dimension


def scored(made: dict[str, Any]) -> dict[str, Any]:
    """The verdict with dimensions, latencies with bounds beside a baseline's, a group, and facts of the window."""
    made = deepcopy(made)
    for place, entry in enumerate((made["fleet"], *made["endpoints"]), start=1):
        _score(entry, place / 1000)
    group = deepcopy(made["endpoints"][0])
    group["group"] = group.pop("endpoint").replace("items", "of items")
    _score(group, 0.0456)
    return made | {
        "groups": [group | {"pairs": 178_123, "mismatches": 3_219}],
        "incomparable": [{"reason": "the body is no JSON", "requests": 4_711, "request_id": "r-77"}],
        "unframed": 8_153,
        "levels": [
            {
                "endpoint": "GET /x",
                "path": "$.body.load",
                "requests": 7_000,
                "above": 6_125,
                "below": 875,
                "median_difference": -0.048_75,
            },
        ],
    }


def _score(entry: dict[str, Any], step: float) -> None:
    for reason in [name for name in entry if name.endswith("_reason")]:
        del entry[reason]
    entry |= {
        "baseline_mismatches": 1_234 + round(1000 * step),
        "noise": 0.031 + step,
        "completeness": 0.913 + step,
        "confidence": 0.513 + step,
        "regression_confidence": 0.217 + step,
        "request_excess": 0.0777 + step,
        "baseline_share": 0.842 + step,
        "last_day_high": 0.0211 + step,
        "pairs_needed": 31_410 + 1e5 * step,
        "expected": "2026-05-19T07:00:00Z",
        "status": {
            "shadow_only_errors": 41 + round(1000 * step),
            "production_only_errors": 17 + round(2000 * step),
            "transitions": {"2xx->5xx": 61 + round(3000 * step), "4xx->2xx": 23 + round(5000 * step)},
        },
        "latency": {
            name: {
                "production_ms": factor * (11.3 + step),
                "baseline_ms": factor * (12.7 + step),
                "shadow_ms": (factor + 0.3) * (15.9 + 7 * step),
                "ratio": (factor + 0.3) * (15.9 + 7 * step) / (factor * (12.7 + step)),
                "low": 1.11 + step,
                "high": 1.49 + factor * step,
                "reason": None,
                "judged": name != "p99",
            }
            for name, factor in (("p50", 1.0), ("p95", 3.7), ("p99", 9.1))
        },
        "dimensions": [
            dimension("body", pairs=5_021, excess=0.0123 + step, excess_low=0.0017 + step, excess_high=0.0371 + step),
            dimension(
                "lat_p95",
                limiting=True,
                pairs=4_077,
                excess=0.0456 + step,
                excess_low=-0.0044 - step,
                excess_high=0.0913 + step,
                confidence=0.613 + step,
                regression_confidence=0.317 + step,
            ),
        ],
    }  # fmt: skip
