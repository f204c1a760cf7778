"""The schema of the capture log, contract v1, as PyArrow types."""

from typing import Final

import pyarrow as pa

HEADERS: Final = pa.list_(pa.struct([("name", pa.string()), ("value", pa.string())]))
MOMENT: Final = pa.timestamp("us", "UTC")

CAPTURE: Final = pa.schema(
    [
        ("request_id", pa.string()),
        ("captured_at", MOMENT),
        ("method", pa.string()),
        ("path", pa.string()),
        ("query", pa.string()),
        ("endpoint", pa.string()),
        ("request_headers", HEADERS),
        ("request_body", pa.large_binary()),
        ("status", pa.int32()),
        ("response_headers", HEADERS),
        ("body", pa.large_binary()),
        ("body_truncated", pa.bool_()),
        ("latency_ms", pa.float64()),
        ("error", pa.string()),
        ("sample_rate", pa.float64()),
        ("unit_id", pa.string()),
        ("release", pa.string()),
        ("attributes", pa.map_(pa.string(), pa.string())),
    ]
)
"""The columns of the capture log, contract v1; bodies may add up to more than 2 GB."""

NEVER_NULL: Final = frozenset({"request_id", "captured_at", "method", "path", "body_truncated", "sample_rate"})
"""The columns that hold a value in every good row."""
