"""Examples: the typical requests of each cause with the smallest ids, as commands for a shell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.diff.difference import Kind
from darklaunch.diff.privacy.masking import Masking, MaskingLevel
from darklaunch.stats.arrays import BoolArray, IntArray
from darklaunch.triage.cause import Change, path_shape
from darklaunch.triage.cause_report import CauseExample, ExampleDifference
from darklaunch.triage.curl import MAXIMUM_BODY, CapturedRequest, curl_command
from darklaunch.triage.encoded_pairs import EncodedPairs
from darklaunch.triage.tally import distinct

EXAMPLES: Final = 3
"""Example requests of each cause."""

REQUEST_COLUMNS: Final = ("request_id", "captured_at", "method", "path", "query", "request_headers", "request_body")
"""The columns of production rows that commands are made from."""

_FIELDS: Final = ("path", "kind", "production", "shadow")
_MAXIMUM_DIFFERENCES: Final = 20
_MAXIMUM_HEADERS: Final = 60
_MAXIMUM_HEADER_LENGTH: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A request that may become an example.

    Attributes:
        cause: the index of its cause.
        typical: whether it shows the most frequent signature of its cause.
        request_id: its id.
        endpoint: its endpoint.
        differences: the first of those that count, in order, those of its cause before others.
        differences_beyond: how many more there are.
        part: the part of the pairs that it lies in.
    """

    cause: int
    typical: bool
    request_id: str
    endpoint: str
    differences: tuple[ExampleDifference, ...]
    differences_beyond: int
    part: int


def first_candidates(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The first of each cause, at most ``EXAMPLES``; the first of the first of all parts are the first of them all."""
    by_cause: dict[int, list[Candidate]] = {}
    for candidate in sorted(candidates, key=lambda each: (each.cause, not each.typical, each.request_id)):
        by_cause.setdefault(candidate.cause, []).append(candidate)
    return [candidate for each in by_cause.values() for candidate in each[:EXAMPLES]]


def find_candidates(
    encoded: EncodedPairs,
    cause: IntArray,
    typical: BoolArray,
    changes: Sequence[frozenset[Change]],
    masking: Masking,
    part: int,
) -> list[Candidate]:
    """Finds the first candidates of a part.

    Args:
        encoded: its pairs, with ``request_id``.
        cause: of each pair.
        typical: whether it shows the most frequent signature of its cause.
        changes: of each cause.
        masking: the values that must not be shown.
        part: its number.
    """
    request_ids = encoded.pairs["request_id"].combine_chunks()
    rows: list[int] = []
    for index in distinct(cause[cause >= 0]).tolist():
        of_cause = np.flatnonzero((cause == index) & typical)
        rows += _smallest(request_ids, of_cause)
        if len(of_cause) < EXAMPLES:
            rows += _smallest(request_ids, np.flatnonzero((cause == index) & ~typical))
    differences = {
        row: sorted(each, key=lambda one, own=changes[cause[row]]: _order(one, own))  # type: ignore[misc]
        for row, each in _differences(encoded, np.array(rows, np.int64), masking).items()
    }
    return first_candidates(
        Candidate(
            cause=int(cause[row]),
            typical=bool(typical[row]),
            request_id=request_ids[row].as_py(),
            endpoint=encoded.endpoint.values[int(encoded.endpoint.codes[row])].as_py(),
            differences=tuple(differences[row][:_MAXIMUM_DIFFERENCES]),
            differences_beyond=max(0, len(differences[row]) - _MAXIMUM_DIFFERENCES),
            part=part,
        )
        for row in rows
    )


def _smallest(request_ids: pa.Array, rows: IntArray) -> list[int]:
    order = pc.sort_indices(request_ids.take(pa.array(rows)))
    smallest: list[int] = rows[order[:EXAMPLES].to_numpy()].tolist()
    return smallest


def _differences(encoded: EncodedPairs, rows: IntArray, masking: Masking) -> Mapping[int, list[ExampleDifference]]:
    """The differences of some pairs that count."""
    chosen = np.isin(encoded.owner, rows)
    columns = {name: encoded.values(name, chosen).to_pylist() for name in _FIELDS}
    if masking.level is MaskingLevel.ALL:
        columns |= {name: [None] * int(chosen.sum()) for name in ("production", "shadow")}
    differences: dict[int, list[ExampleDifference]] = {}
    for row, *fields in zip(encoded.owner[chosen].tolist(), *columns.values(), strict=True):
        path, kind, production, shadow = fields
        difference = ExampleDifference(path=path, kind=Kind(kind), production=production, shadow=shadow)
        differences.setdefault(row, []).append(difference)
    return differences


def _order(difference: ExampleDifference, own: frozenset[Change]) -> tuple[object, ...]:
    values = (_null_first(value) for value in (difference.production, difference.shadow))
    is_other = Change(path_shape(difference.path), difference.kind.value) not in own
    return is_other, difference.path, difference.kind.value, *values


def _null_first(text: str | None) -> tuple[bool, str]:
    return text is not None, text or ""


def make_examples(
    candidates: Sequence[Candidate], rows: pa.Table, masking: Masking
) -> dict[tuple[int, str], CauseExample]:
    """Writes some candidates as examples, by the index of their cause and their request id.

    Args:
        candidates: the chosen ones, or some of them.
        rows: their production rows, with ``REQUEST_COLUMNS``.
        masking: the values that must not be shown.
    """
    endpoints = {each.request_id: each.endpoint for each in candidates}
    copies: dict[str, list[tuple[int, CapturedRequest]]] = {}
    plain = rows.set_column(rows.column_names.index("captured_at"), "captured_at", rows["captured_at"].cast(pa.int64()))
    for row in plain.to_pylist():
        sent = _captured_request(row, endpoints[row["request_id"]])
        copies.setdefault(row["request_id"], []).append((row["captured_at"], sent))
    return {
        (each.cause, each.request_id): CauseExample(
            request_id=each.request_id,
            differences=each.differences,
            differences_beyond=each.differences_beyond,
            curl=curl_command(min(copies[each.request_id], key=_copy_order)[1], masking),
        )
        for each in candidates
    }


def _captured_request(row: Mapping[str, Any], endpoint: str) -> CapturedRequest:
    headers = (row["request_headers"] or [])[:_MAXIMUM_HEADERS]
    body = row["request_body"]
    return CapturedRequest(
        method=row["method"],
        path=row["path"],
        query=row["query"],
        headers=tuple((each["name"] or "", (each["value"] or "")[:_MAXIMUM_HEADER_LENGTH]) for each in headers),
        body=None if body is None else body[: MAXIMUM_BODY + 1],
        template=endpoint.partition(" ")[2],
    )


def _copy_order(copy: tuple[int, CapturedRequest]) -> tuple[object, ...]:
    """The earliest copy first; of equally early ones the first by its values."""
    captured_at, request = copy
    body = (request.body is not None, request.body or b"")
    return captured_at, request.method, request.path, _null_first(request.query), request.headers, body
