"""Columns as codes, and counts by codes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pyarrow as pa

from darklaunch.capture.sums import add_up
from darklaunch.stats.arrays import BoolArray, IntArray

Order: TypeAlias = tuple[str, Literal["ascending", "descending"]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Encoded:
    """A column as codes of its distinct values.

    Attributes:
        codes: each row's place in ``values``, -1 for null; shape (rows,).
        values: each of them once.
    """

    codes: IntArray
    values: pa.Array

    def mapped(self, values: pa.Array) -> "Encoded":
        """The column with its values replaced one by one; those that become equal share a code."""
        encoded = encode(values)
        return Encoded(codes=np.append(encoded.codes, -1)[self.codes], values=encoded.values)

    def where(self, chosen: BoolArray) -> "Encoded":
        """Some of the rows."""
        return Encoded(codes=self.codes[chosen], values=self.values)

    def rows_of(self, is_wanted: BoolArray) -> BoolArray:
        """The rows that hold one of some values; null is none of them.

        Args:
            is_wanted: of each value; shape (values,).
        """
        rows: BoolArray = np.append(is_wanted, np.False_)[self.codes]
        return rows


def encode(column: pa.ChunkedArray | pa.Array) -> Encoded:
    """Encodes a column; a dictionary is taken as it is."""
    if isinstance(column, pa.ChunkedArray):
        column = column.unify_dictionaries().combine_chunks()
    encoded = column if isinstance(column, pa.DictionaryArray) else column.dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy().astype(np.int64)
    return Encoded(codes=codes, values=encoded.dictionary)


def distinct(numbers: IntArray) -> IntArray:
    """Numbers without repetitions, ascending; NumPy's own way is several times slower on codes of many rows."""
    ordered = np.sort(numbers)
    is_first = np.ones(len(ordered), bool)
    is_first[1:] = ordered[1:] != ordered[:-1]
    return ordered[is_first]


def count_by(keys: Mapping[str, Encoded | IntArray | pa.Array], numbers: Mapping[str, IntArray]) -> pa.Table:
    """Adds up numbers of rows by some keys.

    Args:
        keys: columns; those that are encoded hold no null.
        numbers: columns of the same length.

    Returns:
        One row for each combination of keys that there is.
    """
    codes = {name: key.codes if isinstance(key, Encoded) else key for name, key in keys.items()}
    counts = add_up([pa.table({**codes, **numbers})], list(keys), dict.fromkeys(numbers, "sum"))
    for place, (name, key) in enumerate(keys.items()):
        if isinstance(key, Encoded):
            counts = counts.set_column(place, name, key.values.take(counts[name].combine_chunks()))
    return counts


def ranked(rows: pa.Table, by: Sequence[str], order: Sequence[Order]) -> pa.Table:
    """Sorts rows, and adds their ``rank`` from 0 among those with the same keys; no column may hold null."""
    ascending: list[Order] = [(name, "ascending") for name in by]
    ordered = rows.sort_by([*ascending, *order])
    places = np.arange(ordered.num_rows)
    is_first = places == 0
    for name in by:
        is_first[1:] |= np.diff(encode(ordered[name]).codes) != 0
    ranks = places - np.maximum.accumulate(np.where(is_first, places, 0))
    return ordered.append_column("rank", pa.array(ranks))


def rank_below(rows: pa.Table, limit: int) -> BoolArray:
    """The rows of ``ranked`` that come before a limit."""
    is_below: BoolArray = rows["rank"].to_numpy() < limit
    return is_below
