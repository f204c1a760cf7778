"""Facet values of production rows: attributes, parameters and headers that may be counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.flags import flags
from darklaunch.diff.privacy.secrets import UNCOUNTED_NAMES
from darklaunch.pair.headers import HEADERS_WITHOUT_VALUE
from darklaunch.stats.arrays import BoolArray, IntArray
from darklaunch.triage.cause_report import Facet
from darklaunch.triage.tally import Encoded, encode

FACET_COLUMNS: Final = ("request_id", "captured_at", "attributes", "query", "request_headers")
"""The columns of production rows that facets are made from."""

_MAXIMUM_NAME: Final = 64
_MAXIMUM_VALUE: Final = 128
_MAXIMUM_FACETS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FacetValues:
    """Values of one facet of some requests; the same value of a request may come more than once.

    Attributes:
        facet: the kind of the values.
        row: the request of each; shape (values,).
        names: of the attribute, parameter or header, or empty.
        values: as text.
    """

    facet: Facet
    row: IntArray
    names: Encoded
    values: Encoded


def facet_values(rows: pa.Table) -> Iterator[FacetValues]:
    """The attributes, parameters and headers of requests.

    Args:
        rows: production rows, one a request, with ``FACET_COLUMNS``.
    """
    row, names, values = _entries(rows["attributes"])
    yield _countable(Facet.ATTRIBUTE, row, encode(names), values)
    row, names, values = _parameters(rows["query"])
    yield _countable(Facet.QUERY, row, encode(names), values)
    row, names, values = _headers(rows["request_headers"])
    encoded = encode(names)
    header = encoded.mapped(pc.utf8_lower(encoded.values))
    valued = header.rows_of(~flags(pc.is_in(header.values, value_set=pa.array(HEADERS_WITHOUT_VALUE))))
    yield _countable(Facet.HEADER, row[valued], header.where(valued), values.filter(pa.array(valued)))


def whole_number_values(facet: Facet, numbers: IntArray) -> FacetValues:
    """One nameless number of each request."""
    encoded = encode(pa.array(numbers))
    return FacetValues(
        facet=facet,
        row=np.arange(len(numbers)),
        names=Encoded(codes=np.zeros(len(numbers), np.int64), values=pa.array([""])),
        values=Encoded(codes=encoded.codes, values=encoded.values.cast(pa.string())),
    )


def each_once(rows: pa.Table, request_ids: pa.ChunkedArray) -> tuple[IntArray, pa.Table]:
    """Production rows of some requests, each request once: the earliest copy.

    Args:
        rows: with ``FACET_COLUMNS``; others than those asked for are left out.
        request_ids: of the requests, each once.

    Returns:
        Each row's request, as its place in ``request_ids``, and the rows.
    """
    places = pc.index_in(rows["request_id"], value_set=request_ids.combine_chunks()).fill_null(-1)
    place = places.to_numpy().astype(np.int64)
    asked = np.flatnonzero(place >= 0)
    repeated = np.bincount(place[asked], minlength=len(request_ids)) > 1
    again = asked[repeated[place[asked]]]
    chosen = np.concatenate([asked[~repeated[place[asked]]], _earliest(rows, place, again)])
    return place[chosen], rows.take(pa.array(chosen))


def _earliest(rows: pa.Table, place: IntArray, again: IntArray) -> IntArray:
    """The rows that are the earliest of their requests; of equally early ones the first by what facets are made of."""
    if not len(again):
        return again
    copies = rows.take(pa.array(again))
    texts = [pc.fill_null(copies["query"], "").combine_chunks()]
    for row, names, values in (_entries(copies["attributes"]), _headers(copies["request_headers"])):
        texts += [_joined(row, each, len(copies)) for each in (names, values)]
    order = pa.table(
        {
            "place": place[again],
            "captured_at": copies["captured_at"],
            "text": pc.binary_join_element_wise(*texts, "\n"),
            "row": again,
        }
    ).sort_by([(name, "ascending") for name in ("place", "captured_at", "text", "row")])
    _, first = np.unique(order["place"].to_numpy(), return_index=True)
    earliest: IntArray = order["row"].to_numpy()[first]
    return earliest


def _joined(row: IntArray, texts: pa.Array, rows: int) -> pa.Array:
    ends = np.cumsum(np.bincount(row, minlength=rows))
    offsets = pa.array(np.append(0, ends), pa.int32())
    return pc.binary_join(pa.ListArray.from_arrays(offsets, texts.fill_null("")), "\0")


def _entries(column: pa.ChunkedArray) -> tuple[IntArray, pa.Array, pa.Array]:
    """Each entry's row, key and value."""
    maps = column.combine_chunks()
    offsets = maps.offsets.to_numpy()
    row = np.repeat(np.arange(len(maps)), np.diff(offsets))
    keys, values = (each.slice(offsets[0], offsets[-1] - offsets[0]) for each in (maps.keys, maps.items))
    if not maps.null_count:
        return row, keys, values
    present = flags(maps.is_valid())[row]
    return row[present], keys.filter(pa.array(present)), values.filter(pa.array(present))


def _headers(column: pa.ChunkedArray) -> tuple[IntArray, pa.Array, pa.Array]:
    """Each header's row, name and value."""
    lists = column.combine_chunks()
    headers = pc.list_flatten(lists)
    row = pc.list_parent_indices(lists).to_numpy().astype(np.int64)
    return row, headers.field("name"), headers.field("value")


def _parameters(column: pa.ChunkedArray) -> tuple[IntArray, pa.Array, pa.Array]:
    """Each parameter's row, name and value, as sent; one without an equals sign has an empty value."""
    lists = pc.split_pattern(column.combine_chunks(), "&")
    row = pc.list_parent_indices(lists).to_numpy().astype(np.int64)
    halves = pc.split_pattern(pc.list_flatten(lists), "=", max_splits=1)
    offsets, texts = halves.offsets.to_numpy(), halves.values
    has_value = np.diff(offsets) > 1
    names = texts.take(pa.array(offsets[:-1]))
    values = texts.take(pa.array(offsets[:-1] + has_value))
    return row, names, pc.if_else(pa.array(has_value), values, "")


def _countable(facet: Facet, row: IntArray, names: Encoded, values: pa.Array) -> FacetValues:
    """The first values of each row, without those of long or secret names and without long values."""
    lengths = pc.utf8_length(names.values).to_numpy(zero_copy_only=False)
    is_secret = flags(pc.match_substring_regex(names.values, UNCOUNTED_NAMES))
    is_countable = names.rows_of((lengths >= 1) & (lengths <= _MAXIMUM_NAME) & ~is_secret)
    is_short = flags(pc.less_equal(pc.utf8_length(values), _MAXIMUM_VALUE))
    chosen = is_countable & is_short & _among_first(row)
    return FacetValues(
        facet=facet, row=row[chosen], names=names.where(chosen), values=encode(values.filter(pa.array(chosen)))
    )


def _among_first(row: IntArray) -> BoolArray:
    places: BoolArray = np.arange(len(row)) - np.searchsorted(row, row) < _MAXIMUM_FACETS
    return places
