"""Windows of pairs with planted differences, and the production rows behind them."""

import datetime as dt

import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.diff.difference import Kind
from darklaunch.diff.privacy.masking import Masking
from darklaunch.triage.encoded_pairs import PairsPart
from darklaunch.triage.finding import find_causes
from darklaunch.window import Window
from tests.benchmarks.generate import SCHEMA
from tests.worlds import START

WINDOW = Window(start=START, end=START + dt.timedelta(hours=6))
FIELDS = ("path", "kind", "production", "shadow", "rule", "baseline_differs", "severity")
PAIRS = pa.schema(
    [
        ("request_id", pa.string()),
        ("endpoint", pa.dictionary(pa.int32(), pa.string())),
        ("bucket", pa.timestamp("us", "UTC")),
        ("weight", pa.float64()),
        ("outcome", pa.dictionary(pa.int32(), pa.string())),
        ("production_status", pa.int32()),
        (
            "differences",
            pa.list_(pa.struct([(name, pa.bool_() if name == "baseline_differs" else pa.string()) for name in FIELDS])),
        ),
    ]
)


def difference(path, kind="value_changed", production="1", shadow="2", *, rule=None, baseline=False, severity=None):
    return dict(
        zip(
            FIELDS,
            (path, kind, production, shadow, rule, baseline, severity or Kind(kind).severity.value),
            strict=True,
        )
    )


def pair(request_id, differences=None, *, endpoint="GET /items/{id}", hour=0, **changes):
    counts = any(each["rule"] is None for each in differences or ())
    return {
        "request_id": request_id,
        "endpoint": endpoint,
        "bucket": START + dt.timedelta(hours=hour),
        "weight": 2.0,
        "outcome": "mismatch" if counts else "match",
        "production_status": 200,
        "differences": differences,
    } | changes


def pairs_table(pairs):
    return pa.Table.from_pylist(pairs, schema=PAIRS)


def rows_table(rows):
    loose = pa.schema([field.with_nullable(True) for field in SCHEMA])
    return pa.Table.from_pylist([{name: each[name] for name in SCHEMA.names} for each in rows], schema=loose)


def part_of(pairs, rows):
    return PairsPart(
        pairs=pairs.select,
        production_rows=lambda ids, columns: rows.filter(pc.is_in(rows["request_id"], value_set=ids)).select(columns),
    )


def causes_of(pairs, rows, *, masking=Masking.SENSITIVE, parts=None):
    """The causes of a window, given as one part or as several."""
    tables = [pairs] if parts is None else parts
    parts_ = [part_of(each, rows) for each in tables]
    return find_causes(parts_, window=WINDOW, masking=masking, alpha=0.05, tolerated_excess=lambda _: 0.01)
