"""Production's traffic by endpoint and hour, which tells when a clean release could be promoted."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from darklaunch.capture.around import HOUR_US
from darklaunch.capture.sums import add_rows
from darklaunch.pair.requests import Requests
from darklaunch.pair.units import units_of

_UNIT: Final = ("endpoint", "hour", "sample_rate", "unit")


def traffic_units(requests: Requests) -> pa.Table:
    """The units of production's requests.

    Args:
        requests: what ``pair_requests`` returns, of production's rows alone.

    Returns:
        ``endpoint``, ``hour`` (since 1970), ``sample_rate``, ``unit`` and ``requests``, each unit once.
    """
    moments = requests.first("captured_at").cast(pa.int64()).to_numpy()
    inside = requests.first("in_window")
    endpoints = requests.first("endpoint")
    rows = pa.table(
        {
            "endpoint": endpoints.cast(pa.string()),
            "hour": pa.array(moments // HOUR_US),
            "sample_rate": requests.first("sample_rate"),
            "unit": units_of(requests),
            "requests": pa.array(np.ones(len(moments), np.int64)),
        }
    )
    return add_rows([rows.filter(inside)], _UNIT)


def hourly_traffic(parts: Sequence[pa.Table]) -> pa.Table:
    """How many units and requests an endpoint has in each hour, of what ``traffic_units`` returned of several parts."""
    units = add_rows(parts, _UNIT)
    ones = units.append_column("units", pa.array(np.ones(units.num_rows, np.int64))).drop_columns(["unit"])
    return add_rows([ones], _UNIT[:-1])
