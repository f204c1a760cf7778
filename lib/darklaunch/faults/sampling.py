"""The sample of shadow responses that faults are injected into: a few of each endpoint, and always the same."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.id_hash import hash_ids
from darklaunch.diff.http.response import Response

RESPONSES: Final = 60
"""Responses of each endpoint that faults are injected into; drawn by a hash, so always the same. Chosen by hand."""

MAXIMUM_BODY_BYTES: Final = 512 * 1024
"""Longer bodies are left out: thousands of them lie in memory at once."""

_COLUMNS: Final = ("endpoint", "request_id", "captured_at", "status", "response_headers", "body")
_Places: TypeAlias = npt.NDArray[np.intp]
_Precedence: TypeAlias = tuple[int, int, bool, bytes, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledResponse:
    """A shadow response of a sample.

    Attributes:
        endpoint: the request's.
        request_id: the request's.
        rank: a hash of the request id; the responses of the least are drawn.
        captured_us: when it was captured, in microseconds since 1970.
        response: what the shadow answered.
    """

    endpoint: str
    request_id: str
    rank: int
    captured_us: int
    response: Response

    @property
    def precedence(self) -> _Precedence:
        """The order of several answers to one request: the earliest, and of equally early ones the least."""
        response = self.response
        body = response.body
        return self.captured_us, response.status or 0, body is not None, body or b"", response.headers


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseSample:
    """At most ``RESPONSES`` shadow responses of each endpoint, in the order of endpoint, rank and request id."""

    responses: tuple[SampledResponse, ...] = ()

    def merged(self, other: "ResponseSample") -> "ResponseSample":
        """The sample of the rows of both."""
        return _drawn((*self.responses, *other.responses))


def sample_responses(rows: pa.Table) -> ResponseSample:
    """Draws shadow responses that are whole and short enough; each request counts once.

    Args:
        rows: of the capture log, with ``arm``, ``in_window`` and ``reason``.
    """
    places = _places(rows)
    chosen = np.zeros(rows.num_rows, dtype=bool)
    chosen[places] = True
    few = rows.select(_COLUMNS).filter(pa.array(chosen))
    captured = few["captured_at"].cast(pa.int64()).to_pylist()
    ranks = hash_ids(_ids(few)).tolist()
    return _drawn(
        SampledResponse(
            endpoint=row["endpoint"],
            request_id=row["request_id"],
            rank=rank,
            captured_us=captured_us,
            response=Response(row["status"], _headers(row["response_headers"]), row["body"]),
        )
        for row, rank, captured_us in zip(few.drop_columns("captured_at").to_pylist(), ranks, captured, strict=True)
    )


def _places(rows: pa.Table) -> _Places:
    """Where the sample lies in the rows: chosen by ids alone, so that only its own bodies are copied."""
    fit = _fit(rows)
    places = np.flatnonzero(fit.to_numpy())
    light = rows.select(("endpoint", "request_id", "captured_at")).filter(fit)
    ids = _ids(light)
    endpoints = light["endpoint"].cast(pa.string()).combine_chunks().dictionary_encode().indices.to_numpy()
    keys = endpoints.astype(np.uint64) << np.uint64(32) | hash_ids(ids)
    distinct = np.unique(keys)
    of_endpoint = distinct >> np.uint64(32)
    ordinals = np.arange(distinct.size) - np.searchsorted(of_endpoint, of_endpoint)
    candidates = np.flatnonzero(np.isin(keys, distinct[ordinals < RESPONSES]))
    captured = light["captured_at"].cast(pa.int64()).to_numpy()
    earliest: dict[tuple[int, bytes], int] = {}
    for at in candidates:
        request = endpoints[at], ids[at]
        earliest[request] = min(captured[at], earliest.get(request, captured[at]))
    return places[[at for at in candidates if captured[at] == earliest[endpoints[at], ids[at]]]]


def _fit(rows: pa.Table) -> pa.ChunkedArray:
    """Whether each row is a good shadow response of the window, whole and short enough."""
    length = pc.fill_null(pc.binary_length(rows["body"]), 0)
    conditions = (
        pc.equal(rows["arm"], "shadow"),
        pc.is_null(rows["reason"]),
        rows["in_window"],
        pc.is_valid(rows["status"]),
        pc.invert(rows["body_truncated"]),
        pc.less_equal(length, MAXIMUM_BODY_BYTES),
    )
    fit, *others = conditions
    for condition in others:
        fit = pc.and_(fit, condition)
    return pc.fill_null(fit, False)


def _ids(rows: pa.Table) -> list[bytes]:
    ids: list[bytes] = rows["request_id"].cast(pa.binary()).to_pylist()
    return ids


def _headers(headers: Iterable[dict[str, Any] | None] | None) -> tuple[tuple[str, str], ...]:
    return tuple((header["name"] or "", header["value"] or "") for header in headers or () if header is not None)


def _drawn(responses: Iterable[SampledResponse]) -> ResponseSample:
    """The responses of the least ranks, the first answer to each request."""
    first: dict[tuple[str, int, str], SampledResponse] = {}
    for response in responses:
        request = response.endpoint, response.rank, response.request_id
        other = first.get(request)
        if other is None or response.precedence < other.precedence:
            first[request] = response
    return ResponseSample(responses=tuple(first[request] for request in _least(first)))


def _least(requests: Iterable[tuple[str, int, str]]) -> Iterator[tuple[str, int, str]]:
    for _, of_endpoint in groupby(sorted(requests), key=lambda request: request[0]):
        yield from islice(of_endpoint, RESPONSES)
