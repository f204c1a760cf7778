"""The places of evidence, each a dimension of an endpoint, in tables whose names are dictionaries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from darklaunch.evidence.dimension import Dimension
from darklaunch.stats.arrays import IntArray

if TYPE_CHECKING:
    import pyarrow as pa

Place: TypeAlias = tuple[str, Dimension]

NAMES: Final = ("endpoint", "dimension")
"""The columns of a place."""

RATED: Final = (*NAMES, "sample_rate")
"""The columns of a place at one of its sample rates."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RatedPlaces:
    """The place and sample rate of each row of a table, as one number.

    Attributes:
        codes: of each row, its row among the places; shape (rows,).
        places: ``RATED``, each once.
    """

    codes: IntArray
    places: "pa.Table"


def rated_places(rows: "pa.Table") -> RatedPlaces:
    """The places of rows that have the columns ``RATED``."""
    import pyarrow as pa

    coded = [codes_of(rows[name].dictionary_encode()) for name in RATED]
    sizes = [max(len(column.dictionary), 1) for column in coded]
    code = np.ravel_multi_index([column.indices.to_numpy() for column in coded], sizes)
    distinct = pa.array(code).dictionary_encode()
    digits = np.unravel_index(distinct.dictionary.to_numpy(), sizes)
    columns = {
        name: pa.DictionaryArray.from_arrays(at.astype(np.int32), column.dictionary).cast(rows.schema.field(name).type)
        for name, column, at in zip(RATED, coded, digits, strict=True)
    }
    return RatedPlaces(codes=distinct.indices.to_numpy().astype(np.int64), places=pa.table(columns))


def codes_of(column: "pa.ChunkedArray") -> "pa.DictionaryArray":
    """A dictionary-encoded column as one array."""
    return column.combine_chunks()


def by_place(rows: "pa.Table", further: Sequence[str] = ()) -> "pa.Table":
    """Rows in the order of their names and of further columns, however they were put together.

    Args:
        rows: with ``NAMES`` and whatever else.
        further: columns of numbers.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    place = np.zeros(rows.num_rows, np.int64)
    for name in NAMES:
        column = codes_of(rows[name])
        ranks = np.empty(len(column.dictionary), np.int64)
        ranks[pc.sort_indices(column.dictionary).to_numpy()] = np.arange(ranks.size)
        place = place * ranks.size + ranks[column.indices.to_numpy()]
    keys = [rows[name].to_numpy() for name in reversed(further)]
    return rows.take(pa.array(np.lexsort([*keys, place])))


def places_of(rows: "pa.Table") -> list[Place]:
    """The place of each row."""
    endpoint, dimension = (codes_of(rows[name]) for name in NAMES)
    names = endpoint.dictionary.to_pylist()
    dimensions = [Dimension(word) for word in dimension.dictionary.to_pylist()]
    codes = zip(endpoint.indices.to_numpy().tolist(), dimension.indices.to_numpy().tolist(), strict=True)
    return [(names[endpoint_at], dimensions[dimension_at]) for endpoint_at, dimension_at in codes]


def spans_of(ordered: "pa.Table") -> dict[Place, tuple[int, int]]:
    """The first row of each place in rows that are in order, and the first after it."""
    changes = [np.diff(codes_of(ordered[name]).indices.to_numpy(), prepend=-1) != 0 for name in NAMES]
    starts = np.flatnonzero(np.any(changes, axis=0))
    ends = [*starts[1:].tolist(), ordered.num_rows]
    places = places_of(ordered.select(NAMES).take(starts))
    # without a row there is no span, and yet an end
    return dict(zip(places, zip(starts.tolist(), ends, strict=False), strict=True))
