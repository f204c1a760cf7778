"""The differing paths of a run beyond those that its report lists, from its table of differences."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from darklaunch.diff.difference import Kind
from darklaunch.diff.rules.severity import Severity
from darklaunch.diff.window_summary import LISTED
from darklaunch.publish.report.endpoint import DifferenceReport, EndpointReport
from darklaunch.publish.report.run import RunReport

_COLUMNS: Final = ("endpoint", "path", "kind", "severity")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRun:
    """A run and the endpoints that may have more differing paths than it lists."""

    report: RunReport
    cut: frozenset[str]


def as_listed(report: RunReport) -> ListedRun:
    """A run with the differing paths that its report lists."""
    full = (endpoint.name for endpoint in report.endpoints if _is_full(endpoint))
    return ListedRun(report=report, cut=frozenset(full))


def listed(report: RunReport, folder: Path | None) -> ListedRun:
    """A run with every differing path where its tables are here, and otherwise with those that its report lists."""
    return as_listed(report) if folder is None else with_all_differences(report, folder)


def with_all_differences(report: RunReport, folder: Path) -> ListedRun:
    """Lists every differing path that no rule ignores, at endpoints whose list may leave some out.

    Args:
        report: the run's.
        folder: the run's, with its table of differences; without it the lists stay as they are.
    """
    run = as_listed(report)
    counted = _counted(folder / "differences", run.cut) if run.cut else None
    if counted is None:
        return run
    endpoints = tuple(
        _completed(endpoint, counted) if endpoint.name in run.cut else endpoint for endpoint in report.endpoints
    )
    return ListedRun(report=replace(report, endpoints=endpoints), cut=frozenset())


def _is_full(endpoint: EndpointReport) -> bool:
    return sum(difference.counts for difference in endpoint.differences) >= LISTED


def _counted(table: Path, endpoints: frozenset[str]) -> Counter[tuple[str, ...]] | None:
    """Requests by endpoint, path, kind and severity, batch by batch: a table can be larger than memory."""
    import pyarrow as pa
    import pyarrow.dataset as ds

    requests: Counter[tuple[str, ...]] = Counter()
    try:
        rows = ds.dataset(table)
        counts = ds.field("rule").is_null() & ds.field("endpoint").isin(list(endpoints))
        for batch in rows.to_batches(columns=list(_COLUMNS), filter=counts):
            sums = pa.Table.from_batches([batch]).group_by(list(_COLUMNS)).aggregate([([], "count_all")])
            for row in sums.to_pylist():
                requests[tuple(row[name] for name in _COLUMNS)] += row["count_all"]
    except (OSError, ValueError, KeyError):
        return None
    return requests


def _completed(endpoint: EndpointReport, counted: Mapping[tuple[str, ...], int]) -> EndpointReport:
    counting = [difference for difference in endpoint.differences if difference.counts]
    most = max(counting, key=lambda difference: difference.requests)
    pairs = most.requests / most.share
    differences = [
        DifferenceReport(
            path=path,
            kind=Kind(kind),
            severity=Severity(severity),
            requests=requests,
            share=requests / pairs,
            ignored_by=None,
            example=None,
        )
        for (name, path, kind, severity), requests in counted.items()
        if name == endpoint.name
    ]
    ignored = [difference for difference in endpoint.differences if not difference.counts]
    return replace(endpoint, differences=(*differences, *ignored))
