"""Tables of `rules check`: detection rates in total, then the paths at which rules hide faults."""

import io
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from darklaunch.diff.rules.severity import Severity
from darklaunch.faults.detection import DetectionCount, DetectionReport, EndpointDetection, PathDetection
from darklaunch.publish import formatting
from darklaunch.text import numbers

_ROWS: Final = 40
_LONGEST: Final = 160
_SEVERITIES: Final = (Severity.HIGH, Severity.MEDIUM, Severity.LOW)


def check_table(report: DetectionReport, *, width: int = 120) -> str:
    """Writes the shares of planted faults that are seen, without the rules and with them.

    Args:
        report: what `dry_runs.run_check` returns.
        width: columns of the terminal.

    Returns:
        Lines of plain text; strings from traffic are made visible.
    """
    console = Console(file=io.StringIO(), width=width, color_system=None, force_terminal=False)
    console.print(_heading(report), markup=False, highlight=False, soft_wrap=True)
    console.print(_totals(report))
    hidden = _hidden(report)
    if hidden:
        console.print(_paths(hidden[:_ROWS]))
        if len(hidden) > _ROWS:
            console.print(f"and {len(hidden) - _ROWS} more, all in --json", markup=False, highlight=False)
    else:
        console.print("No rule hides a fault.", markup=False, highlight=False)
    written = console.file.getvalue() if isinstance(console.file, io.StringIO) else ""
    return "\n".join(line.rstrip() for line in written.splitlines()) + "\n"


def _heading(report: DetectionReport) -> str:
    responses = sum(endpoint.responses for endpoint in report.endpoints)
    counts = ((len(report.rules), "rule"), (responses, "shadow response"), (len(report.endpoints), "endpoint"))
    rules, answers, endpoints = (f"{numbers.count(n)} {name}{'' if n == 1 else 's'}" for n, name in counts)
    return f"{rules} against faults planted in {answers} of {endpoints}"


def _totals(report: DetectionReport) -> Table:
    table = _table("planted at", "faults", "seen without rules", "seen with rules", right=3)
    for severity in _SEVERITIES:
        table.add_row(f"other paths, {severity.value} severity", *_figures(report.outside[severity]))
    table.add_row("ruled paths, presence and type", *_figures(report.presence_and_type))
    table.add_row("ruled paths, values", *_figures(report.values))
    return table


def _hidden(report: DetectionReport) -> list[tuple[EndpointDetection, PathDetection]]:
    """Paths at which rules hide what is seen without them: the grave ones first."""
    hidden = [
        (endpoint, path)
        for endpoint in report.endpoints
        for path in endpoint.paths
        if path.count.with_rules < path.count.without_rules
    ]
    return sorted(hidden, key=lambda pair: _rank(pair[1]))


def _rank(path: PathDetection) -> tuple[int, bool, float]:
    return _SEVERITIES.index(path.fault.severity), path.ruled, path.count.with_rules / path.count.injected


def _paths(hidden: list[tuple[EndpointDetection, PathDetection]]) -> Table:
    table = _table("severity", "fault", "endpoint and path", "hidden by", "faults", "without", "with", right=3)
    for endpoint, path in hidden:
        location = f"{_visible(endpoint.endpoint)}\n{_visible(path.path)}"
        rules = "\n".join(_visible(rule) for rule in sorted(path.hidden_by))
        table.add_row(path.fault.severity.value, path.fault.value, Text(location), Text(rules), *_figures(path.count))
    return table


def _table(*headings: str, right: int) -> Table:
    table = Table(box=None, padding=(1, 3, 0, 0), pad_edge=False)
    for column, heading in enumerate(headings):
        figure = column >= len(headings) - right
        table.add_column(heading, justify="right" if figure else "left", no_wrap=figure, overflow="fold")
    return table


def _figures(count: DetectionCount) -> tuple[Text, ...]:
    detected = (count.without_rules, count.with_rules)
    shares = (numbers.floored(number / count.injected) if count.injected else "-" for number in detected)
    return tuple(Text(figure) for figure in (numbers.count(count.injected), *shares))


def _visible(value: str) -> str:
    return formatting.visible(value, longest=_LONGEST)
