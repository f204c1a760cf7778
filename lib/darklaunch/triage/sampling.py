"""Sample of the requests from which slices are found; its size bounds the work on a window of any size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from darklaunch.capture.id_hash import hash_ids
from darklaunch.stats.arrays import BoolArray, IntArray
from darklaunch.triage.cause import Cause
from darklaunch.triage.encoded_pairs import EncodedPairs
from darklaunch.triage.reporting import Traffic
from darklaunch.triage.slices import sliced_endpoints

SAMPLED: Final = 10_000
"""Requests drawn of a cause, and as many of its endpoints, about; all of them where there are fewer.

Chosen by judgement: shares of 10,000 requests have a standard error of half a percentage point at most.
"""

NO_CAUSE: Final = -1
"""The index of the cause of a request that shows none of those that are detailed."""

_DRAWS: Final = 2**30


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CauseLabels:
    """The causes by signature.

    Attributes:
        signatures: of all members, ascending; shape (members,), as both below.
        cause: index of the cause of each.
        typical: whether it is the most frequent of its cause.
    """

    signatures: IntArray
    cause: IntArray
    typical: BoolArray

    def of(self, encoded: EncodedPairs) -> tuple[IntArray, BoolArray]:
        """The cause of each pair, ``NO_CAUSE`` where there is none, and whether it shows its most frequent signature.

        Args:
            encoded: pairs.
        """
        place = np.minimum(np.searchsorted(self.signatures, encoded.signature), len(self.signatures) - 1)
        has_cause = encoded.differs & (self.signatures[place] == encoded.signature)
        return np.where(has_cause, self.cause[place], NO_CAUSE), has_cause & self.typical[place]


def label_causes(causes: Sequence[Cause]) -> list[CauseLabels]:
    """Lists the signatures of some causes, at least one.

    Args:
        causes: in the order of their indices.

    Returns:
        The labels of all pairs; where pairs show several causes, further labels, so that each holds one a pair.
        A systematic cause comes after the others that a pair shows.
    """
    by_signature: dict[int, list[tuple[bool, int, bool]]] = {}
    for index, cause in enumerate(causes):
        for key in (key for member in cause.members for key in member.keys):
            place = (cause.systematic, index, key == next(iter(cause.members[0].keys)))
            by_signature.setdefault(key, []).append(place)
    layers: list[list[tuple[int, int, bool]]] = []
    for key, places in sorted(by_signature.items()):
        for layer, (_, index, typical) in enumerate(sorted(places)):
            if layer == len(layers):
                layers.append([])
            layers[layer].append((key, index, typical))
    return [_labels(*zip(*layer, strict=True)) for layer in layers]


def _labels(signatures: Sequence[int], indices: Sequence[int], typical: Sequence[bool]) -> CauseLabels:
    return CauseLabels(
        signatures=np.array(signatures, np.int64), cause=np.array(indices, np.int64), typical=np.array(typical, bool)
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draw:
    """The chances of requests to be drawn, in 2^30.

    Attributes:
        endpoints: those whose traffic is sliced, in order; none of systematic causes, which have no slice.
        of_all: of a compared request of each endpoint; shape (endpoints,).
        of_cause: of a request of each cause, last those without one, at each endpoint; shape (causes + 1, endpoints).
    """

    endpoints: tuple[str, ...]
    of_all: IntArray
    of_cause: IntArray


def plan_draw(causes: Sequence[Cause], traffic: Mapping[str, Traffic]) -> Draw:
    """The draw of about ``SAMPLED`` requests of each cause, evenly from its endpoints, and as many of each of these.

    Args:
        causes: in the order of their indices.
        traffic: by endpoint.
    """
    wanted: dict[str, int] = {}
    for cause in causes:
        sliced = sliced_endpoints(cause)
        wanted |= {endpoint: max(wanted.get(endpoint, 0), SAMPLED // len(sliced)) for endpoint in sliced}
    endpoints = tuple(sorted(wanted))
    return Draw(
        endpoints=endpoints,
        of_all=np.array([_limit(traffic[endpoint].compared, wanted[endpoint]) for endpoint in endpoints], np.int64),
        of_cause=np.array([*(_of_cause(cause, endpoints) for cause in causes), [0] * len(endpoints)], np.int64),
    )


def _of_cause(cause: Cause, endpoints: Sequence[str]) -> list[int]:
    sliced, members = sliced_endpoints(cause), cause.endpoints
    requests = {endpoint: sum(member.requests for member in members[endpoint]) for endpoint in sliced}
    limits = {endpoint: _limit(number, SAMPLED // len(sliced)) for endpoint, number in requests.items()}
    return [limits.get(endpoint, 0) for endpoint in endpoints]


def _limit(requests: int, wanted: int) -> int:
    return _DRAWS if requests <= wanted else _DRAWS * wanted // requests


def draw_requests(encoded: EncodedPairs, causes: Sequence[IntArray], draw: Draw) -> list[pa.Table]:
    """Draws requests by a hash of their ids, the same in every run and independent of their contents.

    Args:
        encoded: pairs with ``request_id``, ``bucket`` and ``production_status``.
        causes: of each pair, an array for each of the labels.
        draw: the chances.

    Returns:
        For each of the labels the drawn requests with ``request_id``, ``endpoint`` (its place in the draw's),
        ``cause``, ``hour``, ``status_class``, ``of_cause`` (drawn from its cause), ``of_all`` (drawn from all compared
        requests of its endpoint) and ``counted`` (the same, once for each request). The first labels have all drawn
        requests, others only those with a further cause.
    """
    first, *further = causes
    sliced = draw.of_cause.sum(axis=1) > 0
    tables = [
        _drawn(encoded, first, draw, encoded.compared),
        *(_drawn(encoded, cause, draw, encoded.compared & sliced[cause], counted=0) for cause in further),
    ]
    return [table for table in tables if table.num_rows]


def _drawn(encoded: EncodedPairs, cause: IntArray, draw: Draw, chosen: BoolArray, counted: int = 1) -> pa.Table:
    places = {name: place for place, name in enumerate(draw.endpoints)}
    place_of = np.array([places.get(name, -1) for name in encoded.endpoint.values.to_pylist()], np.int64)
    endpoint = np.append(place_of, -1)[encoded.endpoint.codes]
    rows = np.flatnonzero(chosen & (endpoint >= 0))
    endpoint, cause = endpoint[rows], cause[rows]
    request_ids = encoded.pairs["request_id"].combine_chunks().take(pa.array(rows))
    lot = _lots(request_ids)
    of_cause, of_all = lot < draw.of_cause[cause, endpoint], lot < draw.of_all[endpoint]
    drawn = np.flatnonzero(of_cause | of_all)
    status = encoded.pairs["production_status"].fill_null(-1).to_numpy()[rows]
    columns = {
        "endpoint": endpoint,
        "cause": cause,
        "hour": encoded.hour[rows],
        "status_class": status.astype(np.int64) // 100,
        "of_cause": of_cause.astype(np.int64),
        "of_all": of_all.astype(np.int64),
        "counted": of_all * np.int64(counted),
    }
    facts = {name: column[drawn] for name, column in columns.items()}
    return pa.table({"request_id": request_ids.take(pa.array(drawn)), **facts})


def _lots(request_ids: pa.Array) -> IntArray:
    """Numbers below 2^30 that look drawn at random."""
    return (hash_ids(request_ids.cast(pa.binary()).to_pylist()) % np.uint32(_DRAWS)).astype(np.int64)
