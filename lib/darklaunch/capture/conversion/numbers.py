"""Numbers and moments in the contract's types; a value that would change is refused."""

from decimal import Decimal
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.conversion.loss import first_lost
from darklaunch.capture.conversion.texts import stored
from darklaunch.capture.conversion.types import EXACT_DIGITS
from darklaunch.capture.schema import MOMENT

_EXACT: Final = 2**53
"""Whole numbers up to here are doubles (IEEE 754)."""

_PER_SECOND: Final = {"s": 1, "ms": 1_000}
_MICROSECONDS: Final = 1_000_000
_LATEST: Final = 2**63 - 1


def as_status(array: pa.Array) -> pa.Array:
    """Whole numbers of 32 bits; not a number is none, as pandas writes it.

    Raises:
        ValueLostError: one is larger, or no whole number.
    """
    array = _without_nan(stored(array))
    try:
        return array.cast(pa.int32())
    except pa.ArrowInvalid as error:
        doubles = _doubles(array) if pa.types.is_decimal(array.type) else array
        whole = pc.equal(doubles, pc.floor(doubles)) if pa.types.is_floating(doubles.type) else True
        limits = (pa.scalar(each, pa.int64()) for each in (-(2**31), 2**31 - 1))
        least, most = (limit.cast(doubles.type, safe=False) for limit in limits)
        above = pc.greater_equal(doubles, least) if not pa.types.is_unsigned_integer(doubles.type) else True
        raise first_lost(array, pc.and_(pc.and_(above, pc.less_equal(doubles, most)), whole)) from error


def as_number(array: pa.Array) -> pa.Array:
    """Doubles.

    Raises:
        ValueLostError: no double is equal to a whole number, or written as a decimal is.
    """
    array = stored(array)
    if pa.types.is_decimal(array.type):
        doubles = _doubles(array)
        if array.type.precision > EXACT_DIGITS:
            _refuse_rounded(array, doubles)
        return doubles
    try:
        return array.cast(pa.float64())
    except pa.ArrowInvalid as error:
        bounded = pc.less_equal(array, _EXACT)
        if not pa.types.is_unsigned_integer(array.type):
            bounded = pc.and_(bounded, pc.greater_equal(array, -_EXACT))
        raise first_lost(array, bounded) from error


def as_optional_number(array: pa.Array) -> pa.Array:
    """Doubles as ``as_number`` reads them; not a number is none, as pandas writes it."""
    return _without_nan(as_number(array))


def as_moment(array: pa.Array) -> pa.Array:
    """Microseconds since 1970; one that no calendar of microseconds has is the last or the first that it has.

    Raises:
        ValueLostError: nanoseconds that are no whole microseconds.
    """
    array = stored(array)
    if pa.types.is_null(array.type):
        return pa.nulls(len(array), MOMENT)
    try:
        return array.cast(MOMENT)
    except pa.ArrowInvalid as error:
        ticks = array.cast(pa.int64())
        if array.type.unit not in _PER_SECOND:
            thousands = pc.multiply(pc.divide(ticks, 1_000), 1_000)
            raise first_lost(array, pc.equal(ticks, thousands)) from error
        factor = _MICROSECONDS // _PER_SECOND[array.type.unit]
        most = _LATEST // factor
        bounded = pc.min_element_wise(pc.max_element_wise(ticks, -most, skip_nulls=False), most, skip_nulls=False)
        return pc.multiply(bounded, factor).cast(MOMENT)


def as_flag(array: pa.Array) -> pa.Array:
    """Booleans."""
    return stored(array).cast(pa.bool_())


def _doubles(decimals: pa.Array) -> pa.Array:
    # Arrow divides by a power of ten, which rounds twice; the text of a decimal is rounded once
    return decimals.cast(pa.string()).cast(pa.float64())


def _refuse_rounded(decimals: pa.Array, doubles: pa.Array) -> None:
    pairs = zip(decimals.to_pylist(), doubles.to_pylist(), strict=True)
    kept = pa.array([None if before is None else Decimal(repr(after)) == before for before, after in pairs], pa.bool_())
    if pc.any(pc.invert(kept)).as_py():
        raise first_lost(decimals, kept)


def _without_nan(array: pa.Array) -> pa.Array:
    if not pa.types.is_floating(array.type):
        return array
    if pa.types.is_float16(array.type):
        array = array.cast(pa.float32())
    missing = pc.is_nan(array)
    return pc.if_else(missing, pa.scalar(None, array.type), array) if pc.any(missing).as_py() else array
