"""Past runs on a terminal, or as plain lines where the output goes to a file or a pipe.

All text passes `Page.say` or `Page.table`, which make it visible and leave no markup to rich.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from darklaunch.cli.styles import STYLES, WORD_STYLES, printable
from darklaunch.decide.verdict import WORST_FIRST
from darklaunch.publish import formatting, narrative
from darklaunch.publish.report.endpoint import EndpointReport
from darklaunch.publish.report.run import RunReport
from darklaunch.publish.report.window import LaunchReport
from darklaunch.runs.catalog import RunSummary
from darklaunch.text import numbers

_LONGEST: Final = 2000
_FIGURES: Final = ("look", "confidence", "pairs", "block", "hold", "promote")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The page that lines and tables are written to."""

    console: Console

    def carried(self, value: object) -> str:
        """Makes text visible and escapes what the console's encoding can't write."""
        return printable(value, self.console, longest=_LONGEST)

    def say(self, text: str, *, style: str = "", whole: bool = False) -> None:
        """Prints one line; a terminal breaks it where it is full, unless it is to be copied as a whole."""
        line = Text(self.carried(text), style=style)
        self.console.print(line, soft_wrap=whole or not self.console.is_terminal)

    def table(self, rows: Sequence[Sequence[str]], *, right: int = 0, indent: int = 2) -> None:
        """Prints rows in columns; the last `right` columns are figures, and only the one before them may break."""
        made = [[self.carried(cell) for cell in row] for row in rows]
        if not self.console.is_terminal:
            for row in made:
                self.console.print(Text(" " * indent + "  ".join(cell for cell in row if cell)), soft_wrap=True)
            return
        widths = [max(map(cell_len, column)) for column in zip(*made, strict=True)]
        folding = len(widths) - right - 1
        others = sum(width for at, width in enumerate(widths) if at != folding)
        room = max(16, self.console.width - indent - others - 2 * (len(widths) - 1))
        grid = Table.grid(padding=(0, 2, 0, 0))
        for at, width in enumerate(widths):
            fits = min(width, room) if at == folding else width
            grid.add_column(justify="right" if at > folding else "left", width=fits, overflow="fold")
        for row in made:
            grid.add_row(*(Text(cell, style=WORD_STYLES.get(cell, "")) for cell in row))
        self.console.print(Padding(grid, (0, 0, 0, indent), expand=False))


def print_runs(runs: Sequence[RunSummary], page: Page) -> None:
    """Prints runs, launch by launch on a terminal, one line a run elsewhere; the newest last."""
    if not page.console.is_terminal:
        for run in runs:
            launch = run.head.launch
            figures = zip(_FIGURES, _cells(run), strict=True)
            page.say(
                f"{run.folder.name}  {run.head.verdict.value}  {'  '.join(' '.join(each) for each in figures)}  "
                f"{launch.name} {short_key(launch.key)}  {run.folder}"
            )
        return
    for _, group in groupby(runs, key=lambda run: run.head.launch.key):
        same = list(group)
        page.say(launch_line(same[-1].head.launch), style="bold")
        page.say(f"{same[-1].folder.parent}", whole=True)
        headings = ("run (end of window)", "verdict", *_FIGURES)
        page.table([headings, *((run.folder.name, run.head.verdict.value, *_cells(run)) for run in same)], right=6)
        page.console.print()


def print_narrative(report: RunReport, entries: Sequence[EndpointReport], folder: Path | None, page: Page) -> None:
    """Prints a verdict in sentences.

    Args:
        report: the run's.
        entries: the one that is told, and those that get a line each.
        folder: the run's; None: it is not on this machine.
        page: where to print.
    """
    start, end = formatting.moment(report.span.start), formatting.moment(report.span.end)
    page.say(launch_line(report.launch), style="bold")
    page.say(f"look {report.look}, {start} to {end}")
    first, *others = entries
    page.console.print()
    page.say(f"{first.verdict.value.upper()}  {first.name}", style=STYLES[first.verdict])
    sentences = narrative.narrate(first)
    for part in (sentences.compared, sentences.found, sentences.follows):
        page.console.print()
        for sentence in part:
            page.say(sentence)
    if others:
        page.console.print()
        page.table([(entry.verdict.value, f"{entry.name}: {narrative.line(entry)}") for entry in others], indent=0)
    if folder is None:
        return
    html = folder / "report.html"
    page.console.print()
    page.say(f"report  {html if html.exists() else folder}", whole=True)


def launch_line(launch: LaunchReport) -> str:
    """A launch by its name, the end of its key, and its releases."""
    releases = (release or "an unknown release" for release in (launch.production_release, launch.shadow_release))
    return f"{launch.name} {short_key(launch.key)}, {' to '.join(releases)}"


def short_key(key: str) -> str:
    """The end of a launch's key, which tells it from others of its name."""
    return key.rpartition("-")[2]


def _cells(run: RunSummary) -> tuple[str, ...]:
    fleet = run.head.fleet
    return (
        str(run.head.look),
        formatting.formatted(fleet.confidence, formatting.confidence).text,
        numbers.count(fleet.pairs),
        *(f"{run.tally[verdict]:,}" for verdict in WORST_FIRST),
    )
