"""Capture logs with planted answers, written as a recorder would write them."""

import datetime as dt
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.benchmarks.generate import SCHEMA

START = dt.datetime(2026, 3, 2, tzinfo=dt.timezone.utc)
HEADERS = [("content-type", "application/json")]


def row(request_id: str | None, arm: str, *, at: float = 60.0, body: Any = None, **changes: Any) -> dict[str, Any]:
    """One exchange, ``at`` seconds after the start of the world; the body is written as JSON unless it is bytes."""
    raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    return {
        "arm": arm,
        "request_id": request_id,
        "captured_at": START + dt.timedelta(seconds=at),
        "method": "GET",
        "path": "/items/1",
        "query": None,
        "endpoint": "/items/{id}",
        "request_headers": [],
        "request_body": None,
        "status": 200,
        "response_headers": HEADERS,
        "body": raw,
        "body_truncated": False,
        "latency_ms": 10.0,
        "error": None,
        "sample_rate": 1.0,
        "unit_id": None,
        "release": "2.0" if arm == "shadow" else "1.0",
        "attributes": [],
    } | changes


def write_log(folder: Path, rows: list[dict[str, Any]]) -> Path:
    """Writes rows where the contract puts them; ``hour`` in a row puts it into another hour's folder."""
    places = defaultdict(list)
    for each in rows:
        moment = each.get("hour") or each["captured_at"]
        place = f"date={moment:%Y-%m-%d}/hour={moment:%H}/arm={each['arm']}"
        places[place].append({name: each[name] for name in SCHEMA.names})
    loose = pa.schema([field.with_nullable(True) for field in SCHEMA])
    for place, rows_ in places.items():
        (folder / place).mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(rows_, schema=loose), folder / place / "part-0.parquet")
    return folder


def pairs(
    count: int, *, wrong: int = 0, prefix: str = "r", baseline: bool = False, **changes: Any
) -> list[dict[str, Any]]:
    """``count`` requests of which the first ``wrong`` differ in the shadow, one each second, sessions of three."""
    rows = []
    for n in range(count):
        body = {"n": n, "price": 10}
        common = {"at": float(n), "unit_id": f"u{n // 3}", **changes}
        rows.append(row(f"{prefix}{n}", "production", body=body, **common))
        rows.append(row(f"{prefix}{n}", "shadow", body={**body, "price": 11} if n < wrong else body, **common))
        if baseline:
            rows.append(row(f"{prefix}{n}", "baseline", body=body, **common))
    return rows
