"""Headers and attributes: the same pairs in the same order, whatever holds them."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.capture.conversion.loss import ValueLostError
from darklaunch.capture.conversion.pairs import as_attributes, as_headers
from darklaunch.capture.schema import CAPTURE, HEADERS

TEXT = pa.string()
NAMES = st.sampled_from(["vary", "etag", "x", ""])
LISTS = st.lists(st.none() | st.lists(st.tuples(NAMES, st.none() | st.text(max_size=3)), max_size=4), max_size=6)
FIRST = st.integers(0, 3)


def structs(rows, names):
    return [None if row is None else [dict(zip(names, pair, strict=True)) for pair in row] for row in rows]


def as_pairs(rows):
    return [None if row is None else [(each["name"], each["value"]) for each in row] for row in rows]


def array_of(rows, holder):
    name_value, key_value = (pa.struct([(each, TEXT), ("value", TEXT)]) for each in ("name", "key"))
    match holder:
        case "list":
            return pa.array(structs(rows, ("name", "value")), pa.list_(name_value))
        case "large list":
            return pa.array(structs(rows, ("name", "value")), pa.large_list(name_value))
        case "map":
            return pa.array(rows, pa.map_(TEXT, TEXT))
        case "large map":
            return pa.array(rows, pa.map_(pa.large_string(), pa.dictionary(pa.int32(), TEXT)))
        case "entries":
            return pa.array(structs(rows, ("key", "value")), pa.list_(key_value))


@pytest.mark.parametrize("holder", ["list", "large list", "map", "large map"])
@given(rows=LISTS, first=FIRST)
def test_headers_are_the_same_whatever_holds_them(holder, rows, first):
    found = as_headers(array_of(rows, holder).slice(first))
    found.validate(full=True)
    assert found.type == HEADERS
    assert as_pairs(found.to_pylist()) == rows[first:]


@pytest.mark.parametrize("holder", ["map", "large map", "entries"])
@given(rows=LISTS, first=FIRST)
def test_attributes_are_the_same_whatever_holds_them(holder, rows, first):
    found = as_attributes(array_of(rows, holder).slice(first))
    found.validate(full=True)
    assert found.type == CAPTURE.field("attributes").type
    assert found.to_pylist() == rows[first:]


@given(
    rows=st.lists(st.none() | st.lists(st.tuples(NAMES, st.none() | st.lists(st.text(max_size=3), max_size=3)))),
    first=FIRST,
)
def test_a_header_with_several_lines_is_as_many_headers(rows, first):
    found = as_headers(pa.array(rows, pa.map_(TEXT, pa.list_(TEXT))).slice(first))
    found.validate(full=True)
    assert as_pairs(found.to_pylist()) == [
        None if row is None else [(name, line) for name, lines in row for line in lines or ()] for row in rows[first:]
    ]


@given(rows=st.lists(st.none() | st.dictionaries(st.sampled_from("abc"), st.text(max_size=3))), first=FIRST)
def test_the_fields_of_a_struct_that_are_there_are_headers(rows, first):
    array = pa.array(rows, pa.struct([(name, TEXT) for name in "abc"])).slice(first)
    found = as_headers(array)
    found.validate(full=True)
    assert as_pairs(found.to_pylist()) == [None if row is None else sorted(row.items()) for row in rows[first:]]
    assert as_attributes(array).to_pylist() == as_pairs(found.to_pylist())


def test_lists_of_nothing_are_empty_or_refused():
    assert as_headers(pa.array([[], None], pa.list_(pa.null()))).to_pylist() == [[], None]
    with pytest.raises(ValueLostError, match="list"):
        as_headers(pa.array([[None]], pa.list_(pa.null())))
