"""Tables of `rules check`: detection rates in total, then the paths at which rules hide faults."""

import io
from collections.abc import Mapping
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from darklaunch.publish import formatting

_ROWS: Final = 40
_LONGEST: Final = 160
_SEVERITIES: Final = ("high", "medium", "low")
_TITLES: Final = {
    "presence_and_type": "ruled paths, presence and type",
    "values": "ruled paths, values",
    **{severity: f"other paths, {severity} severity" for severity in _SEVERITIES},
}


def check_table(result: Mapping[str, Any], *, width: int = 120) -> str:
    """Writes the shares of planted faults that are seen, without the rules and with them.

    Args:
        result: what `pipeline.run_check` returns.
        width: columns of the terminal.

    Returns:
        Lines of plain text; strings from traffic are made visible.
    """
    console = Console(file=io.StringIO(), width=width, color_system=None, force_terminal=False)
    console.print(_heading(result), markup=False, highlight=False, soft_wrap=True)
    console.print(_totals(result))
    hidden = _hidden(result)
    if hidden:
        console.print(_paths(hidden[:_ROWS]))
        if len(hidden) > _ROWS:
            console.print(f"and {len(hidden) - _ROWS} more, all in --json", markup=False, highlight=False)
    else:
        console.print("No rule hides a fault.", markup=False, highlight=False)
    written = console.file.getvalue() if isinstance(console.file, io.StringIO) else ""
    return "\n".join(line.rstrip() for line in written.splitlines()) + "\n"


def as_json(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same as data."""
    return result


def _heading(result: Mapping[str, Any]) -> str:
    responses = sum(endpoint["responses"] for endpoint in result["endpoints"])
    counts = ((len(result["rules"]), "rule"), (responses, "shadow response"), (len(result["endpoints"]), "endpoint"))
    rules, answers, endpoints = (f"{formatting.count(n)} {name}{'' if n == 1 else 's'}" for n, name in counts)
    return f"{rules} against faults planted in {answers} of {endpoints}"


def _totals(result: Mapping[str, Any]) -> Table:
    table = _table("planted at", "faults", "seen without rules", "seen with rules", right=3)
    for part, names in (("outside", _SEVERITIES), ("inside", ("presence_and_type", "values"))):
        for name in names:
            total = result[part][name]
            table.add_row(_TITLES[name], *map(Text, _shares(total)))
    return table


def _hidden(result: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Paths at which rules hide what is seen without them: the grave ones first."""
    hidden = [
        (endpoint, path)
        for endpoint in result["endpoints"]
        for path in endpoint["paths"]
        if path["seen_with_rules"] < path["seen_without_rules"]
    ]
    return sorted(
        hidden,
        key=lambda pair: (_SEVERITIES.index(pair[1]["severity"]), pair[1]["ruled"], pair[1]["share_seen_with_rules"]),
    )


def _paths(hidden: list[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> Table:
    table = _table("severity", "fault", "endpoint and path", "hidden by", "faults", "without", "with", right=3)
    for endpoint, path in hidden:
        location = f"{_visible(endpoint['endpoint'])}\n{_visible(path['path'])}"
        rules = "\n".join(_visible(rule) for rule in sorted(path["hidden_by"]))
        table.add_row(path["severity"], path["fault"], Text(location), Text(rules), *map(Text, _shares(path)))
    return table


def _table(*headings: str, right: int) -> Table:
    table = Table(box=None, padding=(1, 3, 0, 0), pad_edge=False)
    for column, heading in enumerate(headings):
        figure = column >= len(headings) - right
        table.add_column(heading, justify="right" if figure else "left", no_wrap=figure, overflow="fold")
    return table


def _shares(total: Mapping[str, Any]) -> tuple[str, ...]:
    shares = (total[f"share_seen_{name}"] for name in ("without_rules", "with_rules"))
    return (
        formatting.count(total["planted"]),
        *("-" if share is None else formatting.floored(share) for share in shares),
    )


def _visible(value: str) -> str:
    return formatting.visible(value, longest=_LONGEST)
