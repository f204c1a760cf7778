"""Transitions: the most frequent changes of values at the first paths of each cause."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.sums import add_up
from darklaunch.diff.difference import Kind
from darklaunch.stats.arrays import IntArray
from darklaunch.triage.cause import Cause
from darklaunch.triage.cause_report import Transition
from darklaunch.triage.encoded_pairs import EncodedPairs
from darklaunch.triage.tally import count_by, encode

TRANSITIONS: Final = 5
"""Transitions of each path of a cause, and paths of a cause that have any."""

_CHANGE: Final = ("cause", "path", "kind", "production", "shadow")


def count_transitions(encoded: EncodedPairs, cause: IntArray, causes: Sequence[Cause]) -> pa.Table:
    """Counts the changes of values in a part.

    Args:
        encoded: its pairs.
        cause: of each pair.
        causes: in the order of their indices.

    Returns:
        One row a cause, path, kind and pair of values with its ``requests``. The rows of more parts add up.
    """
    path, kind, of_cause = encoded.path, encoded.kind, cause[encoded.owner]
    paths, kinds = _places(path.values), _places(kind.values)
    wanted = [
        (index * len(paths) + paths[element.path]) * len(kinds) + kinds[element.kind]
        for index, each in enumerate(causes)
        for element in list(each.places)[:TRANSITIONS]
        if element.path in paths and element.kind in kinds
    ]
    chosen = np.isin((of_cause * len(paths) + path.codes) * len(kinds) + kind.codes, wanted) & (of_cause >= 0)
    values = {name: encoded.values(name, chosen) for name in ("production", "shadow")}
    keys = {"cause": of_cause[chosen], "path": path.where(chosen), "kind": kind.where(chosen), **values}
    return count_by(keys, {"requests": np.ones(int(chosen.sum()), np.int64)})


def _places(values: pa.Array) -> dict[str, int]:
    return {value: place for place, value in enumerate(values.to_pylist())}


def frequent_transitions(counts: Sequence[pa.Table], causes: Sequence[Cause]) -> list[tuple[Transition, ...]]:
    """The transitions of each cause, path by path.

    Args:
        counts: what ``count_transitions`` returns for every part, at least one.
        causes: in the order of their indices.
    """
    rows = add_up(counts, _CHANGE, {"requests": "sum"})
    by_place = _first_of_each(rows)
    return [
        tuple(
            transition
            for element in list(cause.places)[:TRANSITIONS]
            for transition in by_place.get((index, element.path, element.kind), ())
        )
        for index, cause in enumerate(causes)
    ]


def _first_of_each(rows: pa.Table) -> Mapping[tuple[int, str, str], list[Transition]]:
    """The most frequent rows of each cause, path and kind, without sorting the many others."""
    path, kind = encode(rows["path"]), encode(rows["kind"])
    places = (rows["cause"].to_numpy() * len(path.values) + path.codes) * len(kind.values) + kind.codes
    order = np.argsort(places, kind="stable")
    bounds = np.flatnonzero(np.diff(places[order])) + 1
    first: dict[tuple[int, str, str], list[Transition]] = {}
    for group in np.split(order, bounds) if len(order) else []:
        some = rows.take(pa.array(group))
        # null comes first, which the selection would put last
        for name in ("production", "shadow"):
            some = some.append_column(f"has_{name}", some[name].is_valid().cast(pa.int8()))
        keys = [(name, "ascending") for name in ("has_production", "production", "has_shadow", "shadow")]
        chosen = pc.select_k_unstable(some, TRANSITIONS, [("requests", "descending"), *keys])
        for row in some.take(chosen).to_pylist():
            transition = Transition(
                path=row["path"],
                kind=Kind(row["kind"]),
                production=row["production"],
                shadow=row["shadow"],
                requests=row["requests"],
            )
            first.setdefault((row["cause"], row["path"], row["kind"]), []).append(transition)
    return first
