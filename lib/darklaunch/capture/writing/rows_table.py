"""Exchanges as a table in the types of the contract."""

from collections.abc import Sequence
from typing import Final

import pyarrow as pa

from darklaunch.capture.rows import CAPTURE, HEADERS
from darklaunch.capture.writing.exchange import Exchange, Headers

_NEVER_NULL: Final = frozenset({"request_id", "captured_at", "method", "path", "body_truncated", "sample_rate"})


def _written(field: pa.Field) -> pa.Field:
    kind = pa.binary() if pa.types.is_large_binary(field.type) else field.type
    return pa.field(field.name, kind, nullable=field.name not in _NEVER_NULL)


WRITTEN: Final = pa.schema([_written(field) for field in CAPTURE])
"""The columns of the contract as they are written: bodies of one row group stay below 2 GB."""

_PLAIN: Final = [name for name in WRITTEN.names if name not in {"request_headers", "response_headers"}]


def rows_table(exchanges: Sequence[Exchange]) -> pa.Table:
    """Makes a table with one row an exchange, in their order."""
    columns = {name: pa.array([getattr(each, name) for each in exchanges], WRITTEN.field(name).type) for name in _PLAIN}
    columns["request_headers"] = _headers([each.request_headers for each in exchanges])
    columns["response_headers"] = _headers([each.response_headers for each in exchanges])
    return pa.table([columns[name] for name in WRITTEN.names], schema=WRITTEN)


def _headers(lists: Sequence[Headers | None]) -> pa.Array:
    offsets, names, values, position = [0], [], [], 0
    for headers in lists:
        if headers is not None:
            names += [name for name, _ in headers]
            values += [value for _, value in headers]
            position = len(names)
        offsets.append(position)
    flat = pa.StructArray.from_arrays(
        [pa.array(names, pa.string()), pa.array(values, pa.string())], fields=list(HEADERS.value_type)
    )
    mask = pa.array([headers is None for headers in lists], pa.bool_())
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), flat, mask=mask)
