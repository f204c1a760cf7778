"""The commands `darklaunch runs list`, `runs show` and `runs diff`."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from darklaunch.cli.command import Arguments
from darklaunch.cli.run_commands import out_of
from darklaunch.errors import UsageError
from darklaunch.publish import formatting, narrative
from darklaunch.publish.report.codec import JsonObject
from darklaunch.publish.report.endpoint import EndpointReport, ranked
from darklaunch.publish.report.json import endpoint_json, launch_and_window
from darklaunch.runs import catalog
from darklaunch.runs.changes import changes
from darklaunch.runs.differences import listed
from darklaunch.runs.lookup import FoundRun
from darklaunch.runs.named_run import named_run
from darklaunch.runs.unknown_endpoint import unknown_endpoint

if TYPE_CHECKING:
    from darklaunch.cli.runs_view import Page


def list_runs(arguments: Arguments) -> int:
    """Lists the runs."""
    from darklaunch.cli.runs_view import print_runs

    out = out_of(arguments)
    runs, skipped = catalog.past_runs(out)
    for each in skipped:
        sys.stderr.write(f"darklaunch: skipped {formatting.visible(str(each.folder))}: {each.why}\n")
    if not runs:
        raise UsageError(f"--out: found no run in {out}, wanted a folder that `darklaunch run --out` wrote")
    if arguments.json:
        _as_json([_summary(run) for run in runs])
    elif not arguments.quiet:
        print_runs(runs, _page())
    return 0


def show(arguments: Arguments) -> int:
    """Explains a run."""
    from darklaunch.cli.runs_view import print_narrative

    found = named_run(out_of(arguments), arguments.run)
    report = found.report
    parts = [*ranked(report.endpoints), *report.groups]
    entries = [report.fleet, *parts] if arguments.endpoint is None else [_named(parts, arguments.endpoint)]
    if arguments.json:
        about = {**launch_and_window(report), "look": report.look, "verdict": report.verdict.value}
        _as_json({"run": _folder(found), **about, "told": [_narrative_json(entry) for entry in entries]})
    elif not arguments.quiet:
        print_narrative(report, entries, found.folder, _page())
    return 0


def diff(arguments: Arguments) -> int:
    """Sets two runs against each other."""
    from darklaunch.cli.changes_view import print_changes

    found = [named_run(out_of(arguments), name) for name in (arguments.before, arguments.after)]
    before, after = (listed(each.report, each.folder) for each in found)
    changed = changes(before, after)
    if arguments.html is not None:
        from darklaunch.cli.files.changes_file import write_changes

        write_changes(Path(arguments.html), before.report, after.report, changed)
    if arguments.json:
        _as_json({"before": _folder(found[0]), "after": _folder(found[1]), **changed.as_json()})
    elif not arguments.quiet:
        print_changes(before.report, after.report, changed, _page())
    return 0


def _folder(found: FoundRun) -> str | None:
    return None if found.folder is None else str(found.folder)


def _named(entries: Sequence[EndpointReport], endpoint: str) -> EndpointReport:
    by_name = {entry.name: entry for entry in entries}
    if endpoint in by_name:
        return by_name[endpoint]
    listed_by = "`darklaunch runs show` without --endpoint"
    raise unknown_endpoint(endpoint, by_name, option="--endpoint", suggestions=3, listed_by=listed_by)


def _summary(run: catalog.RunSummary) -> JsonObject:
    head, fleet = run.head, endpoint_json(run.head.fleet)
    return {
        **launch_and_window(head),
        "look": head.look,
        "verdict": head.verdict.value,
        **{name: fleet[name] for name in ("confidence", "regression_confidence", "pairs")},
        "endpoints": {verdict.value: number for verdict, number in run.tally.items()},
        "folder": str(run.folder),
    }


def _narrative_json(entry: EndpointReport) -> JsonObject:
    sentences = narrative.narrate(entry)
    parts = {name: list(getattr(sentences, name)) for name in ("compared", "found", "follows")}
    return {"name": entry.name, **parts, "entry": endpoint_json(entry)}


def _page() -> "Page":
    from rich.console import Console

    from darklaunch.cli.runs_view import Page

    return Page(console=Console(file=sys.stdout))


def _as_json(value: object) -> None:
    # JSON in ASCII writes every control character as an escape
    sys.stdout.write(json.dumps(value, indent=2) + "\n")
