"""The table of pairs: one row a request, without bodies, as it lies on disk and as evidence is counted from it."""

import re
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.arm import Arm
from darklaunch.capture.around import HOUR_US
from darklaunch.capture.rows import MOMENT
from darklaunch.diff.pairs import ComparedRequests
from darklaunch.diff.volatile import UNWATCHED
from darklaunch.pair.outcome import COMPARED, FAILED, Outcome
from darklaunch.pair.requests import OUTCOMES, Requests
from darklaunch.pair.units import units_of

VOLATILE: Final = ("volatile", "level_halves")
"""Columns of what requests show at learned paths; null where nothing was learned, or the baseline gave no answer."""

_WORD: Final = re.compile(r"[a-z][a-z_ -]{0,31}")
_OUTCOME_NAMES: Final = [outcome.value for outcome in OUTCOMES]


def endpoints_of(requests: Requests) -> pa.DictionaryArray:
    """The endpoint of each request, dictionary-encoded."""
    endpoints = requests.first("endpoint")
    return endpoints if isinstance(endpoints, pa.DictionaryArray) else endpoints.dictionary_encode()


def pairs_table(compared: ComparedRequests, endpoints: pa.DictionaryArray) -> pa.Table:
    """Writes compared requests as a table.

    Args:
        compared: what ``compare_requests`` returns.
        endpoints: of the requests.
    """
    requests = compared.requests
    was_compared, failed = compared.has_outcome(*COMPARED), compared.has_outcome(*FAILED)
    paired = was_compared | compared.has_outcome(Outcome.UNDECODABLE)
    moments = requests.first("captured_at").cast(pa.int64()).to_numpy()
    rates = requests.first("sample_rate")
    conflicts = sum(requests.counts(arm, "conflicting") for arm in Arm)
    columns: dict[str, pa.Array] = {
        "request_id": requests.request_ids,
        "endpoint": endpoints,
        "bucket": pa.array(moments // HOUR_US * HOUR_US, pa.int64()).cast(MOMENT),
        "unit": units_of(requests),
        "sample_rate": rates,
        "weight": pc.divide(1.0, rates),
        "outcome": pa.DictionaryArray.from_arrays(pa.array(compared.outcome), pa.array(_OUTCOME_NAMES)),
        "bodies_equal": pa.array(compared.bodies_equal, mask=~paired),
        **{f"{arm.value}_{name}": requests.column(arm, name) for name in ("status", "latency_ms") for arm in Arm},
        **{f"{arm.value}_copies": _counts(requests, arm, "copies") for arm in Arm},
        **{f"{arm.value}_error": _words(requests.column(arm, "error")) for arm in (Arm.PRODUCTION, Arm.SHADOW)},
        "baseline_copies_in_window": _counts(requests, Arm.BASELINE, "copies_in_window"),
        "conflicting": pa.array(conflicts, pa.int32()),
        "mismatch": pa.array(compared.has_outcome(Outcome.MISMATCH) | failed, mask=~(was_compared | failed)),
        "baseline_mismatch": pa.array(compared.baseline_mismatch > 0, mask=compared.baseline_mismatch < 0),
        **{
            name: pa.array(values, mask=values == UNWATCHED)
            for name, values in zip(VOLATILE, compared.volatility, strict=True)
        },
        "incomparable": compared.incomparable,
        "differences": compared.differences.nested,
        "paths_beyond": pa.array(compared.beyond, pa.int32(), mask=compared.beyond < 0),
    }
    return pa.table(columns)


def differences_table(pairs: pa.Table) -> pa.Table:
    """One row for each differing path of a request."""
    lists = pairs["differences"].combine_chunks()
    parents = pc.list_parent_indices(lists)
    structs = lists.flatten()
    names = {"request_id": pairs["request_id"].take(parents), "endpoint": pairs["endpoint"].take(parents)}
    return pa.table({**names, **{field.name: structs.field(field.name) for field in structs.type}})


def _counts(requests: Requests, arm: Arm, of: str) -> pa.Array:
    """Counts of an arm's rows; null where it has none of a request, or the request is none of its arm's."""
    copies = requests.counts(arm, "copies")
    return pa.array(requests.counts(arm, of), mask=copies == 0)


def _words(errors: pa.Array) -> pa.Array:
    """The sort of each error, such as ``timeout``; a message might hold anything."""
    coded = errors.dictionary_encode()
    words = [error if _WORD.fullmatch(error) else "other" for error in coded.dictionary.to_pylist()]
    return pa.array(words, pa.string()).take(coded.indices)
