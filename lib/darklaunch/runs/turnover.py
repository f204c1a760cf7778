"""Differing paths and causes of two runs: those that came, those that went, and those that stayed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from darklaunch.diff.difference import Kind
from darklaunch.diff.rules.severity import Severity
from darklaunch.diff.window_summary import LISTED
from darklaunch.publish.report.endpoint import DifferenceReport
from darklaunch.publish.report.run import RunReport
from darklaunch.runs.differences import ListedRun
from darklaunch.triage.cause_report import CauseReport
from darklaunch.triage.grouping.identity import same_causes


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
    """A cause in two runs, by the first of its ``paths`` paths; None where a run does not have it.

    Attributes:
        id: in the later run, or in the earlier one where the later does not have it.
        earlier_id: in the earlier run, where it was another one: runs of two launches don't share their ids.
        endpoint: the one with the most of its requests, of ``endpoints``.
    """

    id: str
    earlier_id: str | None = None
    endpoint: str
    endpoints: int
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
    """Sorts the causes of two runs: by their ids, and by what they have in common where no id is known in both."""
    earlier, later = list(before), list(after)
    matched = _matched(earlier, later)
    gone = [cause for place, cause in enumerate(earlier) if place not in set(matched.values())]
    pairs = [(None if place not in matched else earlier[matched[place]], cause) for place, cause in enumerate(later)]
    return Turnover(
        new=_by_share(_cause_change(None, cause) for former, cause in pairs if former is None),
        gone=_by_share(_cause_change(cause, None) for cause in gone),
        persistent=_by_share(_cause_change(former, cause) for former, cause in pairs if former is not None),
    )


def _matched(earlier: Sequence[CauseReport], later: Sequence[CauseReport]) -> dict[int, int]:
    """The place among the earlier causes of each later one that was there already."""
    places = {cause.id: place for place, cause in enumerate(earlier)}
    by_id = {place: places[cause.id] for place, cause in enumerate(later) if cause.id in places}
    old = [place for place in range(len(earlier)) if place not in set(by_id.values())]
    new = [place for place in range(len(later)) if place not in by_id]
    alike = same_causes([earlier[place] for place in old], [later[place] for place in new])
    return by_id | {new[place]: old[former] for place, former in alike.items()}


def _cause_change(before: CauseReport | None, after: CauseReport | None) -> CauseChange:
    newest = after or before
    if newest is None:
        raise ValueError("a cause of neither run; give one at least")
    first = newest.paths[0]
    return CauseChange(
        id=newest.id,
        earlier_id=before.id if before is not None and before.id != newest.id else None,
        endpoint=newest.endpoint,
        endpoints=max(1, len(newest.endpoints)),
        path=first.path,
        kind=first.kind,
        paths=newest.path_count,
        severity=newest.severity,
        before=_frequency(before),
        after=_frequency(after),
    )


def _by_share(changes: Iterable[Change]) -> tuple[Change, ...]:
    def order(change: Change) -> tuple[float, str, str, str]:
        newest = next(side for side in (change.after, change.before) if side is not None)
        return -newest.share, change.endpoint, change.path, change.kind.value

    return tuple(sorted(changes, key=order))
