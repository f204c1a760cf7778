"""A verdict as pandas tables."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from darklaunch.publish import formatting
from darklaunch.publish.slice_text import sliced

_COUNTS: Final = frozenset({"pairs", "units", "byte_equal", "mismatches", "baseline_mismatches"})
_CAUSE: Final = {
    **dict.fromkeys(("id", "endpoint", "path", "kind"), "string"),
    "paths": "Int64",
    "severity": "string",
    "requests": "Int64",
    **dict.fromkeys(("share", "share_low", "share_high", "noise_share", "failures_a_day"), "Float64"),
    **dict.fromkeys(("slice", "example"), "string"),
}


def endpoints_frame(verdict: Mapping[str, Any]) -> pd.DataFrame:
    """One row an endpoint, worst first: its numbers, nulls as ``<NA>``, and its reasons as one text.

    Args:
        verdict: ``verdict.json``.
    """
    entries = formatting.ranked(verdict["endpoints"])
    # the fleet lends its columns where there is no endpoint
    known = dict.fromkeys(name for entry in (verdict["fleet"], *entries) for name in entry if _tabular(entry, name))
    table = pd.DataFrame({"endpoint": pd.Series([entry["endpoint"] for entry in entries], dtype="string")})
    for name in known:
        table[name] = pd.Series([entry.get(name) for entry in entries], dtype=_dtype(name))
    table["reasons"] = pd.Series([" ".join(entry["reasons"]) for entry in entries], dtype="string")
    return table


def causes_frame(causes: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """One row a cause, in their order: where, its first path, its numbers with nulls as ``<NA>``, and its first slice.

    Args:
        causes: those of ``verdict.json``.
    """
    told = [
        {
            **cause,
            "path": cause["paths"][0]["path"],
            "kind": cause["paths"][0]["kind"],
            "paths": len(cause["paths"]) + cause["paths_beyond"],
            "slice": sliced(cause["slices"][0]).text if cause["slices"] else None,
            "example": cause["examples"][0]["request_id"] if cause["examples"] else None,
        }
        for cause in causes
    ]
    return pd.DataFrame(
        {name: pd.Series([cause[name] for cause in told], dtype=dtype) for name, dtype in _CAUSE.items()}
    )


def _tabular(entry: Mapping[str, Any], name: str) -> bool:
    told_elsewhere = name in {"endpoint", "reasons"} or name.endswith("_reason")
    return not told_elsewhere and (name == "verdict" or not isinstance(entry[name], (dict, list, str, bool)))


def _dtype(name: str) -> str:
    if name == "verdict":
        return "string"
    return "Int64" if name in _COUNTS else "Float64"
