"""The responses of two arms to the same requests: which differ in a byte, and these read for the comparison."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.arm import Arm
from darklaunch.capture.flags import flags, valid
from darklaunch.diff.http.response import Response
from darklaunch.pair.headers import Headers, headers_of
from darklaunch.pair.requests import Requests
from darklaunch.stats.arrays import BoolArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResponsePairs:
    """The responses of production and of one other arm to some requests, as columns of equal length.

    Attributes:
        statuses: of production, and of the other arm.
        heads: headers as text.
        bodies: as received.
        same_head: whether statuses and headers are equal; shape (requests,).
        same_body: whether bodies are equal byte for byte; shape (requests,).
    """

    statuses: tuple[pa.Array, pa.Array]
    heads: tuple[pa.Array, pa.Array]
    bodies: tuple[pa.Array, pa.Array]
    same_head: BoolArray
    same_body: BoolArray

    @property
    def differing(self) -> IntArray:
        """The places of the requests at which some byte differs."""
        return np.flatnonzero(~(self.same_head & self.same_body))

    def read(self, places: IntArray) -> tuple["Responses", "Responses"]:
        """The responses at some places, production's first."""
        chosen = pa.array(places)
        return tuple(  # type: ignore[return-value]
            _read(self.statuses[side].take(chosen), self.heads[side].take(chosen), self.bodies[side].take(chosen))
            for side in (0, 1)
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Responses:
    """Responses of one arm, read as far as all need it; a ``Response`` is made of those alone that are compared whole.

    Attributes:
        statuses: one each.
        headers: distinct ones: most responses share theirs.
        header_codes: each response's place among them.
        bodies: one each.
    """

    statuses: list[int | None]
    headers: list[Headers]
    header_codes: list[int]
    bodies: list[bytes | None]

    def at(self, place: int) -> Response:
        """One response."""
        return Response(self.statuses[place], self.headers[self.header_codes[place]], self.bodies[place])

    def __iter__(self) -> Iterator[Response]:
        """All of them, in order."""
        return map(self.at, range(len(self.statuses)))


def _read(statuses: pa.Array, heads: pa.Array, bodies: pa.Array) -> Responses:
    coded = heads.dictionary_encode()
    return Responses(
        statuses=statuses.to_pylist(),
        headers=[headers_of(head or "") for head in coded.dictionary.to_pylist()],
        header_codes=coded.indices.to_pylist(),
        bodies=bodies.to_pylist(),
    )


def response_pairs(requests: Requests, arm: Arm, places: IntArray) -> ResponsePairs:
    """Takes the responses of production and another arm.

    Args:
        requests: what ``pair_requests`` returns.
        arm: the other arm.
        places: of requests that both answered.
    """
    columns = {}
    for name in ("status", "head", "body"):
        columns[name] = tuple(_chosen(requests, each, name, places) for each in (Arm.PRODUCTION, arm))
    same_head = _equal(*columns["status"]) & _equal(*columns["head"])
    return ResponsePairs(
        statuses=columns["status"],
        heads=columns["head"],
        bodies=columns["body"],
        same_head=same_head,
        same_body=_equal(*columns["body"]),
    )


def _chosen(requests: Requests, arm: Arm, name: str, places: IntArray) -> pa.Array:
    return requests.arms[arm].column(name, requests.codes[places])


def _equal(values: pa.Array, others: pa.Array) -> BoolArray:
    """Equality in which null equals null."""
    same = flags(pc.equal(values, others))
    return same | ~(valid(values) | valid(others)) if values.null_count else same
