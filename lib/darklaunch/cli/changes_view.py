"""Changes between two runs, on a terminal or as plain lines."""

from collections.abc import Sequence
from typing import Final

from darklaunch.cli.runs_view import Page, launch_line
from darklaunch.publish import formatting
from darklaunch.publish.report.run import RunReport
from darklaunch.runs.changes import Changes, VerdictChange
from darklaunch.runs.turnover import CauseChange, PathChange, Turnover
from darklaunch.text import numbers

MOST_ROWS: Final = 15
"""So many of each list are printed."""


def print_changes(before: RunReport, after: RunReport, changes: Changes, page: Page) -> None:
    """Prints what changed.

    Args:
        before: the run named first.
        after: the run named second.
        changes: between them.
        page: where to print.
    """
    _heads(before, after, changes, page)
    total = sum(changes.same.values()) + len(changes.endpoints)
    _heading(f"Verdicts: {len(changes.endpoints):,} of {total:,} endpoints changed", page)
    _rows([_verdict_row(change) for change in changes.endpoints], page)
    _turnover("Differing paths", changes.paths, page)
    if changes.causes is None:
        _heading("Causes: not known, one of the runs was made before causes were looked for", page)
    else:
        _turnover("Causes", changes.causes, page)


def _heads(before: RunReport, after: RunReport, changes: Changes, page: Page) -> None:
    page.say(launch_line(after.launch), style="bold")
    page.table([("before", *_head(before)), ("after", *_head(after))], right=2, indent=0)
    if changes.backwards:
        page.say("The run named first looked at the later window.")
    if changes.launch_differences:
        page.say(
            "Not comparable evidence: the runs belong to different launches "
            f"({'; '.join(changes.launch_differences)}), and evidence "
            "starts anew with each launch. A confidence that rose or fell says nothing here about the release; how "
            "often a path differs in each window may still be compared."
        )


def _head(report: RunReport) -> tuple[str, ...]:
    fleet = report.fleet
    return (
        report.verdict.value,
        f"look {report.look}",
        f"to {formatting.moment(report.span.end)}",
        f"confidence {formatting.formatted(fleet.confidence, formatting.confidence).text}",
        f"{numbers.count(fleet.pairs)} pairs",
    )


def _verdict_row(change: VerdictChange) -> tuple[str, str]:
    before, after = (each.value if each else "not seen" for each in (change.before, change.after))
    return f"{before} to {after}", change.endpoint


def _turnover(title: str, turnover: Turnover[PathChange] | Turnover[CauseChange], page: Page) -> None:
    lists: tuple[tuple[str, Sequence[PathChange | CauseChange]], ...] = (
        ("new", turnover.new),
        ("fixed, or not seen in the later window", turnover.gone),
        ("persistent", turnover.persistent),
    )
    for meaning, listed in lists:
        _heading(f"{title}, {meaning}: {len(listed):,}", page)
        _rows([_change_row(change) for change in listed], page)


def _change_row(change: PathChange | CauseChange) -> tuple[str, str, str]:
    sides = [side for side in (change.before, change.after) if side is not None]
    shares = [f"{numbers.rate(side.share)} ({numbers.count(side.requests)})" for side in sides]
    if isinstance(change, PathChange):
        more = f" ({change.note})" if change.note else ""
    else:
        more = formatting.and_more_paths(change.paths - 1)
        more += f", at {change.endpoints:,} endpoints" if change.endpoints > 1 else ""
    return " to ".join(shares), change.kind.value.replace("_", " "), f"{change.endpoint} {change.path}{more}"


def _heading(text: str, page: Page) -> None:
    page.console.print()
    page.say(text, style="bold")


def _rows(rows: Sequence[Sequence[str]], page: Page) -> None:
    if rows:
        page.table(rows[:MOST_ROWS])
    if len(rows) > MOST_ROWS:
        page.say(f"  and {len(rows) - MOST_ROWS:,} more, all in --json")
