"""Files of a capture log with columns of any type."""

from datetime import datetime, timezone
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from darklaunch.capture.footers import CheckedFiles, check_files
from darklaunch.capture.inventory import list_log
from tests.benchmarks.generate import SCHEMA

FOLDER = "date=2026-03-02/hour=14/arm=production"


HEADERS = [{"name": "content-type", "value": "text/html"}]


ROW = {
    "request_id": "r",
    "captured_at": datetime(2026, 3, 2, 14, 5, tzinfo=timezone.utc),
    "method": "GET",
    "path": "/",
    "status": 200,
    "response_headers": HEADERS,
    "body": b"b",
    "body_truncated": False,
    "latency_ms": 1.5,
    "sample_rate": 0.5,
    "attributes": [("region", "eu")],
}


TABLE = pa.Table.from_pylist([ROW], schema=SCHEMA)


TEXT = pa.string()


def write(root: Path, table: pa.Table, name: str = "part-0.parquet", **options: object) -> Path:
    folder = root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, folder / name, **options)
    return root


def check(root: Path) -> CheckedFiles:
    return check_files(list_log(str(root)))


def with_type(column: str, kind: pa.DataType, value: object) -> pa.Table:
    index = TABLE.schema.get_field_index(column)
    return TABLE.set_column(index, pa.field(column, kind), pa.array([value], type=kind))
