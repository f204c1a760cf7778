"""Bodies that a recorder lost: shorter than their own content-length, though nothing says that they were cut."""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.flags import flags
from darklaunch.stats.arrays import BoolArray, IntArray

COLUMNS: Final = ("method", "status", "response_headers", "body")
"""The columns that tell it."""

_WITHOUT_BODY: Final = (204, 304)
_INFORMATIONAL: Final = 200
_UNKNOWN: Final = -1
_DIGITS: Final = r"^[0-9]{1,15}$"


def bodies_lost(rows: pa.Table) -> BoolArray:
    """Says of each row whether less of its body was recorded than was sent.

    An encoded body says nothing, because recorders decode it and keep its headers; nor do answers that have no body by
    definition: to HEAD, 204, 304.

    Args:
        rows: of the capture log, with ``COLUMNS``.

    Returns:
        Shape (rows,).
    """
    lists = rows["response_headers"].combine_chunks()
    spelled = pc.fill_null(pc.struct_field(lists.flatten(), "name"), "").dictionary_encode()
    # a log has few names, and two spellings may be one
    names = pa.DictionaryArray.from_arrays(spelled.indices, pc.utf8_lower(spelled.dictionary))
    if not pc.any(pc.equal(names.dictionary, "content-length")).as_py():
        return np.zeros(rows.num_rows, bool)
    parents = pc.list_parent_indices(lists).to_numpy()
    values = pc.fill_null(pc.struct_field(lists.flatten(), "value"), "")
    announced = _least(_where(names, "content-length"), parents, values, rows.num_rows)
    encoded = np.zeros(rows.num_rows, bool)
    codings = _where(names, "content-encoding")
    some = pc.utf8_lower(pc.utf8_trim_whitespace(values.take(pa.array(codings))))
    encoded[parents[codings]] = ~flags(pc.is_in(some, value_set=pa.array(["", "identity"])))
    recorded = pc.fill_null(pc.binary_length(rows["body"]), 0).to_numpy()
    status = pc.fill_null(rows["status"], 0).to_numpy()
    bodiless = np.isin(status, _WITHOUT_BODY) | (status < _INFORMATIONAL)
    bodiless |= flags(pc.equal(pc.utf8_upper(rows["method"]), "HEAD"))
    lost: BoolArray = ~bodiless & ~encoded & (announced > recorded)
    return lost


def _where(names: pa.DictionaryArray, name: str) -> IntArray:
    codes = np.flatnonzero(flags(pc.equal(names.dictionary, name)))
    return np.flatnonzero(np.isin(names.indices.to_numpy(), codes))


def _least(places: IntArray, parents: IntArray, values: pa.Array, rows: int) -> IntArray:
    """The least number that each row announces; -1 where it announces none, or something else."""
    texts = pc.utf8_trim_whitespace(values.take(pa.array(places)))
    numeric = flags(pc.match_substring_regex(texts, _DIGITS))
    numbers = pc.if_else(pa.array(numeric), texts, str(_UNKNOWN)).cast(pa.int64()).to_numpy()
    least = np.full(rows, np.iinfo(np.int64).max)
    np.minimum.at(least, parents[places], numbers)
    return np.where(least == np.iinfo(np.int64).max, _UNKNOWN, least)
