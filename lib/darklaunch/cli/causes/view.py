"""The first causes of a run on a terminal, or as plain lines; strings from traffic are text and nothing else."""

from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from darklaunch.cli.styles import printable
from darklaunch.publish import formatting
from darklaunch.text import numbers
from darklaunch.triage.cause_report import CauseReport

ROWS: Final = 5
"""So many causes are printed."""

_LONGEST: Final = 200


def print_causes(causes: Sequence[CauseReport], console: Console) -> None:
    """Prints the first causes, the worst first; nothing where there is none.

    Args:
        causes: in their order.
        console: where to print; a table on a terminal, a line a cause elsewhere.
    """
    if not causes:
        return
    shown, left = causes[:ROWS], len(causes) - ROWS
    if console.is_terminal:
        _say(console, f"causes, the worst first ({numbers.count(len(causes))})")
        console.print(_table(shown, console))
    else:
        for cause in shown:
            _say(console, "cause  " + "  ".join(_cells(cause, console)))
    if left > 0:
        _say(console, f"and {left} more cause{'s' if left > 1 else ''}, all in the report")
    meant = [cause for cause in causes if cause.probably_meant]
    if meant:
        _say(console, f"accept what is meant  darklaunch rules accept {meant[0].id} --why TEXT")


def _table(causes: Sequence[CauseReport], console: Console) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, show_header=False)
    for name, fixed in (("id", True), ("severity", True), ("requests", True), ("what", False)):
        table.add_column(name, no_wrap=fixed, justify="right" if name == "requests" else "left", overflow="fold")
    for cause in causes:
        name, severity, requests, what, where = _cells(cause, console)
        table.add_row(*map(Text, (name, severity, requests, f"{what}\n{where}")))
    return table


def _cells(cause: CauseReport, console: Console) -> tuple[str, str, str, str, str]:
    first = cause.paths[0]
    more = formatting.and_more_paths(cause.path_count - 1)
    path = printable(first.path, console, longest=_LONGEST)
    return (
        cause.id,
        cause.severity.value,
        f"{numbers.count(cause.requests)} ({numbers.rate(cause.share)})",
        f"{path} {first.kind.value.replace('_', ' ')}{more}",
        _where(cause, console),
    )


def _where(cause: CauseReport, console: Console) -> str:
    first = printable(cause.endpoint, console, longest=_LONGEST)
    others = len(cause.endpoints) - 1
    if others < 1:
        return f"at {first}"
    marked = ", probably meant" if cause.probably_meant else ""
    systematic = f", systematic{marked}" if cause.systematic else ""
    return f"at {first} and {numbers.count(others)} more endpoint{'s' if others > 1 else ''}{systematic}"


def _say(console: Console, text: str) -> None:
    # a line that was broken in two can't be copied, or read by a program
    console.print(text, markup=False, highlight=False, emoji=False, soft_wrap=True)
