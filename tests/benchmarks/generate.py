"""Generator of capture logs for the benchmarks: pairs with JSON bodies, of about 820 bytes unless said.

Half of the endpoints have volatile fields in every response (a request's own id, a time stamp, a duration),
0.5 % of the pairs differ truly (one price), and nothing else differs.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

START = dt.datetime(2026, 3, 2, tzinfo=dt.timezone.utc)
TRUE_MISMATCHES = 0.005
HEADERS = {
    arm: [("content-type", "application/json"), ("date", f"Mon, 02 Mar 2026 00:00:0{second} GMT"), ("server", "shop")]
    for second, arm in enumerate(("production", "shadow"))
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a log is like.

    Attributes:
        items: in each body, of about 95 bytes each.
        equal: the share of endpoints with byte-equal answers but for true mismatches; at 1 there are none of these.
        endpoints: how many.
    """

    items: int = 8
    equal: float = 0.5
    endpoints: int = 20


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


def bodies(rng: np.random.Generator, endpoint: int, index: int, shape: Shape, *, wrong: bool) -> tuple[bytes, bytes]:
    """The two answers to one request."""
    prices = rng.integers(100, 100_000, shape.items)
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
    if endpoint < (1 - shape.equal) * shape.endpoints:
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


DEFAULT = Shape()


def generate(out: Path, pairs: int, shape: Shape = DEFAULT, *, hours: int = 24, seed: int = 1) -> None:
    """Writes a log of ``pairs`` requests over ``hours`` hours, one file for each hour and arm."""
    rng = np.random.default_rng(seed)
    edges = np.linspace(0, pairs, hours + 1).astype(int)
    for hour in range(hours):
        columns: dict[str, list[tuple[bytes, float]]] = {"production": [], "shadow": []}
        rows = range(edges[hour], edges[hour + 1])
        for index in rows:
            wrong = rng.random() < TRUE_MISMATCHES and shape.equal < 1
            pair = bodies(rng, index % shape.endpoints, index, shape, wrong=wrong)
            latencies = rng.lognormal(3, 0.5, 2)
            for arm, body, latency_ms in zip(columns, pair, latencies, strict=True):
                columns[arm].append((body, float(latency_ms)))
        for arm, answers in columns.items():
            _write(out, START + dt.timedelta(hours=hour), arm, rows, answers, shape.endpoints)


def repeat(log: Path, out: Path, days: int) -> None:
    """Writes the log of a day for so many days, with other request ids each day."""
    for file in sorted(log.rglob("*.parquet")):
        table = pq.ParquetFile(file).read()
        for day in range(days):
            later = dt.timedelta(days=day)
            ids = pc.binary_join_element_wise(table["request_id"], f"{day:02d}", "-")
            moments = pc.add(table["captured_at"], pa.scalar(later, pa.duration("us")))
            fresh = table.set_column(0, SCHEMA.field(0), ids).set_column(1, SCHEMA.field(1), moments)
            hour, arm = file.parts[-3:-1]
            folder = out / f"date={START + later:%Y-%m-%d}" / hour / arm
            folder.mkdir(parents=True, exist_ok=True)
            pq.write_table(fresh, folder / file.name)


def _write(
    out: Path, hour: dt.datetime, arm: str, rows: range, answers: list[tuple[bytes, float]], endpoints: int
) -> None:
    step = dt.timedelta(hours=1) / max(1, len(rows))
    count = len(rows)
    table = pa.table(
        {
            "request_id": [f"{index * 2654435761 % 2**32:08x}-{index:012x}" for index in rows],
            "captured_at": [hour + step * n for n in range(count)],
            "method": ["GET"] * count,
            "path": [f"/shop/{index % endpoints}/{index}" for index in rows],
            "query": [None] * count,
            "endpoint": [f"/shop/{index % endpoints}/{{id}}" for index in rows],
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
