"""Past runs on a terminal, or as plain lines where the output goes to a file or a pipe.

All text passes `Page.say` or `Page.table`, which make it visible and leave no markup to rich.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from darklaunch.publish import formatting, narrative
from darklaunch.runs.catalog import Past

STYLES: Final = {"block": "bold red", "hold": "bold yellow", "promote": "bold cyan"}
_LONGEST: Final = 2000
_FIGURES: Final = ("look", "confidence", "pairs", "block", "hold", "promote")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Where lines and tables go."""

    console: Console

    def carried(self, value: object) -> str:
        """Makes text visible and escapes what the console's encoding can't write."""
        text = formatting.visible(value, longest=_LONGEST)
        return text.encode(self.console.encoding, "backslashreplace").decode(self.console.encoding)

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
            grid.add_row(*(Text(cell, style=STYLES.get(cell, "")) for cell in row))
        self.console.print(Padding(grid, (0, 0, 0, indent), expand=False))


def print_runs(runs: Sequence[Past], page: Page) -> None:
    """Prints runs, launch by launch on a terminal, one line a run elsewhere; the newest last."""
    if not page.console.is_terminal:
        for run in runs:
            figures = zip(_FIGURES, _cells(run), strict=True)
            page.say(
                f"{run.folder.name}  {run.head['verdict']}  {'  '.join(' '.join(each) for each in figures)}  "
                f"{run.launch['name']} {short(run.launch['key'])}  {run.folder}"
            )
        return
    for _, group in groupby(runs, key=lambda run: run.launch["key"]):
        launch = list(group)
        page.say(named(launch[-1].launch), style="bold")
        page.say(f"{launch[-1].folder.parent}", whole=True)
        headings = ("run (end of window)", "verdict", *_FIGURES)
        page.table([headings, *((run.folder.name, run.head["verdict"], *_cells(run)) for run in launch)], right=6)
        page.console.print()


def print_told(verdict: Mapping[str, Any], entries: Sequence[Mapping[str, Any]], folder: Path, page: Page) -> None:
    """Prints a verdict in sentences.

    Args:
        verdict: `verdict.json`.
        entries: the one that is told, and those that get a line each.
        folder: the run's.
        page: where to print.
    """
    window = verdict["window"]
    page.say(named(verdict["launch"]), style="bold")
    page.say(f"look {verdict['look']}, {formatting.moment(window['from'])} to {formatting.moment(window['to'])}")
    first, *others = entries
    page.console.print()
    page.say(f"{first['verdict'].upper()}  {narrative.name_of(first)}", style=STYLES[first["verdict"]])
    sentences = narrative.told(first)
    for part in (sentences.compared, sentences.found, sentences.follows):
        page.console.print()
        for sentence in part:
            page.say(sentence)
    if others:
        page.console.print()
        page.table(
            [(entry["verdict"], f"{narrative.name_of(entry)}: {narrative.line(entry)}") for entry in others], indent=0
        )
    report = folder / "report.html"
    page.console.print()
    page.say(f"report  {report if report.exists() else folder}", whole=True)


def named(launch: Mapping[str, Any]) -> str:
    """A launch by its name, the end of its key, and its releases."""
    releases = (str(launch.get(f"{arm}_release") or "an unknown release") for arm in ("production", "shadow"))
    return f"{launch['name']} {short(launch['key'])}, {' to '.join(releases)}"


def short(key: str) -> str:
    """The end of a launch's key, which tells it from others of its name."""
    return key.rpartition("-")[2]


def _cells(run: Past) -> tuple[str, ...]:
    fleet = run.head["fleet"]
    sure = formatting.shown(fleet, "confidence", formatting.confidence).text
    return (
        str(run.head["look"]),
        sure,
        formatting.count(fleet["pairs"]),
        *(f"{run.tally[word]:,}" for word in formatting.VERDICTS),
    )
