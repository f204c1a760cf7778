"""What `rules check` found, as text: totals first, then the paths at which rules hide faults."""

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
    """Writes the shares of planted faults that are seen, before and after the rules.

    Args:
        result: what `stages.check.check` returns.
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
    found = [
        (endpoint, path)
        for endpoint in result["endpoints"]
        for path in endpoint["paths"]
        if path["seen_with_rules"] < path["seen_without_rules"]
    ]
    return sorted(found, key=lambda one: (_SEVERITIES.index(one[1]["severity"]), one[1]["ruled"], _share(one[1])))


def _paths(hidden: list[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> Table:
    table = _table("severity", "fault", "endpoint and path", "hidden by", "faults", "without", "with", right=3)
    for endpoint, path in hidden:
        place = f"{_carried(endpoint['endpoint'])}\n{_carried(path['path'])}"
        rules = "\n".join(_carried(rule) for rule in sorted(path["hidden_by"]))
        table.add_row(path["severity"], path["fault"], Text(place), Text(rules), *map(Text, _shares(path)))
    return table


def _table(*headings: str, right: int) -> Table:
    table = Table(box=None, padding=(1, 3, 0, 0), pad_edge=False)
    for at, heading in enumerate(headings):
        figure = at >= len(headings) - right
        table.add_column(heading, justify="right" if figure else "left", no_wrap=figure, overflow="fold")
    return table


def _shares(total: Mapping[str, Any]) -> tuple[str, ...]:
    before, after = (total[f"share_seen_{name}"] for name in ("without_rules", "with_rules"))
    return (
        formatting.count(total["planted"]),
        *("-" if share is None else formatting.floored(share) for share in (before, after)),
    )


def _share(path: Mapping[str, Any]) -> float:
    return float(path["share_seen_with_rules"])


def _carried(value: str) -> str:
    return formatting.visible(value, longest=_LONGEST)
