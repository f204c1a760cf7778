"""Headers and attributes in the contract's types, from lists of pairs, maps, maps of lists or structs."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.conversion.loss import ValueLostError
from darklaunch.capture.conversion.texts import as_text
from darklaunch.capture.conversion.types import is_list
from darklaunch.capture.schema import HEADERS


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Pairs:
    """Names and values of all rows, how many of them each row has, and which rows have no list at all (None: none)."""

    names: pa.Array
    values: pa.Array
    lengths: pa.Array
    absent: pa.Array | None

    @property
    def offsets(self) -> pa.Array:
        return pa.concat_arrays([pa.array([0], pa.int32()), pc.cumulative_sum(self.lengths.cast(pa.int32()))])


def as_headers(array: pa.Array) -> pa.Array:
    """Lists of names and values.

    Raises:
        ValueLostError: a list holds elements of no type.
    """
    pairs = _pairs_of(array, ("name", "value"))
    structs = pa.StructArray.from_arrays([pairs.names, pairs.values], fields=list(HEADERS.value_type))
    return pa.ListArray.from_arrays(pairs.offsets, structs, mask=pairs.absent)


def as_attributes(array: pa.Array) -> pa.Array:
    """Maps from key to value."""
    pairs = _pairs_of(array, ("key", "value"))
    offsets = pairs.offsets
    if pairs.absent is not None:
        # a null offset marks a null map
        offsets = pa.concat_arrays([pc.if_else(pairs.absent, None, offsets[:-1]), offsets[-1:]])
    return pa.MapArray.from_arrays(offsets, pairs.names, pairs.values)


def _pairs_of(array: pa.Array, names: tuple[str, str]) -> _Pairs:
    kind = array.type
    if pa.types.is_struct(kind):
        return _of_struct(array)
    if pa.types.is_map(kind):
        entry = pa.struct([pa.field("key", kind.key_type), pa.field("value", kind.item_type)])
        array, names = array.cast(pa.list_(entry)), ("key", "value")
        if is_list(kind.item_type):
            return _of_lists(array)
    elif not pa.types.is_list(kind):
        array = array.cast(pa.list_(kind.value_type))
    if pa.types.is_null(array.type.value_type):
        return _of_nothing(array)
    flat = array.flatten()
    found, values = (as_text(pc.struct_field(flat, name)) for name in names)
    return _Pairs(names=found, values=values, lengths=_lengths(array), absent=_absent(array))


def _of_lists(array: pa.Array) -> _Pairs:
    """A value of each name and line, from maps whose values are lists of lines."""
    flat = array.flatten()
    keys, lines = as_text(pc.struct_field(flat, "key")), pc.struct_field(flat, "value")
    owners = pc.list_parent_indices(array).take(pc.list_parent_indices(lines))
    counts = np.bincount(owners.to_numpy(zero_copy_only=False), minlength=len(array))
    return _Pairs(
        names=keys.take(pc.list_parent_indices(lines)),
        values=as_text(lines.flatten()),
        lengths=pa.array(counts.astype(np.int32)),
        absent=_absent(array),
    )


def _of_struct(array: pa.Array) -> _Pairs:
    """A pair of each field that is not null, row by row."""
    rows, fields = len(array), [array.type.field(number).name for number in range(array.type.num_fields)]
    columns = [as_text(pc.struct_field(array, [number])) for number in range(len(fields))]
    by_row = np.arange(rows * len(fields)).reshape(len(fields), rows).T.ravel()
    values = pa.concat_arrays(columns).take(pa.array(by_row))
    present = pc.is_valid(values)
    counts = present.to_numpy(zero_copy_only=False).reshape(rows, len(fields)).sum(axis=1)
    names = pa.array(fields, pa.string()).take(pa.array(np.tile(np.arange(len(fields)), rows)))
    return _Pairs(
        names=names.filter(present),
        values=values.filter(present),
        lengths=pa.array(counts.astype(np.int32)),
        absent=_absent(array),
    )


def _of_nothing(array: pa.Array) -> _Pairs:
    if len(array.flatten()):
        raise ValueLostError(array.type)
    nothing = pa.nulls(0, pa.string())
    return _Pairs(names=nothing, values=nothing, lengths=_lengths(array), absent=_absent(array))


def _lengths(array: pa.Array) -> pa.Array:
    return pc.fill_null(pc.list_value_length(array), 0)


def _absent(array: pa.Array) -> pa.Array | None:
    return array.is_null() if array.null_count else None
