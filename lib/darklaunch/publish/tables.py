"""The endpoints of a run as tables: Parquet for programs, CSV for spreadsheets."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

_COUNTS: Final = ("pairs", "units", "byte_equal", "mismatches", "baseline_mismatches")
_NUMBERS: Final = (
    "effective_pairs",
    "match_rate",
    "noise",
    "completeness",
    "tolerated_excess",
    "excess",
    "excess_low",
    "excess_high",
    "level",
    "confidence",
    "regression_confidence",
    "pairs_needed",
)
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def write_scores(path: Path, verdict: Mapping[str, Any]) -> None:
    """Writes ``scores.parquet``: one row an endpoint, the numbers of ``verdict.json``."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema(
        [
            ("endpoint", pa.string()),
            ("verdict", pa.string()),
            ("reasons", pa.list_(pa.string())),
            *((name, pa.int64()) for name in _COUNTS),
            *((name, pa.float64()) for name in _NUMBERS),
        ]
    )
    pq.write_table(pa.Table.from_pylist(verdict["endpoints"], schema=schema), path)


def endpoints_csv(verdict: Mapping[str, Any]) -> str:
    """The endpoints as CSV; what a spreadsheet would take for a formula is marked as text."""
    text = io.StringIO()
    writer = csv.writer(text)
    names = ("endpoint", "verdict", *_COUNTS, *_NUMBERS, "reasons")
    writer.writerow(names)
    for endpoint in verdict["endpoints"]:
        row = {**endpoint, "reasons": " ".join(endpoint["reasons"])}
        writer.writerow([_harmless(row[name]) for name in names])
    return text.getvalue()


def _harmless(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value
