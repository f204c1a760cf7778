"""A verdict as a pandas table."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from darklaunch.publish import words

_COUNTS: Final = frozenset({"pairs", "units", "byte_equal", "mismatches", "baseline_mismatches"})


def endpoints_frame(verdict: Mapping[str, Any]) -> pd.DataFrame:
    """One row an endpoint, worst first: its numbers, nulls as ``<NA>``, and its reasons as one text.

    Args:
        verdict: ``verdict.json``.
    """
    entries = words.ranked(verdict["endpoints"])
    # the fleet lends its columns where there is no endpoint
    known = dict.fromkeys(name for entry in (verdict["fleet"], *entries) for name in entry if _tabular(entry, name))
    table = pd.DataFrame({"endpoint": pd.Series([entry["endpoint"] for entry in entries], dtype="string")})
    for name in known:
        table[name] = pd.Series([entry.get(name) for entry in entries], dtype=_dtype(name))
    table["reasons"] = pd.Series([" ".join(entry["reasons"]) for entry in entries], dtype="string")
    return table


def _tabular(entry: Mapping[str, Any], name: str) -> bool:
    told_elsewhere = name in {"endpoint", "reasons"} or name.endswith("_reason")
    return not told_elsewhere and (name == "verdict" or not isinstance(entry[name], (dict, list, str, bool)))


def _dtype(name: str) -> str:
    if name == "verdict":
        return "string"
    return "Int64" if name in _COUNTS else "Float64"
