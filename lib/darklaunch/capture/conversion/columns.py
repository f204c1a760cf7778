"""Columns of the contract: which types each is read from, and how."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.conversion import types
from darklaunch.capture.conversion.loss import ValueLostError
from darklaunch.capture.conversion.numbers import as_flag, as_moment, as_number, as_optional_number, as_status
from darklaunch.capture.conversion.pairs import as_attributes, as_headers
from darklaunch.capture.conversion.texts import as_raw, as_text, stored
from darklaunch.capture.conversion.types import Fit
from darklaunch.capture.schema import CAPTURE, NEVER_NULL


@dataclass(frozen=True, slots=True)
class Reading:
    """The way in which columns of one type are read: the type in words, what fits it, and the conversion."""

    wanted: str
    fits: types.Reads
    convert: Callable[[pa.Array], pa.Array]


_TEXT: Final = Reading("string", types.text, as_text)
_RAW: Final = Reading("binary", types.raw, as_raw)
_HEADERS: Final = Reading("list<struct<name: string, value: string>>", types.headers, as_headers)

READINGS: Final = {
    "request_id": _TEXT,
    "captured_at": Reading("timestamp[us, tz=UTC]", types.moment, as_moment),
    "method": _TEXT,
    "path": _TEXT,
    "query": _TEXT,
    "endpoint": _TEXT,
    "request_headers": _HEADERS,
    "request_body": _RAW,
    "status": Reading("int32", types.status, as_status),
    "response_headers": _HEADERS,
    "body": _RAW,
    "body_truncated": Reading("bool", types.flag, as_flag),
    "latency_ms": Reading("double", types.number, as_optional_number),
    "error": _TEXT,
    "sample_rate": Reading("double", types.number, as_number),
    "unit_id": _TEXT,
    "release": _TEXT,
    "attributes": Reading("map<string, string>", types.attributes, as_attributes),
}
"""How each column of the contract is read."""


def must_be_looked_at(column: str, column_type: pa.DataType) -> bool:
    """Says whether the values of a column decide if it can be read: some types hold more, others may hold nothing."""
    match READINGS[column].fits(column_type):
        case Fit.ALWAYS:
            return False
        case Fit.BY_VALUE:
            return True
        case Fit.NEVER:
            return column not in NEVER_NULL


def converted(column: str, array: pa.Array) -> pa.Array:
    """The values of a column in the contract's type; a column of any type that holds nothing is absent.

    Raises:
        ValueLostError: a value can't be held by it.
    """
    reading = READINGS[column]
    # a moment without a zone is of Spark's old type, which is known to be UTC
    wrong = column not in NEVER_NULL and reading.fits(array.type) is Fit.NEVER
    if pa.types.is_null(array.type) or not len(array) or (wrong and _holds_nothing(array)):
        return pa.nulls(len(array), CAPTURE.field(column).type)
    if wrong:
        raise ValueLostError(array.type)
    return reading.convert(array)


def _holds_nothing(array: pa.Array) -> bool:
    plain = stored(array)
    missing = pc.is_null(plain, nan_is_null=pa.types.is_floating(plain.type))
    return pc.all(missing).as_py() is not False
