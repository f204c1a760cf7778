"""Differing paths and causes of two runs: those that came, those that went, and those that stayed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from darklaunch.diff.difference import Kind
from darklaunch.diff.rules.severity import Severity
from darklaunch.diff.window_summary import LISTED
from darklaunch.publish.report.endpoint import DifferenceReport
from darklaunch.publish.report.run import RunReport
from darklaunch.runs.differences import ListedRun
from darklaunch.triage.cause_report import CauseReport


class DifferenceKey(NamedTuple):
    """A difference of one endpoint."""

    endpoint: str
    path: str
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequency:
    """The number of requests that differ in a window; ``share`` is of the endpoint's compared requests, a fraction."""

    requests: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PathChange:
    """A differing path in two runs; None where a run does not list it.

    Attributes:
        note: why being absent from one run does not mean that there was no such difference; None: it does.
    """

    endpoint: str
    path: str
    kind: Kind
    severity: Severity
    before: Frequency | None
    after: Frequency | None
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseChange:
    """A cause in two runs, by the first of its ``paths`` paths; None where a run does not have it."""

    id: str
    endpoint: str
    path: str
    kind: Kind
    paths: int
    severity: Severity
    before: Frequency | None
    after: Frequency | None


Change = TypeVar("Change", PathChange, CauseChange)
DifferencesByKey: TypeAlias = Mapping[DifferenceKey, DifferenceReport]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnover(Generic[Change]):
    """Changes that are only in the later run, only in the earlier one, and in both; each the most frequent first."""

    new: tuple[Change, ...]
    gone: tuple[Change, ...]
    persistent: tuple[Change, ...]


def paths(before: ListedRun, after: ListedRun) -> Turnover[PathChange]:
    """Sorts the differing paths that no rule ignores; shares are of the compared requests of each run's window."""
    runs = (before, after)
    counting, ignored = (
        [_differences(run.report, wanted) for run in runs]
        for wanted in (lambda each: each.counts, lambda each: not each.counts)
    )
    endpoints = [{endpoint.name for endpoint in run.report.endpoints} for run in runs]

    def note(key: DifferenceKey, other: int) -> str | None:
        """The reason why a path may be missing from the other run."""
        if key in ignored[other]:
            return f"ignored by {ignored[other][key].ignored_by}"
        if key.endpoint not in endpoints[other]:
            return "endpoint not seen"
        return f"the other run names only {LISTED} here" if key.endpoint in runs[other].cut else None

    def change(key: DifferenceKey, why: str | None = None) -> PathChange:
        earlier, later = counting[0].get(key), counting[1].get(key)
        newest = next(each for each in (later, earlier) if each is not None)
        return PathChange(
            endpoint=key.endpoint,
            path=key.path,
            kind=key.kind,
            severity=newest.severity,
            before=_frequency(earlier),
            after=_frequency(later),
            note=why,
        )

    both = counting[0].keys() & counting[1].keys()
    return Turnover(
        new=_by_share(change(key, note(key, 0)) for key in counting[1].keys() - both),
        gone=_by_share(change(key, note(key, 1)) for key in counting[0].keys() - both),
        persistent=_by_share(change(key) for key in both),
    )


def _differences(report: RunReport, wanted: Callable[[DifferenceReport], bool]) -> DifferencesByKey:
    differences: dict[DifferenceKey, DifferenceReport] = {}
    for endpoint in report.endpoints:
        for each in filter(wanted, endpoint.differences):
            key = DifferenceKey(endpoint.name, each.path, each.kind)
            before = differences.get(key)
            # one path and kind can stand there twice, with values of different severity
            differences[key] = each if before is None else _sum(before, each)
    return differences


def _sum(first: DifferenceReport, second: DifferenceReport) -> DifferenceReport:
    return replace(first, requests=first.requests + second.requests, share=first.share + second.share)


def _frequency(report: DifferenceReport | CauseReport | None) -> Frequency | None:
    return None if report is None else Frequency(requests=report.requests, share=report.share)


def causes(before: Iterable[CauseReport], after: Iterable[CauseReport]) -> Turnover[CauseChange]:
    """Sorts the causes of two runs by their ids."""
    earlier, later = ({cause.id: cause for cause in listed} for listed in (before, after))

    def change(name: str) -> CauseChange:
        newest = later[name] if name in later else earlier[name]
        first = newest.paths[0]
        return CauseChange(
            id=newest.id,
            endpoint=newest.endpoint,
            path=first.path,
            kind=first.kind,
            paths=newest.path_count,
            severity=newest.severity,
            before=_frequency(earlier.get(name)),
            after=_frequency(later.get(name)),
        )

    both = earlier.keys() & later.keys()
    return Turnover(
        new=_by_share(change(name) for name in later.keys() - both),
        gone=_by_share(change(name) for name in earlier.keys() - both),
        persistent=_by_share(change(name) for name in both),
    )


def _by_share(changes: Iterable[Change]) -> tuple[Change, ...]:
    def order(change: Change) -> tuple[float, str, str, str]:
        newest = next(side for side in (change.after, change.before) if side is not None)
        return -newest.share, change.endpoint, change.path, change.kind.value

    return tuple(sorted(changes, key=order))
