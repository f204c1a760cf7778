"""A capture log of one launch that arrives hour by hour, late in places and twice in others."""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.benchmarks.generate import SCHEMA
from tests.worlds import START, row

ARMS = ("production", "shadow", "baseline")
LATE = 3
"""One in so many of an hour's rows of the shadow are those that come late, where some do."""

_ENDPOINTS = (("GET", "/items/{id}"), ("GET", "/vega/airports/{iata}.json"), ("POST", "/orders"))
_SCHEMA = pa.schema([field.with_nullable(True) for field in SCHEMA])


@dataclass(frozen=True, kw_only=True)
class World:
    """The requests of a launch; the same seed always makes the same ones."""

    seed: int
    requests: int

    def deliver(self, log: Path, hour: int, *, without_late: bool = False) -> None:
        """Writes an hour of the log, with or without the rows that may come late."""
        for arm in ARMS:
            rows = self._rows(hour, arm)
            late = rows[::LATE] if arm == "shadow" else []
            _write(log, hour, arm, "part-0", [each for each in rows if each not in late])
            if late and not without_late:
                self.deliver_late(log, hour)

    def deliver_late(self, log: Path, hour: int) -> None:
        """Writes what had not come of an hour."""
        _write(log, hour, "shadow", "part-1", self._rows(hour, "shadow")[::LATE])

    def deliver_twice(self, log: Path, hour: int) -> None:
        """Writes what has come of an hour once more, under another name."""
        for arm in ARMS:
            _write(log, hour, arm, "again-0", self._rows(hour, arm)[1::LATE])

    def _rows(self, hour: int, arm: str) -> list[dict[str, Any]]:
        random = np.random.default_rng([self.seed, hour])
        endpoints = random.choice(len(_ENDPOINTS), self.requests, p=[0.6, 0.3, 0.1])
        wrong = random.random(self.requests) < 0.002
        latencies = random.lognormal(3, 0.5, (len(ARMS), self.requests))
        rows = []
        for n in range(self.requests):
            method, endpoint = _ENDPOINTS[endpoints[n]]
            body = {"n": n, "token": f"{arm}-{hour}-{n}", "price": 11 if wrong[n] and arm == "shadow" else 10}
            changes = {"method": method, "endpoint": endpoint, "unit_id": f"u{hour}-{n // 2}"}
            latency_ms = float(latencies[ARMS.index(arm), n])
            at = hour * 3600.0 + 60 + n * 3480 / self.requests
            rows.append(
                row(f"r{hour}-{n}", arm, at=at, body=json.loads(json.dumps(body)), latency_ms=latency_ms, **changes)
            )
        return rows


def span(hour: int, hours: int = 1) -> list[str]:
    """The options that name a window."""
    start = START + dt.timedelta(hours=hour)
    return ["--from", f"{start:%Y-%m-%dT%H:%MZ}", "--to", f"{start + dt.timedelta(hours=hours):%Y-%m-%dT%H:%MZ}"]


def _write(log: Path, hour: int, arm: str, name: str, rows: list[dict[str, Any]]) -> None:
    moment = START + dt.timedelta(hours=hour)
    folder = log / f"date={moment:%Y-%m-%d}" / f"hour={moment:%H}" / f"arm={arm}"
    folder.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pylist([{field: each[field] for field in SCHEMA.names} for each in rows], schema=_SCHEMA)
    # under another name until it is whole, as recorders do
    fresh = folder / f".{name}.fresh"
    pq.write_table(table, fresh)
    fresh.rename(folder / f"{name}.parquet")
