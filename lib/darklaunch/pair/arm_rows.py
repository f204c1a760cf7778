"""One arm's rows of a bucket, each request once: a row that was delivered more than once counts once."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyarrow as pa

from darklaunch.stats.arrays import BoolArray, IntArray

_ANSWER: Final = ("method", "path", "status", "head", "body", "error")
_AT_ONCE: Final = 1_024
"""Rows that are looked at together: one id may name any number of them."""

_OTHERS: Final = ("latency_ms", "body_truncated", "endpoint", "sample_rate", "unit_id")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArmRows:
    """The rows of one arm, and where each request stands in them.

    Attributes:
        rows: what the contract calls good, with ``head``.
        row: by request code, the place of its row, -1 where it has none; shape (requests,).
        copies: by request code, how often it was delivered.
        copies_in_window: of these, copies that lie in the window.
        conflicting: whether copies hold different answers, or name different requests.
    """

    rows: pa.Table
    row: IntArray
    copies: IntArray
    copies_in_window: IntArray
    conflicting: BoolArray

    def column(self, name: str, requests: IntArray) -> pa.Array:
        """A column's values of some requests, null where a request has no row here."""
        return values_at(self.rows[name], self.row[requests])

    def without(self, requests: BoolArray) -> "ArmRows":
        """The rows as if those of some requests were not there."""
        return replace(
            self,
            row=np.where(requests, -1, self.row),
            copies=np.where(requests, 0, self.copies),
            copies_in_window=np.where(requests, 0, self.copies_in_window),
            conflicting=self.conflicting & ~requests,
        )


def arm_rows(rows: pa.Table, codes: IntArray, requests: int) -> ArmRows:
    """Takes each request once: the earliest copy, and of equally early ones that of the smallest fingerprint.

    Args:
        rows: of one arm.
        codes: each row's request, in [0, requests); shape (rows,).
        requests: how many there are.
    """
    inside = rows["in_window"].to_numpy()
    row = np.full(requests, -1, np.int64)
    row[codes] = np.arange(len(codes))
    copies = np.bincount(codes, minlength=requests)
    copies_in_window = np.bincount(codes[inside], minlength=requests)
    conflicting = np.zeros(requests, bool)
    repeated = np.flatnonzero(copies[codes] > 1)
    if len(repeated):
        _choose_copies(rows, repeated, codes, row, conflicting)
    return ArmRows(rows=rows, row=row, copies=copies, copies_in_window=copies_in_window, conflicting=conflicting)


def _choose_copies(rows: pa.Table, places: IntArray, codes: IntArray, row: IntArray, conflicting: BoolArray) -> None:
    """Looks at the rows that were delivered more than once, and only at these, one by one."""
    best: dict[int, tuple[int, bytes, str]] = {}
    answer_of: dict[int, bytes] = {}
    columns = rows.select(["captured_at", *_ANSWER, *_OTHERS])
    for start in range(0, len(places), _AT_ONCE):
        looked_at = places[start : start + _AT_ONCE]
        for place, (moment, digest, other) in zip(looked_at.tolist(), _ranks(columns, looked_at), strict=True):
            code = int(codes[place])
            if answer_of.setdefault(code, digest) != digest:
                conflicting[code] = True
            rank = (moment, digest, other)
            if code not in best or rank < best[code]:
                best[code], row[code] = rank, place


def _ranks(columns: pa.Table, places: IntArray) -> Iterator[tuple[int, bytes, str]]:
    """The moment of each row, the fingerprint of its answer, and whatever else it says."""
    some = columns.take(pa.array(places))
    moments = some["captured_at"].cast(pa.int64()).to_pylist()
    answers = zip(*(some[name].to_pylist() for name in _ANSWER), strict=True)
    others = zip(*(some[name].to_pylist() for name in _OTHERS), strict=True)
    for moment, answer, other in zip(moments, answers, others, strict=True):
        yield moment, hashlib.blake2b(repr(answer).encode(), digest_size=16).digest(), repr(other)


def values_at(column: pa.ChunkedArray, places: IntArray) -> pa.Array:
    """The values at some places, null at -1; untouched where they are all of them, in order."""
    plain = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if len(places) == len(plain) and (places == np.arange(len(places))).all():
        return plain
    return plain.take(pa.array(places, mask=places < 0) if (places < 0).any() else pa.array(places))
