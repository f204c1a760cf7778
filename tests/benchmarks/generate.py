"""Generator of capture logs for the benchmarks: pairs with JSON bodies of about 800 bytes.

Half of the endpoints have volatile fields in every response (a request's own id, a time stamp, a duration),
0.5 % of the pairs differ truly (one price), and nothing else differs.
"""

import datetime as dt
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

START = dt.datetime(2026, 3, 2, tzinfo=dt.timezone.utc)
ENDPOINTS = 20
TRUE_MISMATCHES = 0.005
HEADERS = {
    arm: [("content-type", "application/json"), ("date", f"Mon, 02 Mar 2026 00:00:0{second} GMT"), ("server", "shop")]
    for second, arm in enumerate(("production", "shadow"))
}

_HEADER = pa.list_(pa.struct([("name", pa.string()), ("value", pa.string())]))
SCHEMA = pa.schema(
    [
        pa.field("request_id", pa.string(), nullable=False),
        pa.field("captured_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("method", pa.string(), nullable=False),
        pa.field("path", pa.string(), nullable=False),
        pa.field("query", pa.string()),
        pa.field("endpoint", pa.string()),
        pa.field("request_headers", _HEADER),
        pa.field("request_body", pa.binary()),
        pa.field("status", pa.int32()),
        pa.field("response_headers", _HEADER),
        pa.field("body", pa.binary()),
        pa.field("body_truncated", pa.bool_(), nullable=False),
        pa.field("latency_ms", pa.float64()),
        pa.field("error", pa.string()),
        pa.field("sample_rate", pa.float64(), nullable=False),
        pa.field("unit_id", pa.string()),
        pa.field("release", pa.string()),
        pa.field("attributes", pa.map_(pa.string(), pa.string())),
    ]
)


def bodies(rng: np.random.Generator, endpoint: int, index: int, *, wrong: bool) -> tuple[bytes, bytes]:
    """The two answers to one request."""
    prices = rng.integers(100, 100_000, 8)
    items = [
        {
            "sku": f"sku-{index % 997}-{n}",
            "name": f"item number {n}",
            "price": int(p),
            "stock": n % 3 == 0,
            "tags": ["a", "b"],
        }
        for n, p in enumerate(prices)
    ]
    answer = {"id": index, "kind": f"kind-{endpoint}", "items": items, "total": float(prices.sum()) / 100, "next": None}
    other = {**answer, "items": [{**items[0], "price": items[0]["price"] + 1}, *items[1:]]} if wrong else answer
    if endpoint % 2:
        volatile = [
            {
                "request": rng.bytes(16).hex(),
                "at": f"2026-03-02T00:00:{word % 60:02d}Z",
                "took_ms": word % 100_000 / 1000,
            }
            for word in map(int, rng.integers(0, 2**62, 2))
        ]
        answer, other = {**answer, **volatile[0]}, {**other, **volatile[1]}
    return orjson.dumps(answer), orjson.dumps(other)


def generate(out: Path, pairs: int, *, hours: int = 24, seed: int = 1) -> None:
    """Writes a log of ``pairs`` requests over ``hours`` hours, one file for each hour and arm."""
    rng = np.random.default_rng(seed)
    edges = np.linspace(0, pairs, hours + 1).astype(int)
    for hour in range(hours):
        columns: dict[str, list[tuple[bytes, float]]] = {"production": [], "shadow": []}
        rows = range(edges[hour], edges[hour + 1])
        for index in rows:
            pair = bodies(rng, index % ENDPOINTS, index, wrong=rng.random() < TRUE_MISMATCHES)
            latencies = rng.lognormal(3, 0.5, 2)
            for arm, body, latency_ms in zip(columns, pair, latencies, strict=True):
                columns[arm].append((body, float(latency_ms)))
        for arm, answers in columns.items():
            _write(out, START + dt.timedelta(hours=hour), arm, rows, answers)


def _write(out: Path, hour: dt.datetime, arm: str, rows: range, answers: list[tuple[bytes, float]]) -> None:
    step = dt.timedelta(hours=1) / max(1, len(rows))
    count = len(rows)
    table = pa.table(
        {
            "request_id": [f"{index * 2654435761 % 2**32:08x}-{index:012x}" for index in rows],
            "captured_at": [hour + step * n for n in range(count)],
            "method": ["GET"] * count,
            "path": [f"/shop/{index % ENDPOINTS}/{index}" for index in rows],
            "query": [None] * count,
            "endpoint": [f"/shop/{index % ENDPOINTS}/{{id}}" for index in rows],
            "request_headers": [[("accept", "application/json")]] * count,
            "request_body": [None] * count,
            "status": [200] * count,
            "response_headers": [HEADERS[arm]] * count,
            "body": [body for body, _ in answers],
            "body_truncated": [False] * count,
            "latency_ms": [latency_ms for _, latency_ms in answers],
            "error": [None] * count,
            "sample_rate": [1.0] * count,
            "unit_id": [f"u{index // 3}" for index in rows],
            "release": ["1.0" if arm == "production" else "2.0"] * count,
            "attributes": [[("region", "eu")]] * count,
        },
        schema=SCHEMA,
    )
    folder = out / f"date={hour:%Y-%m-%d}" / f"hour={hour:%H}" / f"arm={arm}"
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, folder / "part-0.parquet")
