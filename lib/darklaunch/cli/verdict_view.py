"""The verdict on a terminal, or as plain lines where the output goes to a file or a pipe.

All text enters rich as `Text` or with markup switched off, after `words.visible`: a string from traffic can
neither style the output nor move the cursor.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from darklaunch.publish import formatting

_ROWS = 20
_WIDE = 100
_LONGEST_NAME = 200
_FIGURES = ("pairs", "differ", "excess", "confidence", "needed")
_STYLES = {"block": "bold red", "hold": "bold yellow", "promote": "bold cyan"}


def _carried(value: object, console: Console, *, longest: int = 600) -> str:
    """Makes text visible and escapes what the console's encoding can't write."""
    text = formatting.visible(value, longest=longest)
    return text.encode(console.encoding, "backslashreplace").decode(console.encoding)


def _name(entry: Mapping[str, Any], console: Console) -> str:
    return _carried(entry.get("endpoint", "all endpoints"), console, longest=_LONGEST_NAME)


def _interval(entry: Mapping[str, Any]) -> str:
    low, high = entry["excess_low"], entry["excess_high"]
    if low is None or high is None:
        return "-"
    return f"{formatting.rate(low).removesuffix(' %')} to {formatting.rate(high)}"


def _cells(entry: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        formatting.count(entry["pairs"]),
        formatting.count(entry["mismatches"]),
        _interval(entry),
        formatting.shown(entry, "confidence", formatting.confidence).text,
        formatting.shown(entry, "pairs_needed", formatting.needed).text,
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


def _table(entries: Sequence[Mapping[str, Any]], console: Console) -> Table:
    gap = 2 if console.width >= _WIDE else 1
    figures = [_cells(entry) for entry in entries]
    widths = [max(map(len, column)) for column in zip(_FIGURES, *figures, strict=True)]
    room = console.width - len("promote") - sum(widths) - gap * (len(widths) + 1) - 2
    table = Table(box=SIMPLE_HEAD, padding=(0, gap - 1, 0, 0), pad_edge=False)
    table.add_column("verdict", no_wrap=True)
    table.add_column("endpoint", overflow="fold", max_width=max(16, room))
    for heading in _FIGURES:
        table.add_column(heading, justify="right", no_wrap=True)
    for entry, cells in zip(entries, figures, strict=True):
        name = Text(_folded(_name(entry, console), room), style="" if "endpoint" in entry else "bold")
        table.add_row(Text(entry["verdict"], style=_STYLES[entry["verdict"]]), name, *map(Text, cells))
    return table


def _lines(entries: Sequence[Mapping[str, Any]], console: Console) -> list[str]:
    return [
        f"{entry['verdict']:<7}  {_name(entry, console)}  "
        + "  ".join(f"{name} {cell}" for name, cell in zip(_FIGURES, _cells(entry), strict=True))
        for entry in entries
    ]


def _say(console: Console, text: str | Text, *, whole: bool = False) -> None:
    # A path or a command that was broken over two lines can't be copied.
    console.print(text, markup=False, highlight=False, emoji=False, soft_wrap=whole)


def _headline(verdict: Mapping[str, Any], console: Console) -> Text:
    launch, window = verdict["launch"], verdict["window"]
    releases = " to ".join(str(launch[key] or "an unknown release") for key in ("production_release", "shadow_release"))
    about = (
        f"  {launch['name']}, {releases}, look {verdict['look']}, "
        f"{formatting.moment(window['from'])} to {formatting.moment(window['to'])}"
    )
    word = Text.assemble((verdict["verdict"].upper(), _STYLES[verdict["verdict"]]))
    return word.append(_carried(about, console))


def print_summary(verdict: Mapping[str, Any], *, console: Console, report: str | Path, mlflow_hint: str | None) -> None:
    """Prints a run's verdict: the endpoints worst first, the fleet with its reasons, and where to look on.

    Args:
        verdict: what `verdict.json` holds.
        console: where to print; colours and a table on a terminal, plain lines elsewhere.
        report: where the report lies.
        mlflow_hint: how to open the run in MLflow, or None where it was not sent there.
    """
    terminal = console.is_terminal
    endpoints = formatting.ranked(verdict["endpoints"])
    entries, left = [*endpoints[:_ROWS], verdict["fleet"]], len(endpoints) - _ROWS
    _say(console, _headline(verdict, console), whole=not terminal)
    for reason in verdict["reasons"]:
        _say(console, f"- {_carried(reason, console)}", whole=not terminal)
    if terminal:
        console.print(_table(entries, console))
    else:
        for line in _lines(entries, console):
            _say(console, line, whole=True)
    if left > 0:
        _say(console, f"and {left} more endpoint{'s' if left > 1 else ''}, all in the report")
    _say(console, f"report  {_carried(str(report), console)}", whole=True)
    if mlflow_hint is not None:
        _say(console, f"mlflow  {_carried(mlflow_hint, console)}", whole=True)
