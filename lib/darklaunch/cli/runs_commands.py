"""The commands `darklaunch runs list`, `runs show` and `runs diff`."""

import json
import sys
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from darklaunch.cli import command
from darklaunch.cli.command import Arguments, Command
from darklaunch.cli.run_commands import out_of
from darklaunch.errors import UsageError
from darklaunch.publish import formatting, narrative
from darklaunch.runs import catalog
from darklaunch.runs.changes import changes
from darklaunch.runs.differences import with_all_differences

if TYPE_CHECKING:
    from darklaunch.cli.runs_view import Page


def _list(arguments: Arguments) -> int:
    from darklaunch.cli.runs_view import print_runs

    out = out_of(arguments)
    runs, skipped = catalog.past_runs(out)
    for one in skipped:
        sys.stderr.write(f"darklaunch: skipped {formatting.visible(str(one.folder))}: {one.why}\n")
    if not runs:
        raise UsageError(f"--out: found no run in {out}, wanted a folder that `darklaunch run --out` wrote")
    if arguments.json:
        _as_json([_summary(run) for run in runs])
    elif not arguments.quiet:
        print_runs(runs, _page())
    return 0


def _show(arguments: Arguments) -> int:
    from darklaunch.cli.runs_view import print_told

    folder = catalog.choose(out_of(arguments), arguments.run)
    verdict = catalog.read(folder)
    ranked = [*formatting.ranked(verdict["endpoints"]), *verdict.get("groups", [])]
    entries = [verdict["fleet"], *ranked] if arguments.endpoint is None else [_known(ranked, arguments.endpoint)]
    if arguments.json:
        about = {name: verdict[name] for name in ("launch", "window", "look", "verdict")}
        _as_json({"run": str(folder), **about, "told": [_told(entry) for entry in entries]})
    elif not arguments.quiet:
        print_told(verdict, entries, folder, _page())
    return 0


def _diff(arguments: Arguments) -> int:
    from darklaunch.cli.changes_view import print_changes

    folders = [catalog.choose(out_of(arguments), name) for name in (arguments.before, arguments.after)]
    before, after = (with_all_differences(catalog.read(folder), folder) for folder in folders)
    found = changes(before, after)
    if arguments.json:
        _as_json({"before": str(folders[0]), "after": str(folders[1]), **found.as_dict()})
    elif not arguments.quiet:
        print_changes(before, after, found, _page())
    return 0


RUNS_COMMANDS: Mapping[str, Command] = {
    "runs list": Command(
        help="all runs under --out, launch by launch, the newest last", act=_list, options=(command.OUT,)
    ),
    "runs show": Command(
        help="one run in sentences: what was compared, what was found, what follows",
        act=_show,
        options=(command.RUN, command.OUT, command.ENDPOINT),
    ),
    "runs diff": Command(
        help="what is new, fixed and persistent between two runs",
        act=_diff,
        options=(command.BEFORE, command.AFTER, command.OUT),
    ),
}


def _known(entries: Sequence[Mapping[str, Any]], endpoint: str) -> Mapping[str, Any]:
    named = {narrative.name_of(entry): entry for entry in entries}
    if endpoint in named:
        return named[endpoint]
    near = ", ".join(repr(formatting.visible(name)) for name in get_close_matches(endpoint, named, n=3, cutoff=0.4))
    hint = f"did you mean {near}?" if near else "`darklaunch runs show` without --endpoint lists them"
    found = formatting.visible(endpoint, longest=200)
    raise UsageError(f"--endpoint: found {found!r}, wanted one of {len(named)} endpoints; {hint}")


def _summary(run: catalog.Past) -> dict[str, Any]:
    head = run.head
    return {
        "launch": dict(head["launch"]),
        "window": head["window"],
        "look": head["look"],
        "verdict": head["verdict"],
        **{name: head["fleet"][name] for name in ("confidence", "regression_confidence", "pairs")},
        "endpoints": dict(run.tally),
        "folder": str(run.folder),
    }


def _told(entry: Mapping[str, Any]) -> dict[str, Any]:
    sentences = narrative.told(entry)
    parts = {name: list(getattr(sentences, name)) for name in ("compared", "found", "follows")}
    return {"name": narrative.name_of(entry), **parts, "entry": dict(entry)}


def _page() -> "Page":
    from rich.console import Console

    from darklaunch.cli.runs_view import Page

    return Page(console=Console(file=sys.stdout))


def _as_json(value: object) -> None:
    # JSON in ASCII writes every control character as an escape
    sys.stdout.write(json.dumps(value, indent=2) + "\n")
