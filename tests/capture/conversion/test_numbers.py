"""Numbers and moments: read where they come back as they were written, refused by the first that would not."""

from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.capture.conversion.loss import ValueLostError
from darklaunch.capture.conversion.numbers import as_moment, as_number, as_status
from darklaunch.capture.schema import MOMENT

INTEGERS = {pa.int64(): (-(2**63), 2**63), pa.uint64(): (0, 2**64), pa.uint32(): (0, 2**32)}
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=18, min_value=-(10**19), max_value=10**19)


def converted(convert, array):
    try:
        return convert(array).to_pylist()
    except ValueLostError as lost:
        return lost.found


@pytest.mark.parametrize("kind", INTEGERS)
@given(data=st.data())
def test_statuses_are_whole_or_the_first_that_is_too_large_is_named(kind, data):
    least, end = INTEGERS[kind]
    near = st.sampled_from([each for each in (2**31 - 1, 2**31, -(2**31), -(2**31) - 1) if least <= each < end])
    values = data.draw(st.lists(st.none() | near | st.integers(least, end - 1) | st.integers(100, 599)))
    too_large = [each for each in values if each is not None and not -(2**31) <= each < 2**31]
    wanted = f"{kind} with {too_large[0]}" if too_large else values
    assert converted(as_status, pa.array(values, kind)) == wanted


@given(st.lists(st.none() | st.floats() | st.integers(100, 599).map(float)))
def test_doubles_are_statuses_where_they_are_whole(values):
    known = [each for each in values if each is not None and each == each]  # noqa: PLR0124 - not a number
    lost = [each for each in known if not (each.is_integer() and -(2**31) <= each < 2**31)]
    wanted = [None if each is None or each != each else int(each) for each in values] if not lost else None  # noqa: PLR0124
    found = converted(as_status, pa.array(values, pa.float64()))
    assert found == wanted if not lost else isinstance(found, str)


@given(st.lists(st.none() | DECIMALS))
def test_a_decimal_is_the_double_that_is_written_like_it(values):
    lost = [each for each in values if each is not None and Decimal(repr(float(each))) != each]
    found = converted(as_number, pa.array(values, pa.decimal128(38, 18)))
    if lost:
        assert found == f"decimal128(38, 18) with {lost[0]}"
    else:
        assert found == [None if each is None else float(each) for each in values]


@given(st.lists(st.none() | st.integers(-(10**14), 10**14)), st.integers(0, 14))
def test_a_decimal_of_fifteen_digits_is_always_a_double(values, scale):
    array = pa.array(
        [None if each is None else Decimal(each).scaleb(-scale) for each in values], pa.decimal128(15, scale)
    )
    assert as_number(array).to_pylist() == [
        None if each is None else float(Decimal(each).scaleb(-scale)) for each in values
    ]


@given(st.lists(st.none() | st.integers(-(2**63) + 1, 2**63 - 1), max_size=5), st.integers(1, 1000))
def test_nanoseconds_are_microseconds_where_they_are_whole(ticks, step):
    ticks = [each if each is None else each // (step * 1000) * (step * 1000) + (step % 2) for each in ticks]
    ticks = [each for each in ticks if each is None or -(2**63) < each < 2**63]
    array = pa.array(ticks, pa.int64()).cast(pa.timestamp("ns", "UTC"))
    if any(each is not None and each % 1000 for each in ticks):
        with pytest.raises(ValueLostError, match="timestamp"):
            as_moment(array)
    else:
        wanted = [None if each is None else each // 1000 for each in ticks]
        assert as_moment(array).cast(pa.int64()).to_pylist() == wanted


@pytest.mark.parametrize("unit", ["s", "ms"])
def test_a_moment_that_no_calendar_has_stays_in_its_row(unit):
    array = pa.array([2**62, None, 0, -(2**62)], pa.timestamp(unit, "UTC"))
    found = as_moment(array)
    assert found.type == MOMENT
    first, null, zero, last = found.cast(pa.int64()).to_pylist()
    assert (null, zero) == (None, 0)
    assert first > 9 * 10**18
    assert last < -9 * 10**18


def test_slices_are_read_as_what_they_show():
    assert as_status(pa.array([2**40, 200, None]).slice(1)).to_pylist() == [200, None]
    assert pc.sum(as_number(pa.array([2**60 + 1, 1, 2]).slice(1))).as_py() == 3.0
