"""Writes the files under ``polars``: ``python write_with_polars.py``, with polars 2.1.0."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import polars as pl

MOMENT = dt.datetime(2026, 3, 2, 8, 5, 0, 123456, tzinfo=dt.timezone.utc)
SCHEMA = {
    "date": pl.Date,
    "hour": pl.Int64,
    "arm": pl.String,
    "request_id": pl.String,
    "captured_at": pl.Datetime("ns", "UTC"),
    "method": pl.Enum(["GET", "POST"]),
    "path": pl.Categorical,
    "status": pl.Int64,
    "response_headers": pl.List(pl.Struct({"name": pl.String, "value": pl.String})),
    "body": pl.Binary,
    "body_truncated": pl.Boolean,
    "latency_ms": pl.Float32,
    "error": pl.Null,
    "sample_rate": pl.Decimal(38, 18),
    "attributes": pl.List(pl.Struct({"key": pl.String, "value": pl.String})),
}


def row(arm: str, number: int) -> dict[str, object]:
    """One exchange; every other one has neither headers nor attributes."""
    odd = number % 2 == 1
    return {
        "date": MOMENT.date(),
        "hour": 8,
        "arm": arm,
        "request_id": f"r{number}",
        "captured_at": MOMENT + dt.timedelta(seconds=number),
        "method": "POST" if odd else "GET",
        "path": f"/items/{number}",
        "status": 201 if odd else 200,
        "response_headers": None if odd else [{"name": "vary", "value": "a"}, {"name": "vary", "value": "b"}],
        "body": f'{{"n":{number}}}'.encode(),
        "body_truncated": False,
        "latency_ms": 1.5,
        "error": None,
        "sample_rate": Decimal("0.1"),
        "attributes": None if odd else [{"key": "region", "value": "eu"}],
    }


rows = [row(arm, number) for arm in ("production", "shadow") for number in range(4)]
frame = pl.DataFrame(rows, schema=SCHEMA)
root = Path(__file__).parent / "polars"
frame.write_parquet(
    pl.PartitionBy(root, key=["date", "hour", "arm"], include_key=False), mkdir=True, compression="brotli"
)
