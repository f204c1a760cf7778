"""The rules that accept causes of a finished run, found in its table of pairs."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa

from darklaunch.diff.rules.rule import Rule
from darklaunch.errors import UsageError
from darklaunch.publish import formatting
from darklaunch.publish.report.run import RunReport
from darklaunch.triage.acceptance.proposing import Acceptance, propose_acceptance
from darklaunch.triage.acceptance.seen import seen_differences
from darklaunch.triage.cause import Cause
from darklaunch.triage.cause_report import MAXIMUM_PATHS, CauseReport
from darklaunch.triage.encoded_pairs import PairsPart
from darklaunch.triage.finding import group_parts

_NAMED = 5
_Content: TypeAlias = tuple[frozenset[tuple[str, int]], tuple[tuple[str, str, int], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedCause:
    """A cause of a run, and the rules that accept it."""

    cause: CauseReport
    acceptance: Acceptance


def accept_cause(folder: Path, report: RunReport, cause_id: str, *, written: Sequence[Rule], why: str) -> AcceptedCause:
    """Finds the rules that accept one cause.

    Args:
        folder: of the run.
        report: the run's.
        cause_id: the id of the cause, or a start of it that no other has.
        written: the rules that the configuration has already.
        why: the reason that each rule gives.

    Raises:
        UsageError: there is no such cause, or the run's pairs are not here.
    """
    (accepted,) = _accepted(folder, [_named(report.window.causes or (), cause_id)], written=written, why=why)
    return accepted


def accept_systematic(folder: Path, report: RunReport, *, written: Sequence[Rule]) -> list[AcceptedCause]:
    """Finds the rules that accept all causes that are systematic and probably meant.

    Args:
        folder: of the run.
        report: the run's.
        written: the rules that the configuration has already.

    Raises:
        UsageError: the run's pairs are not here.
    """
    meant = [cause for cause in report.window.causes or () if cause.probably_meant]
    return _accepted(folder, meant, written=written, why=None) if meant else []


def _named(causes: Sequence[CauseReport], cause_id: str) -> CauseReport:
    exact = [cause for cause in causes if cause.id == cause_id]
    fitting = exact or [cause for cause in causes if cause_id and cause.id.startswith(cause_id)]
    if len(fitting) == 1:
        return fitting[0]
    some = [f"{cause.id} ({cause.paths[0].path})" for cause in (fitting or causes)[:_NAMED]]
    have = f"it has {formatting.visible(', '.join(some), longest=600)}" if some else "it has none"
    more = f" and {len(fitting or causes) - _NAMED:,} more" if len(fitting or causes) > _NAMED else ""
    raise UsageError(
        f"CAUSE_ID: found {formatting.visible(cause_id, longest=60)!r}, wanted the id of a cause of the newest run; "
        f"{have}{more}"
    )


def _accepted(
    folder: Path, causes: Sequence[CauseReport], *, written: Sequence[Rule], why: str | None
) -> list[AcceptedCause]:
    parts = _parts(folder)
    grouped, _ = group_parts(parts)
    by_content = {_content(cause): cause for cause in grouped}
    accepted: list[AcceptedCause] = []
    rules = list(written)
    for report in causes:
        cause = by_content.get(_reported_content(report))
        if cause is None:
            raise UsageError(
                f"CAUSE_ID: found no requests of cause {report.id} in {folder / 'pairs'}, wanted those it was found "
                "in; `darklaunch run` the window again with this version"
            )
        acceptance = propose_acceptance(
            seen_differences(parts, cause), rules, why=why or _why(report), everywhere=report.everywhere
        )
        rules += [each.rule for each in acceptance.rules]
        accepted.append(AcceptedCause(cause=report, acceptance=acceptance))
    return accepted


def _why(cause: CauseReport) -> str:
    return f"systematic, at {len(cause.endpoints):,} endpoints: probably meant"


def _parts(folder: Path) -> list[PairsPart]:
    import pyarrow.parquet as pq

    files = sorted((folder / "pairs").glob("*.parquet"))
    if not files:
        raise UsageError(f"pairs: found none in {folder}, wanted a finished run; run `darklaunch run` again")

    def read(file: Path, columns: Sequence[str]) -> pa.Table:
        return pq.ParquetFile(file).read(columns=list(columns))

    def no_rows(_ids: pa.Array, _columns: Sequence[str]) -> pa.Table:
        raise ValueError("production's rows are not read to accept a cause")

    return [PairsPart(pairs=partial(read, file), production_rows=no_rows) for file in files]


def _content(cause: Cause) -> _Content:
    """What is reported of a cause and belongs to no other: its requests by endpoint, and by path."""
    endpoints = {name: sum(each.requests for each in members) for name, members in cause.endpoints.items()}
    paths = [(*place, requests) for place, requests in cause.places.items()]
    return frozenset(endpoints.items()), tuple(paths[:MAXIMUM_PATHS])


def _reported_content(cause: CauseReport) -> _Content:
    paths = tuple((each.path, each.kind.value, each.requests) for each in cause.paths)
    return frozenset((each.endpoint, each.requests) for each in cause.endpoints), paths
