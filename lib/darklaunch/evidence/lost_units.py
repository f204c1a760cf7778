"""Production's rows that break the contract: requests that it answered and of which nothing was seen."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.around import HOUR_US, microseconds
from darklaunch.capture.rows import MOMENT
from darklaunch.capture.selection import Selection
from darklaunch.capture.sums import add_rows
from darklaunch.evidence.units import UNIT_KEY
from darklaunch.pair.units import hashed_units


def lost_units(rows: pa.Table, like: pa.Table, selection: Selection) -> pa.Table:
    """Units of production's rows that break the contract: requests that it answered and nobody could compare.

    A time or a sample rate that breaks it is not taken from it: the row belongs to the window, and stands for one.

    Args:
        rows: of the window, as ``rows_around`` returns them.
        like: what ``unit_rows`` returns of the good ones, whose columns these get.
        selection: the window, and the least sample rate that is good.
    """
    rates = pc.fill_null(rows["sample_rate"], 1.0)
    good = pc.and_(pc.greater(rates, 0.0), pc.less_equal(rates, 1.0))
    good = pc.and_(good, pc.greater_equal(rates, selection.minimum_sample_rate))
    first, end = (microseconds(moment) for moment in (selection.window.start, selection.window.end))
    moments = np.clip(pc.fill_null(rows["captured_at"].cast(pa.int64()), first).to_numpy(), first, end - 1)
    keys = {
        "endpoint": rows["endpoint"].cast(pa.string()),
        "bucket": pa.array(moments // HOUR_US * HOUR_US, pa.int64()).cast(MOMENT),
        "sample_rate": pc.if_else(good, rates, 1.0),
        "unit": hashed_units(pc.coalesce(rows["unit_id"], rows["request_id"], pa.scalar("")).combine_chunks()),
    }
    ones, zeros = np.ones(rows.num_rows, np.int64), np.zeros(rows.num_rows, np.int64)
    counts = {
        name: pa.array(ones if name == "missing" else zeros) for name in like.column_names if name not in UNIT_KEY
    }
    table = pa.table({name: (keys | counts)[name] for name in like.column_names}).cast(like.schema)
    return add_rows([table], UNIT_KEY).select(like.column_names)
