"""The comparison of a bucket's requests: each arm's answers against production's, as a table of pairs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from darklaunch.capture.arm import Arm
from darklaunch.diff.comparers import Comparers
from darklaunch.diff.difference import Compared, Comparison, Difference, Incomparable
from darklaunch.diff.responses import response_pairs
from darklaunch.diff.rules.remark import Remark
from darklaunch.diff.volatile import Variety, Volatility, variety, volatility
from darklaunch.pair.outcome import Outcome
from darklaunch.pair.requests import OUTCOMES, Requests
from darklaunch.stats.arrays import BoolArray, IntArray

DIFFERENCE: Final = pa.struct(
    [
        pa.field("path", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("production", pa.string()),
        pa.field("shadow", pa.string()),
        pa.field("rule", pa.string()),
        pa.field("baseline_differs", pa.bool_()),
        pa.field("severity", pa.string(), nullable=False),
    ]
)
"""One differing path of a request; a null rule means that it counts."""

_UNKNOWN: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DifferenceLists:
    """The differences of requests, each distinct list once: what rules settle is the same in many requests.

    Attributes:
        lists: of structs ``DIFFERENCE``.
        of_request: each request's place in ``lists``, -1 for none; shape (requests,).
    """

    lists: pa.ListArray
    of_request: IntArray

    @property
    def nested(self) -> pa.ListArray:
        """Each request's list; null where nothing was compared in Python, or nothing differs."""
        places = self.of_request
        return self.lists.take(pa.array(places, mask=places < 0))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ComparedRequests:
    """The requests of a bucket with what their comparison came to; arrays of shape (requests,).

    Attributes:
        requests: as they were paired.
        outcome: final codes of ``OUTCOMES``.
        bodies_equal: byte for byte; False where they were not compared.
        baseline_mismatch: 1, 0, or -1 where no baseline answer could be compared.
        incomparable: why a pair can't be compared.
        beyond: differing paths that are not listed; -1 where there was nothing to compare in Python.
        differences: those listed.
        volatility: what requests show at learned paths.
        variety: how many values these have, by endpoint and path.
        remarks: how many requests each was made of.
    """

    requests: Requests
    outcome: npt.NDArray[np.int8]
    bodies_equal: BoolArray
    baseline_mismatch: npt.NDArray[np.int8]
    incomparable: Sequence[str | None]
    beyond: IntArray
    differences: DifferenceLists
    volatility: Volatility
    variety: Mapping[tuple[str, str], Variety]
    remarks: Counter[Remark]

    def has_outcome(self, *outcomes: Outcome) -> BoolArray:
        """Whether a request has one of these outcomes."""
        return np.isin(self.outcome, [OUTCOMES.index(outcome) for outcome in outcomes])


def compare_requests(requests: Requests, endpoints: pa.DictionaryArray, comparers: Comparers) -> ComparedRequests:
    """Compares what production and the other arms answered.

    Args:
        requests: what ``pair_requests`` returns.
        endpoints: of the requests.
        comparers: the comparison under the rules, by endpoint.
    """
    size = len(requests.codes)
    names, codes = endpoints.dictionary.to_pylist(), endpoints.indices.to_numpy()
    paired = np.flatnonzero(requests.paired)
    answered = np.flatnonzero(requests.baseline_answers)
    shadow, same_body = _compared(requests, Arm.SHADOW, paired, endpoints, comparers)
    baseline, _ = _compared(requests, Arm.BASELINE, answered, endpoints, comparers)
    shadow |= _compared_cut(requests, endpoints, comparers)
    outcome = requests.outcome.copy()
    outcome[paired] = OUTCOMES.index(Outcome.EQUAL)
    bodies_equal = np.zeros(size, bool)
    bodies_equal[paired] = same_body
    incomparable: list[str | None] = [None] * size
    beyond = np.full(size, _UNKNOWN, np.int64)
    remarks = Counter[Remark]()
    for place, comparison in shadow.items():
        outcome[place] = OUTCOMES.index(_outcome(comparison))
        match comparison:
            case Incomparable(reason):
                incomparable[place] = reason
            case Compared():
                beyond[place] = comparison.beyond
                remarks.update(comparison.remarks)
    baseline_mismatch = np.full(size, _UNKNOWN, np.int8)
    baseline_mismatch[answered] = 0
    for place, comparison in baseline.items():
        match comparison:
            case Compared(undecodable=False, mismatch=mismatch):
                baseline_mismatch[place] = mismatch
            case _:
                # a baseline's body that can't be decoded excuses no shadow's
                baseline_mismatch[place] = _UNKNOWN
    baseline_mismatch[outcome == OUTCOMES.index(Outcome.UNDECODABLE)] = _UNKNOWN
    return ComparedRequests(
        requests=requests,
        outcome=outcome,
        bodies_equal=bodies_equal,
        baseline_mismatch=baseline_mismatch,
        incomparable=incomparable,
        beyond=beyond,
        differences=_difference_lists(shadow, baseline, size),
        volatility=_volatility(requests, endpoints, comparers, shadow, baseline),
        variety=variety(shadow, lambda place: names[codes[place]]) if any(map(comparers.watches, names)) else {},
        remarks=remarks,
    )


def _volatility(
    requests: Requests,
    endpoints: pa.DictionaryArray,
    comparers: Comparers,
    shadow: dict[int, Comparison],
    baseline: dict[int, Comparison],
) -> Volatility:
    watching = np.asarray([comparers.watches(name) for name in endpoints.dictionary.to_pylist()], bool)
    size = len(requests.codes)
    both = np.flatnonzero(requests.paired & requests.baseline_answers)
    watched = both[watching[endpoints.indices.to_numpy()[both]]] if watching.any() else np.empty(0, np.int64)
    return volatility(shadow, baseline, watched, requests.request_ids.take(pa.array(watched)).to_pylist(), size)


def _outcome(comparison: Comparison) -> Outcome:
    match comparison:
        case Incomparable():
            return Outcome.UNDECODABLE
        case Compared(mismatch=True):
            return Outcome.MISMATCH
        case Compared():
            return Outcome.MATCH


def _compared(
    requests: Requests, arm: Arm, places: IntArray, endpoints: pa.DictionaryArray, comparers: Comparers
) -> tuple[dict[int, Comparison], BoolArray]:
    """Comparisons by request of those that differ in a byte, and whether the bodies of all are equal."""
    if not len(places):
        return {}, np.zeros(0, bool)
    responses = response_pairs(requests, arm, places)
    differing = responses.differing
    names, codes = endpoints.dictionary.to_pylist(), endpoints.indices.to_numpy()[places[differing]].tolist()
    compared = comparers.compare(responses, differing, [names[code] for code in codes])
    return dict(zip(places[differing].tolist(), compared, strict=True)), responses.same_body


def _compared_cut(requests: Requests, endpoints: pa.DictionaryArray, comparers: Comparers) -> dict[int, Comparison]:
    """Comparisons by request of those whose bodies were cut and differ in what is left of them."""
    places = np.flatnonzero(requests.outcome == OUTCOMES.index(Outcome.TRUNCATED))
    if not len(places):
        return {}
    responses = response_pairs(requests, Arm.SHADOW, places)
    names, codes = endpoints.dictionary.to_pylist(), endpoints.indices.to_numpy()[places].tolist()
    everything = np.arange(len(places))
    compared = comparers.compare_cut(responses, everything, [names[code] for code in codes])
    pairs = zip(places.tolist(), compared, strict=True)
    return {place: comparison for place, comparison in pairs if isinstance(comparison, Compared)}


def _difference_lists(shadow: dict[int, Comparison], baseline: dict[int, Comparison], size: int) -> DifferenceLists:
    of_request = np.full(size, -1, np.int64)
    place_of: dict[tuple[int, int], int] = {}
    offsets, rows = [0], list[tuple[object, ...]]()
    for place, comparison in shadow.items():
        if not isinstance(comparison, Compared) or not comparison.differences:
            continue
        other = baseline.get(place)
        # comparisons that come to the same are one object, which both dictionaries keep alive
        key = (id(comparison), id(other))
        if key not in place_of:
            place_of[key] = len(place_of)
            rows += _rows(comparison.differences, other)
            offsets.append(len(rows))
        of_request[place] = place_of[key]
    columns = zip(*rows, strict=True) if rows else [()] * DIFFERENCE.num_fields
    arrays = [pa.array(list(column), field.type) for column, field in zip(columns, DIFFERENCE, strict=True)]
    structs = pa.StructArray.from_arrays(arrays, fields=list(DIFFERENCE))
    return DifferenceLists(
        lists=pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), structs), of_request=of_request
    )


def _rows(differences: tuple[Difference, ...], baseline: Comparison | None) -> list[tuple[object, ...]]:
    """The differences, each with whether the baseline differs there too; None: it has not been compared."""
    volatile = None if baseline is None else {difference.path for difference in _listed(baseline)}
    return [
        (
            difference.path,
            difference.kind.value,
            difference.production,
            difference.shadow,
            difference.rule,
            None if volatile is None else difference.path in volatile,
            difference.severity.value,
        )
        for difference in differences
    ]


def _listed(comparison: Comparison) -> tuple[Difference, ...]:
    return comparison.differences if isinstance(comparison, Compared) else ()
