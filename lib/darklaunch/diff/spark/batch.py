"""Batches of an Arrow UDF: columns read into responses, and rows written as structs."""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple, TypeAlias

import pyarrow as pa
from pyspark.sql import types as T
from pyspark.sql.pandas.types import to_arrow_type

from darklaunch.capture.arm import ARMS
from darklaunch.diff.http.response import Response
from darklaunch.pair.headers import BODY, HEAD, headers_of

INPUTS = (
    "endpoint",
    "shadow_differs",
    "baseline_differs",
    *(f"{arm}_{part}" for arm in ARMS for part in ("status", "sent_head", "sent_body")),
)
"""Columns of ``pair`` that a UDF reads, in this order."""

Row: TypeAlias = tuple[object, ...]
_ReadResponse: TypeAlias = Callable[[int, int, Response | None], Response]


class Responses(NamedTuple):
    """The responses to one request, as far as their bytes differ.

    Attributes:
        endpoint: the request's.
        production: the reference.
        shadow: None where it does not differ from production, or does not take part.
        baseline: the same of the baseline.
    """

    endpoint: str
    production: Response
    shadow: Response | None
    baseline: Response | None


def read_batch(columns: Sequence[pa.Array]) -> Iterator[Responses | None]:
    """Reads a batch of the columns ``INPUTS``.

    Returns:
        One item a row; None where no byte of shadow and baseline differs from production.
    """
    endpoints, shadow_bits, baseline_bits = (column.to_pylist() for column in columns[:3])
    production_at, shadow_at, baseline_at = (_reader(*columns[first : first + 3]) for first in (3, 6, 9))
    for row, (shadow, baseline) in enumerate(zip(shadow_bits, baseline_bits, strict=True)):
        if not shadow and not baseline:
            yield None
            continue
        production = production_at(row, HEAD + BODY, None)
        yield Responses(
            endpoints[row],
            production,
            shadow_at(row, shadow, production) if shadow else None,
            baseline_at(row, baseline, production) if baseline else None,
        )


def _reader(statuses: pa.Array, heads: pa.Array, bodies: pa.Array) -> _ReadResponse:
    """Makes one arm's responses by row; what was not sent, because it is the same, is taken from production."""
    status, head, body = (column.to_pylist() for column in (statuses, heads, bodies))

    def response(row: int, bits: int, production: Response | None) -> Response:
        headers = headers_of(head[row] or "") if production is None or bits & HEAD else production.headers
        return Response(status[row], headers, body[row] if production is None or bits & BODY else production.body)

    return response


def struct_array(rows: Sequence[Row], kind: T.StructType) -> pa.StructArray:
    """Writes rows, each with a value for every field, as structs of a Spark type."""
    struct = to_arrow_type(kind)
    columns: Iterable[Row] = zip(*rows, strict=True) if rows else [()] * struct.num_fields
    arrays = [pa.array(list(column), field.type) for column, field in zip(columns, struct, strict=True)]
    return pa.StructArray.from_arrays(arrays, fields=list(struct))


@contextmanager
def no_cycle_search() -> Iterator[None]:
    """Pauses Python's search for reference cycles.

    Parsed bodies are trees, which reference counts free; to search them for cycles took a fifth of the time.
    """
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()
