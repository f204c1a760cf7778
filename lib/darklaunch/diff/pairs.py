"""The comparison of a bucket's requests: each arm's answers against production's, as a table of pairs."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from darklaunch.capture.arm import Arm
from darklaunch.capture.id_hash import hash_ids
from darklaunch.diff.comparers import Comparers, Comparisons
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
    incomparable: pa.Array
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
    paired, answered = np.flatnonzero(requests.paired), np.flatnonzero(requests.baseline_answers)
    shadow, same_body = _compared(requests, Arm.SHADOW, paired, endpoints, comparers)
    baseline, _ = _compared(requests, Arm.BASELINE, answered, endpoints, comparers)
    shadow = _with_cut(shadow, requests, endpoints, comparers)
    before = requests.outcome.copy()
    before[paired] = OUTCOMES.index(Outcome.EQUAL)
    of_compared = shadow.numbers(lambda each: OUTCOMES.index(_outcome(each)), _UNKNOWN)
    outcome = np.where(of_compared == _UNKNOWN, before, of_compared).astype(np.int8)
    bodies_equal = np.zeros(len(outcome), bool)
    bodies_equal[paired] = same_body
    baseline_mismatch = baseline.numbers(_baseline_mismatch, 0)
    baseline_mismatch[~requests.baseline_answers] = _UNKNOWN
    baseline_mismatch[outcome == OUTCOMES.index(Outcome.UNDECODABLE)] = _UNKNOWN
    return ComparedRequests(
        requests=requests,
        outcome=outcome,
        bodies_equal=bodies_equal,
        baseline_mismatch=baseline_mismatch.astype(np.int8),
        incomparable=_reasons(shadow),
        beyond=shadow.numbers(lambda each: each.beyond if isinstance(each, Compared) else _UNKNOWN, _UNKNOWN),
        differences=_difference_lists(shadow, baseline),
        volatility=_volatility(requests, endpoints, comparers, shadow, baseline),
        variety=_variety(requests, endpoints, shadow),
        remarks=_remarks(shadow),
    )


def _volatility(
    requests: Requests,
    endpoints: pa.DictionaryArray,
    comparers: Comparers,
    shadow: Comparisons,
    baseline: Comparisons,
) -> Volatility:
    watching = np.asarray([comparers.watches(name) for name in endpoints.dictionary.to_pylist()], bool)
    size = len(requests.codes)
    both = np.flatnonzero(requests.paired & requests.baseline_answers)
    watched = both[watching[endpoints.indices.to_numpy()[both]]] if watching.any() else np.empty(0, np.int64)
    return volatility(shadow.at, baseline.at, watched, requests.request_ids.take(pa.array(watched)).to_pylist(), size)


def _variety(
    requests: Requests, endpoints: pa.DictionaryArray, shadow: Comparisons
) -> Mapping[tuple[str, str], Variety]:
    places = np.flatnonzero(shadow.numbers(lambda each: isinstance(each, Compared) and bool(each.volatile), 0))
    names, ids = (each.take(pa.array(places)).to_pylist() for each in (endpoints, requests.request_ids))
    hashes = hash_ids([each.encode() for each in ids]).tolist()
    return variety(zip(names, hashes, map(shadow.at, places.tolist()), strict=True))


def _outcome(comparison: Comparison) -> Outcome:
    if isinstance(comparison, Incomparable):
        return Outcome.UNDECODABLE
    return Outcome.MISMATCH if comparison.mismatch else Outcome.MATCH


def _baseline_mismatch(comparison: Comparison) -> int:
    match comparison:
        case Compared(undecodable=False, mismatch=mismatch):
            return int(mismatch)
        case _:
            # a baseline's body that can't be decoded excuses no shadow's
            return _UNKNOWN


def _reasons(shadow: Comparisons) -> pa.Array:
    reasons = [each.reason if isinstance(each, Incomparable) else None for each in shadow.distinct]
    return pa.array(reasons, pa.string()).take(pa.array(shadow.codes, mask=shadow.codes < 0))


def _remarks(shadow: Comparisons) -> Counter[Remark]:
    remarks = Counter[Remark]()
    for comparison, requests in zip(shadow.distinct, shadow.requests.tolist(), strict=True):
        if isinstance(comparison, Compared):
            remarks.update(dict.fromkeys(comparison.remarks, requests))
    return remarks


def _compared(
    requests: Requests, arm: Arm, places: IntArray, endpoints: pa.DictionaryArray, comparers: Comparers
) -> tuple[Comparisons, BoolArray]:
    """Comparisons of the requests that differ in a byte, and whether the bodies of all are equal."""
    size = len(requests.codes)
    if not len(places):
        return Comparisons.of(places, [], size), np.zeros(0, bool)
    responses = response_pairs(requests, arm, places)
    differing = responses.differing
    compared = comparers.compare(responses, differing, endpoints.take(pa.array(places[differing])))
    return Comparisons.of(places[differing], compared, size), responses.same_body


def _with_cut(
    shadow: Comparisons, requests: Requests, endpoints: pa.DictionaryArray, comparers: Comparers
) -> Comparisons:
    """The comparisons with those of requests whose bodies were cut and differ in what is left of them."""
    places = np.flatnonzero(requests.outcome == OUTCOMES.index(Outcome.TRUNCATED))
    if not len(places):
        return shadow
    responses = response_pairs(requests, Arm.SHADOW, places)
    compared = comparers.compare_cut(responses, endpoints.take(pa.array(places)))
    differing = [at for at, comparison in enumerate(compared) if isinstance(comparison, Compared)]
    return shadow.including(places[differing], [compared[at] for at in differing])


def _difference_lists(shadow: Comparisons, baseline: Comparisons) -> DifferenceLists:
    listed = np.flatnonzero(shadow.numbers(lambda each: len(_listed(each)), 0))
    # what is listed depends on the comparisons of both arms
    others = len(baseline.distinct) + 1
    both, codes = np.unique(shadow.codes[listed] * others + baseline.codes[listed] + 1, return_inverse=True)
    of_request = np.full(len(shadow.codes), -1, np.int64)
    of_request[listed] = codes
    offsets, rows = [0], list[tuple[object, ...]]()
    for code, other in zip(*(each.tolist() for each in np.divmod(both, others)), strict=True):
        rows += _rows(_listed(shadow.distinct[code]), baseline.distinct[other - 1] if other else None)
        offsets.append(len(rows))
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
