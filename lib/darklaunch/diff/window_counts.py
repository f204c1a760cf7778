"""Counts of a bucket for the report, which add up: outcomes, statuses, differing paths and what rules settled."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.arm import Arm
from darklaunch.capture.endpoint import FLEET
from darklaunch.diff.difference import Kind
from darklaunch.diff.pairs import ComparedRequests
from darklaunch.diff.rules.remark import Remark
from darklaunch.diff.rules.severity import Severity
from darklaunch.diff.volatile import Variety, merged_variety
from darklaunch.diff.window_summary import (
    LISTED,
    Example,
    IncomparableCount,
    PathCount,
    PathKey,
    StatusCount,
    TopDifference,
)
from darklaunch.pair.funnel import OutcomeCount
from darklaunch.pair.outcome import COMPARED, Outcome

MOST_PATHS: Final = 10_000
"""Differing paths of an endpoint that leave a bucket, the most frequent ones, where data is part of paths."""

_KEY: Final = ("path", "kind", "rule", "severity")


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowCounts:
    """The counts of requests for the report.

    Attributes:
        outcomes: by outcome.
        statuses: compared requests by endpoint (``*``: all) and the status classes of production and shadow.
        paths: by endpoint, path, kind, rule and severity.
        settled: requests by the name of a rule that settled something in them.
        incomparable: requests that could not be compared, by the reason.
        remarks: requests by what there is to say of them.
        variety: how many values volatile paths have, by endpoint and path.
    """

    outcomes: Mapping[Outcome, OutcomeCount] = field(default_factory=dict)
    statuses: Counter[tuple[str, int, int]] = field(default_factory=Counter)
    paths: Mapping[PathKey, PathCount] = field(default_factory=dict)
    settled: Counter[str] = field(default_factory=Counter)
    remarks: Counter[Remark] = field(default_factory=Counter)
    incomparable: Mapping[str, IncomparableCount] = field(default_factory=dict)
    variety: Mapping[tuple[str, str], Variety] = field(default_factory=dict)

    def merged(self, other: "WindowCounts") -> "WindowCounts":
        """The counts of both, which share no request."""
        outcomes, paths, incomparable = dict(self.outcomes), dict(self.paths), dict(self.incomparable)
        for reason, of_reason in other.incomparable.items():
            incomparable[reason] = incomparable[reason].merged(of_reason) if reason in incomparable else of_reason
        for outcome, count in other.outcomes.items():
            outcomes[outcome] = outcomes[outcome].merged(count) if outcome in outcomes else count
        for key, of_path in other.paths.items():
            paths[key] = paths[key].merged(of_path) if key in paths else of_path
        return WindowCounts(
            outcomes=outcomes,
            statuses=self.statuses + other.statuses,
            paths=paths,
            settled=self.settled + other.settled,
            remarks=self.remarks + other.remarks,
            incomparable=incomparable,
            variety=merged_variety(self.variety, other.variety),
        )

    def status_counts(self) -> list[StatusCount]:
        """The statuses, in the order of endpoint and classes."""
        return [
            StatusCount(endpoint=endpoint, production_class=production, shadow_class=shadow, requests=requests)
            for (endpoint, production, shadow), requests in sorted(self.statuses.items())
        ]

    def top_differences(self) -> list[TopDifference]:
        """The paths that differ in most requests of each endpoint, those that count first."""

        def rank(item: tuple[PathKey, PathCount]) -> tuple[str, bool, int, PathKey]:
            return item[0].endpoint, bool(item[0].rule), -item[1].requests, item[0]

        ranked, top = Counter[str](), []
        for key, count in sorted(self.paths.items(), key=rank):
            ranked[key.endpoint] += 1
            if ranked[key.endpoint] <= LISTED:
                top.append(
                    TopDifference(
                        endpoint=key.endpoint,
                        path=key.path,
                        kind=Kind(key.kind),
                        rule=key.rule or None,
                        severity=Severity(key.severity),
                        requests=count.requests,
                        rank=ranked[key.endpoint],
                        example=count.example,
                    )
                )
        return top


def count_window(compared: ComparedRequests, pairs: pa.Table) -> WindowCounts:
    """Counts a bucket.

    Args:
        compared: what ``compare_requests`` returns.
        pairs: the same as ``pairs_table`` writes it.
    """
    endpoints = pairs["endpoint"].combine_chunks()
    differing = pa.array(np.flatnonzero(compared.differences.of_request >= 0))
    ids = compared.requests.request_ids.take(differing)
    rows, structs = _taken_apart(_alike(compared, endpoints, differing, ids), compared.differences.lists)
    return WindowCounts(
        outcomes=_outcomes(pairs),
        statuses=_statuses(pairs.filter(pa.array(compared.has_outcome(*COMPARED)))),
        paths=_paths(rows, structs, ids, endpoints),
        settled=_settled(rows),
        remarks=compared.remarks,
        incomparable=_incomparable(pairs),
        variety=compared.variety,
    )


def _incomparable(pairs: pa.Table) -> dict[str, IncomparableCount]:
    some = pairs.filter(pc.is_valid(pairs["incomparable"])).select(["incomparable", "request_id"])
    counted = some.group_by("incomparable", use_threads=False).aggregate([([], "count_all"), ("request_id", "min")])
    return {
        row["incomparable"]: IncomparableCount(
            reason=row["incomparable"], requests=row["count_all"], request_id=row["request_id_min"]
        )
        for row in counted.to_pylist()
    }


def _outcomes(pairs: pa.Table) -> dict[Outcome, OutcomeCount]:
    names = [f"{arm.value}_copies" for arm in Arm]
    sums = [(name, how) for name in names for how in ("count", "sum")]
    counted = pairs.group_by("outcome", use_threads=False).aggregate(
        [*sums, ("request_id", "count"), ("conflicting", "sum"), ("baseline_copies_in_window", "sum")]
    )
    outcomes = {}
    for row in counted.to_pylist():
        joined = {arm: row[f"{arm.value}_copies_count"] for arm in Arm}
        outcomes[Outcome(row["outcome"])] = OutcomeCount(
            outcome=Outcome(row["outcome"]),
            requests=row["request_id_count"],
            conflicting=row["conflicting_sum"],
            joined=joined,
            duplicates={arm: (row[f"{arm.value}_copies_sum"] or 0) - joined[arm] for arm in Arm},
            baseline_in_window=row["baseline_copies_in_window_sum"] or 0,
        )
    return outcomes


def _statuses(compared: pa.Table) -> Counter[tuple[str, int, int]]:
    arms = ("production", "shadow")
    classes = {arm: pc.divide(pc.fill_null(compared[f"{arm}_status"], 0), 100) for arm in arms}
    keyed = pa.table({"endpoint": compared["endpoint"], **classes})
    counted: Counter[tuple[str, int, int]] = Counter()
    for row in keyed.group_by(["endpoint", *arms], use_threads=False).aggregate([([], "count_all")]).to_pylist():
        for name in (row["endpoint"], FLEET):
            counted[name, row["production"], row["shadow"]] += row["count_all"]
    return counted


def _alike(compared: ComparedRequests, endpoints: pa.DictionaryArray, differing: pa.Array, ids: pa.Array) -> pa.Table:
    """The requests of each endpoint that have the same list of differences: how many, and the rank of the least id."""
    rows = pa.table(
        {
            "endpoint": endpoints.indices.take(differing),
            "list": pa.array(compared.differences.of_request).take(differing),
            "least": pc.rank(ids, tiebreaker="first").cast(pa.int64()),
        }
    )
    counted = rows.group_by(["endpoint", "list"], use_threads=False).aggregate([([], "count_all"), ("least", "min")])
    return counted.select(["endpoint", "list", "count_all", "least_min"]).rename_columns(
        ["endpoint", "list", "requests", "least"]
    )


def _taken_apart(alike: pa.Table, lists: pa.ListArray) -> tuple[pa.Table, pa.StructArray]:
    """One row for each difference of each list of ``alike``, and the differences themselves."""
    each_list = lists.take(alike["list"].combine_chunks())
    structs = each_list.flatten()
    row = pc.list_parent_indices(each_list)
    of_list = alike.take(row)
    fields = {name: pc.fill_null(structs.field(name), "").dictionary_encode() for name in _KEY}
    # the least id and the difference that it shows, as one number
    example = of_list["least"].to_numpy() * max(len(structs), 1) + np.arange(len(structs))
    columns = {"list": row, "endpoint": of_list["endpoint"], "requests": of_list["requests"], **fields}
    return pa.table({**columns, "example": pa.array(example)}), structs


def _paths(
    rows: pa.Table, structs: pa.StructArray, ids: pa.Array, endpoints: pa.DictionaryArray
) -> dict[PathKey, PathCount]:
    """The requests by path, each path with the request of the least id."""
    summed = rows.group_by(["endpoint", *_KEY], use_threads=False).aggregate([("requests", "sum"), ("example", "min")])
    frequent = _most_frequent(summed)
    rank, at = np.divmod(frequent["example_min"].to_numpy(), max(len(structs), 1))
    example_ids = ids.take(pc.sort_indices(ids)).take(pa.array(rank - 1)).to_pylist()
    shown = structs.take(pa.array(at))
    values = zip(*(shown.field(name).to_pylist() for name in ("production", "shadow")), strict=True)
    names = endpoints.dictionary.to_pylist()
    # as text first: one by one, values of dictionaries take ten times as long
    keys = zip(*(frequent[name].cast(pa.string()).to_pylist() for name in _KEY), strict=True)
    counted = zip(frequent["endpoint"].to_pylist(), keys, frequent["requests_sum"].to_pylist(), strict=True)
    paths: dict[PathKey, PathCount] = {}
    for (endpoint, key, requests), request_id, (production, shadow) in zip(counted, example_ids, values, strict=True):
        example = Example(request_id=request_id, production=production, shadow=shadow)
        paths[PathKey(names[endpoint], *key)] = PathCount(requests, example)
    return paths


def _settled(rows: pa.Table) -> Counter[str]:
    """Requests by rule: one that settled several paths of a list counts its requests once."""
    once = rows.group_by(["list", "rule"], use_threads=False).aggregate([("requests", "min")])
    summed = once.group_by("rule", use_threads=False).aggregate([("requests_min", "sum")]).to_pylist()
    return Counter({row["rule"]: row["requests_min_sum"] for row in summed if row["rule"]})


def _most_frequent(summed: pa.Table) -> pa.Table:
    if summed.num_rows <= MOST_PATHS:
        return summed
    decoded = pa.table(
        {name: summed[name].cast(pa.string()) if name in _KEY else summed[name] for name in summed.column_names}
    )
    order = [("endpoint", "ascending"), ("requests_sum", "descending"), *((name, "ascending") for name in _KEY)]
    ordered = decoded.sort_by(order)
    endpoints = ordered["endpoint"].to_numpy()
    first = np.searchsorted(endpoints, endpoints)
    return ordered.filter(pa.array(np.arange(len(endpoints)) - first < MOST_PATHS))
