"""The verdict on a terminal, or as plain lines where the output goes to a file or a pipe.

All text enters rich as `Text` or with markup switched off, after `formatting.visible`: a string from traffic can
neither style the output nor move the cursor.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from darklaunch.cli.causes.view import print_causes
from darklaunch.cli.styles import STYLES, printable
from darklaunch.decide.verdict import Verdict
from darklaunch.publish import formatting
from darklaunch.publish.report.endpoint import EndpointReport, Scope, ranked
from darklaunch.publish.report.run import RunReport
from darklaunch.text import numbers
from darklaunch.text.undefined import Undefined

_ROWS = 20
_WIDE = 100
_LONGEST_NAME = 200
_FIGURES = ("pairs", "differ", "excess", "confidence", "needed")
_MORE = ("latency", "by")
"""Columns for which a narrow terminal has no room."""
_LONGEST_LINE = 600
_ALIGNED_NAME = 48
"""Figures of endpoints with longer names stand further to the right."""


def _name(report: EndpointReport, console: Console) -> str:
    return printable(report.name, console, longest=_LONGEST_NAME)


def _interval(report: EndpointReport) -> str:
    match report.excess_low, report.excess_high:
        case (Undefined(), _) | (_, Undefined()):
            return "-"
        case low, high:
            return f"{numbers.rate(low).removesuffix(' %')} to {numbers.rate(high)}"


def _latency(report: EndpointReport) -> str:
    if report.slowest is None:
        return "-"
    name, at = report.slowest
    return f"{at.ratio:.2f}x {name}"


def _decides(report: EndpointReport) -> str:
    """What holds or blocks, in words; nothing where it is promoted."""
    if report.deciding is None or report.verdict is Verdict.PROMOTE:
        return "-"
    return report.deciding.dimension.words


def _cells(report: EndpointReport) -> tuple[str, ...]:
    return (
        numbers.count(report.pairs),
        numbers.count(report.mismatches),
        _interval(report),
        formatting.formatted(report.confidence, formatting.confidence).text,
        formatting.formatted(report.pairs_needed, formatting.needed).text,
    )


def _folded(name: str, width: int) -> str:
    """Breaks a long name before a slash or after a space, where people would break it."""
    lines = [""]
    for piece in re.split(r"(?=/)|(?<= )", name):
        if lines[-1] and cell_len(lines[-1] + piece) > width:
            lines.append(piece)
        else:
            lines[-1] += piece
    return "\n".join(lines)


def _table(entries: Sequence[EndpointReport], console: Console) -> Table:
    wide = console.width >= _WIDE
    gap, headings = (2, (*_FIGURES, *_MORE)) if wide else (1, _FIGURES)
    figures = [(*_cells(entry), _latency(entry), _decides(entry))[: len(headings)] for entry in entries]
    widths = [max(map(len, column)) for column in zip(headings, *figures, strict=True)]
    room = console.width - len("promote") - sum(widths) - gap * (len(widths) + 1) - 2
    table = Table(box=SIMPLE_HEAD, padding=(0, gap - 1, 0, 0), pad_edge=False)
    table.add_column("verdict", no_wrap=True)
    table.add_column("endpoint", overflow="fold", max_width=max(16, room))
    for heading in headings:
        table.add_column(heading, justify="left" if heading == _MORE[-1] else "right", no_wrap=True)
    for entry, cells in zip(entries, figures, strict=True):
        name = Text(_folded(_name(entry, console), room), style="" if entry.scope is Scope.ENDPOINT else "bold")
        table.add_row(Text(entry.verdict.value, style=STYLES[entry.verdict]), name, *map(Text, cells))
    return table


def _lines(entries: Sequence[EndpointReport], console: Console) -> list[str]:
    """The same figures as in the table, each with its name, one below the other as far as names are short."""
    names = [_name(entry, console) for entry in entries]
    headings = (*_FIGURES, *_MORE)
    figures = [(*_cells(entry), _latency(entry), _decides(entry)) for entry in entries]
    widths = [max(map(len, column)) for column in zip(*figures, strict=True)]
    room = min(_ALIGNED_NAME, max(map(cell_len, names)))
    return [
        "  ".join(
            (
                f"{entry.verdict.value:<7}",
                name + " " * (room - cell_len(name)),
                *(f"{heading} {cell:<{width}}" for heading, cell, width in zip(headings, cells, widths, strict=True)),
            )
        ).rstrip()
        for entry, name, cells in zip(entries, names, figures, strict=True)
    ]


def _say(console: Console, text: str | Text, *, whole: bool = False) -> None:
    # A path or a command that was broken over two lines can't be copied.
    console.print(text, markup=False, highlight=False, emoji=False, soft_wrap=whole)


def _headline(report: RunReport, console: Console) -> Text:
    launch = report.launch
    releases = (release or "an unknown release" for release in (launch.production_release, launch.shadow_release))
    about = (
        f"  {launch.name}, {' to '.join(releases)}, look {report.look}, "
        f"{formatting.moment(report.span.start)} to {formatting.moment(report.span.end)}"
    )
    word = Text.assemble((report.verdict.value.upper(), STYLES[report.verdict]))
    if report.exploratory:
        word.append(" (exploratory)")
    return word.append(printable(about, console, longest=_LONGEST_LINE))


def print_summary(report: RunReport, *, console: Console, page: str | Path, mlflow_hint: str | None) -> None:
    """Prints a run's verdict: the endpoints worst first, the fleet with its reasons, and where to look on.

    Args:
        report: the run's.
        console: where to print; colours and a table on a terminal, plain lines elsewhere.
        page: where the report for people lies.
        mlflow_hint: how to open the run in MLflow, or None where it was not sent there.
    """
    terminal = console.is_terminal
    endpoints = ranked(report.endpoints)
    entries, left = [*endpoints[:_ROWS], report.fleet], len(endpoints) - _ROWS
    _say(console, _headline(report, console), whole=not terminal)
    for reason in report.reasons:
        _say(console, f"- {printable(reason, console, longest=_LONGEST_LINE)}", whole=not terminal)
    if terminal:
        console.print(_table(entries, console))
    else:
        for line in _lines(entries, console):
            _say(console, line, whole=True)
    for rule in report.window.rules:
        if rule.unused is not None:
            unused = f"rule {rule.rule} settled nothing: {rule.unused}"
            _say(console, printable(unused, console, longest=_LONGEST_LINE), whole=not terminal)
    if left > 0:
        _say(console, f"and {left} more endpoint{'s' if left > 1 else ''}, all in the report")
    print_causes(report.window.causes or (), console)
    _say(console, f"report  {printable(str(page), console, longest=_LONGEST_LINE)}", whole=True)
    if mlflow_hint is not None:
        _say(console, f"mlflow  {printable(mlflow_hint, console, longest=_LONGEST_LINE)}", whole=True)
