"""What changed between two runs, on a terminal or as plain lines."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from darklaunch.cli.runs_view import Page, named
from darklaunch.publish import formatting
from darklaunch.runs.changes import Changes
from darklaunch.runs.turnover import Turnover

SHOWN: Final = 15
"""So many of each list are printed."""

_MEANING: Final = {
    "new": "new",
    "gone": "fixed, or not seen in the later window",
    "persistent": "persistent",
}


def print_changes(before: Mapping[str, Any], after: Mapping[str, Any], found: Changes, page: Page) -> None:
    """Prints what `changes` found.

    Args:
        before: the `verdict.json` of the run named first.
        after: of the run named second.
        found: what changed.
        page: where to print.
    """
    _heads(before, after, found, page)
    kept = sum(found.same.values())
    total = kept + len(found.endpoints)
    _heading(f"Verdicts: {len(found.endpoints):,} of {total:,} endpoints changed", page)
    _rows([_turned(one) for one in found.endpoints], page)
    _turnover("Differing paths", found.paths, page)
    if found.causes is None:
        _heading("Causes: not known, one of the runs was made before causes were looked for", page)
    else:
        _turnover("Causes", found.causes, page)


def _heads(before: Mapping[str, Any], after: Mapping[str, Any], found: Changes, page: Page) -> None:
    page.say(named(after["launch"]), style="bold")
    page.table(
        [
            (
                side,
                run["verdict"],
                f"look {run['look']}",
                f"to {formatting.moment(run['window']['to'])}",
                *_fleet(run["fleet"]),
            )
            for side, run in (("before", before), ("after", after))
        ],
        right=2,
        indent=0,
    )
    if found.backwards:
        page.say("The run named first looked at the later window.")
    if found.apart:
        page.say(
            f"Not comparable evidence: the runs belong to different launches ({'; '.join(found.apart)}), and evidence "
            "starts anew with each launch. A confidence that rose or fell says nothing here about the release; how "
            "often a path differs in each window may still be compared."
        )


def _fleet(fleet: Mapping[str, Any]) -> tuple[str, str]:
    sure = formatting.shown(fleet, "confidence", formatting.confidence).text
    return f"confidence {sure}", f"{formatting.count(fleet['pairs'])} pairs"


def _turned(one: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"{one['before'] or 'not seen'} to {one['after'] or 'not seen'}", one["endpoint"])


def _turnover(title: str, found: Turnover, page: Page) -> None:
    for part, meaning in _MEANING.items():
        listed: Sequence[Mapping[str, Any]] = getattr(found, part)
        _heading(f"{title}, {meaning}: {len(listed):,}", page)
        _rows([_row(one) for one in listed], page)


def _row(one: Mapping[str, Any]) -> tuple[str, str, str]:
    sides = [one[side] for side in ("before", "after") if one[side] is not None]
    shares = [f"{formatting.rate(side['share'])} ({formatting.count(side['requests'])})" for side in sides]
    note = f" ({one['note']})" if one.get("note") else ""
    more = f" and {one['paths'] - 1:,} more paths" if one.get("paths", 1) > 1 else ""
    return " to ".join(shares), one["kind"].replace("_", " "), f"{one['endpoint']} {one['path']}{more}{note}"


def _heading(text: str, page: Page) -> None:
    page.console.print()
    page.say(text, style="bold")


def _rows(rows: Sequence[Sequence[str]], page: Page) -> None:
    if rows:
        page.table(rows[:SHOWN])
    if len(rows) > SHOWN:
        page.say(f"  and {len(rows) - SHOWN:,} more, all in --json")
