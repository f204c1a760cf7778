"""The endpoints of a run as tables: Parquet for programs, CSV for spreadsheets."""

import csv
import io
from pathlib import Path
from typing import Final

from darklaunch.publish.export.cells import csv_text
from darklaunch.publish.report.endpoint import EndpointReport
from darklaunch.publish.report.run import RunReport
from darklaunch.text.undefined import Undefined

COUNTS: Final = ("pairs", "units", "byte_equal", "mismatches", "baseline_mismatches")
"""The fields of an endpoint's report that are whole numbers, in the order of the tables' columns."""

RATES: Final = (
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
"""Those that are not."""


def numbers_of(report: EndpointReport) -> dict[str, float | None]:
    """The numbers of an endpoint by the names of the tables' columns; None is undefined."""
    values = {name: getattr(report, name) for name in (*COUNTS, *RATES)}
    return {name: None if isinstance(value, Undefined) else value for name, value in values.items()}


def write_scores(path: Path, report: RunReport) -> None:
    """Writes ``scores.parquet``: one row an endpoint, the numbers of ``verdict.json``."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema(
        [
            ("endpoint", pa.string()),
            ("verdict", pa.string()),
            ("reasons", pa.list_(pa.string())),
            *((name, pa.int64()) for name in COUNTS),
            *((name, pa.float64()) for name in RATES),
        ]
    )
    rows = [
        {
            "endpoint": endpoint.name,
            "verdict": endpoint.verdict.value,
            "reasons": list(endpoint.reasons),
            **numbers_of(endpoint),
        }
        for endpoint in report.endpoints
    ]
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)


def endpoints_csv(report: RunReport) -> str:
    """The endpoints as CSV; what a spreadsheet would take for a formula is marked as text."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("endpoint", "verdict", *COUNTS, *RATES, "reasons"))
    for endpoint in report.endpoints:
        numbers = numbers_of(endpoint).values()
        row = (endpoint.name, endpoint.verdict.value, *numbers, " ".join(endpoint.reasons))
        writer.writerow([csv_text(value) if isinstance(value, str) else value for value in row])
    return text.getvalue()
