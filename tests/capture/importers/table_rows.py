"""Rows of tables, and their import."""

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq

from darklaunch.capture.importers.run import Format
from tests.capture.importers.recordings import imported

MAP = ["request_id=trace.id,captured_at=ts:ms", "method='GET',path=url, status=code", "latency_ms=took:s,body=answer"]


ROW = {
    "trace": {"id": "r1"},
    "ts": 1_772_460_000_250,
    "url": "https://shop/a?b=1",
    "code": 200,
    "took": 0.5,
    "answer": "x",
}


OWN = {
    "request_id": "r1",
    "captured_at": "2026-03-02T14:00:00Z",
    "method": "GET",
    "path": "/a",
    "status": 200,
    "body": "x",
}


def read(tmp_path, *rows, mapping=MAP, name="a.ndjson", data=None, **options):
    data = "\n".join(json.dumps(row) for row in rows).encode() if data is None else data
    return imported(tmp_path, Format.TABLE, {name: data}, own={"mapping": mapping}, **options)


def parquet(rows, **options):
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), sink, **options)
    return sink.getvalue()


def one(found):
    assert not found.reasons, found.reasons
    ((_, (row,)),) = found.rows.items()
    return row
