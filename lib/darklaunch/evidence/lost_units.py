"""Production's rows that break the contract: requests that it answered and of which nothing was seen."""

import hashlib

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.around import HOUR_US
from darklaunch.capture.rows import MOMENT
from darklaunch.capture.sums import add_rows
from darklaunch.evidence.units import UNIT_KEY


def lost_units(rows: pa.Table, like: pa.Table) -> pa.Table:
    """Units of production's rows that break the contract: requests that it answered and nobody could compare.

    Args:
        rows: of the window, as ``rows_around`` returns them.
        like: what ``unit_rows`` returns of the good ones, whose columns these get.
    """
    rates = pc.fill_null(rows["sample_rate"], 1.0)
    rates = pc.if_else(pc.and_(pc.greater(rates, 0.0), pc.less_equal(rates, 1.0)), rates, 1.0)
    moments = pc.coalesce(rows["captured_at"].cast(pa.int64()), pa.scalar(0, pa.int64())).to_numpy()
    units = pc.coalesce(rows["unit_id"], rows["request_id"], pa.scalar(""))
    digests = (hashlib.blake2b(unit.encode(), digest_size=8).digest() for unit in units.to_pylist())
    keys = {
        "endpoint": rows["endpoint"].cast(pa.string()),
        "bucket": pa.array(moments // HOUR_US * HOUR_US, pa.int64()).cast(MOMENT),
        "sample_rate": rates,
        "unit": pa.array(np.frombuffer(b"".join(digests), np.int64)),
    }
    ones, zeros = np.ones(rows.num_rows, np.int64), np.zeros(rows.num_rows, np.int64)
    counts = {
        name: pa.array(ones if name == "missing" else zeros) for name in like.column_names if name not in UNIT_KEY
    }
    table = pa.table({name: (keys | counts)[name] for name in like.column_names}).cast(like.schema)
    return add_rows([table], UNIT_KEY).select(like.column_names)
