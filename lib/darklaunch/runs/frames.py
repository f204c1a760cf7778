"""A run's report, and the tables beside it, in pandas."""

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow.dataset as ds

from darklaunch.publish.report.endpoint import EndpointReport, ranked
from darklaunch.publish.report.run import RunReport
from darklaunch.publish.slice_text import slice_text
from darklaunch.publish.tables import COUNTS, RATES, numbers_of
from darklaunch.text.undefined import Undefined, number_or_none
from darklaunch.triage.cause_report import CauseReport

_CAUSE: Final = {
    **dict.fromkeys(("id", "endpoint", "path", "kind"), "string"),
    "endpoints": "Int64",
    "paths": "Int64",
    "systematic": "boolean",
    "severity": "string",
    "requests": "Int64",
    **dict.fromkeys(("share", "share_low", "share_high", "noise_share", "failures_a_day"), "Float64"),
    **dict.fromkeys(("slice", "example"), "string"),
}


def endpoints_frame(report: RunReport) -> pd.DataFrame:
    """One row an endpoint, worst first: its numbers, undefined ones as ``<NA>``, and its reasons as one text."""
    endpoints = ranked(report.endpoints)
    rows = [numbers_of(endpoint) for endpoint in endpoints]
    numbers = {
        name: pd.Series([row[name] for row in rows], dtype="Int64" if name in COUNTS else "Float64")
        for name in (field.name for field in fields(EndpointReport))
        if name in {*COUNTS, *RATES}
    }
    expected = [None if isinstance(each.expected, Undefined) else each.expected for each in endpoints]
    columns = {
        "endpoint": pd.Series([endpoint.name for endpoint in endpoints], dtype="string"),
        "verdict": pd.Series([endpoint.verdict.value for endpoint in endpoints], dtype="string"),
        **numbers,
        "decided_by": pd.Series([_decided_by(each) for each in endpoints], dtype="string"),
        "expected": pd.Series(expected, dtype="datetime64[us, UTC]"),
        "reasons": pd.Series([" ".join(endpoint.reasons) for endpoint in endpoints], dtype="string"),
    }
    return pd.DataFrame(columns)


def _decided_by(report: EndpointReport) -> str | None:
    """The dimension that a block rests on, or that limits the confidence; None: it was not recorded."""
    return report.deciding.dimension.value if report.deciding is not None else None


def causes_frame(causes: Sequence[CauseReport]) -> pd.DataFrame:
    """One row a cause, in their order: where, its first path, numbers (undefined: ``<NA>``), its first slice."""
    rows = [
        {
            "id": cause.id,
            "endpoint": cause.endpoint,
            "path": cause.paths[0].path,
            "kind": cause.paths[0].kind.value,
            "endpoints": max(1, len(cause.endpoints)),
            "paths": cause.path_count,
            "systematic": cause.systematic,
            "severity": cause.severity.value,
            "requests": cause.requests,
            "share": cause.share,
            "share_low": cause.share_low,
            "share_high": cause.share_high,
            "noise_share": number_or_none(cause.noise_share),
            "failures_a_day": cause.failures_a_day,
            "slice": slice_text(cause, cause.slices[0]).text if cause.slices else None,
            "example": cause.examples[0].request_id if cause.examples else None,
        }
        for cause in causes
    ]
    return pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=dtype) for name, dtype in _CAUSE.items()})


def rows_of(
    folder: Path, *, endpoint: str | None = None, columns: Sequence[str] | None = None, without: str = ""
) -> pd.DataFrame:
    """The rows of a table on disk.

    Args:
        folder: of its Parquet files.
        endpoint: whose rows; None: of all endpoints.
        columns: to be read; None: all of them.
        without: a column that is left out of all.
    """
    table = ds.dataset(folder)
    names = [name for name in table.schema.names if name != without] if columns is None else list(columns)
    wanted = None if endpoint is None else ds.field("endpoint") == endpoint
    rows: pd.DataFrame = table.to_table(columns=names, filter=wanted).to_pandas()
    return rows
