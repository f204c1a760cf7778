"""A finished run on disk, as the pipeline leaves it, without Spark."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.publish import sample

DIFFERENCES = [
    ("r-1", "GET /items/{id}", "$.body.query_ms", "value_changed", "12", "14", "ignore $.body.query_ms", True),
    ("r-2", "POST /orders", "$.body.total.amount", "type_changed", '"12.30"', "12.3", None, False),
    ("r-3", "POST /orders", "$.body.total.amount", "type_changed", '"1.30"', "1.3", None, None),
    ("r-3", "POST /orders", "$.body['<b>bold</b>']", "missing", sample.SCRIPT, None, None, False),
]
_NAMES = ("request_id", "endpoint", "path", "kind", "production", "shadow", "rule", "baseline_differs")


def write_run(out: Path, verdict: dict[str, Any] | None = None) -> Path:
    """Writes a run below `out` and points latest.json at it; returns its folder."""
    verdict = sample.full() if verdict is None else verdict
    relative = f"launches/{verdict['launch']['key']}/runs/20260508T000000Z"
    folder = out / relative
    for name, table in (("differences", _differences()), ("pairs", _pairs())):
        (folder / name).mkdir(parents=True)
        pq.write_table(table, folder / name / "part-00000.snappy.parquet")
        (folder / name / "_SUCCESS").touch()
    (folder / "verdict.json").write_text(json.dumps(verdict), encoding="utf-8")
    (folder / "report.html").write_text("<p>report</p>", encoding="utf-8")
    (out / "latest.json").write_text(json.dumps({"run": relative}), encoding="utf-8")
    return folder


def _differences() -> pa.Table:
    columns = dict(zip(_NAMES, map(list, zip(*DIFFERENCES, strict=True)), strict=True))
    return pa.table(columns)


def _pairs() -> pa.Table:
    generator = np.random.default_rng(7)
    rows = 600
    production = generator.lognormal(3, 0.5, rows)
    return pa.table(
        {
            "request_id": [f"r-{number}" for number in range(rows)],
            "endpoint": ["GET /items/{id}", "POST /orders", "GET /health"] * (rows // 3),
            "outcome": [
                "mismatch" if number == 1 else "equal" if number % 50 else "shadow_missing" for number in range(rows)
            ],
            "mismatch": [number == 1 for number in range(rows)],
            "production_latency_ms": production,
            "shadow_latency_ms": [None if number % 50 == 0 else value for number, value in enumerate(production * 1.2)],
        }
    )
