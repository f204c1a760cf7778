"""The command `darklaunch plan`: its table, and its JSON."""

import io
import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from darklaunch.cli.command import Arguments
from darklaunch.cli.progress import progress_of
from darklaunch.cli.run_commands import request_of
from darklaunch.publish import formatting
from darklaunch.request import Stage
from darklaunch.score.traffic_plan import FAR_DAYS, EndpointPlan
from darklaunch.text import numbers

_PLANNING: Final = (Stage.CAPTURE, Stage.EVIDENCE)
_SIZE: Final = (120, 24)
_LONGEST: Final = 160
_MANY_DAYS: Final = 1_000
_HEADINGS: Final = ("requests", "effective", "rate", "days", "promoted by", "if whole")


def plan(arguments: Arguments) -> int:
    """Prints when a clean release could be promoted."""
    from darklaunch import dry_runs

    with progress_of(_PLANNING, arguments) as stage:
        plans = dry_runs.run_plan(request_of(arguments, stage))
    if arguments.json:
        members = [asdict(each) | {"promotion": each.promotion.isoformat()} for each in plans]
        sys.stdout.write(json.dumps({"endpoints": members}, indent=2) + "\n")
    elif not arguments.quiet:
        sys.stdout.write(plan_table(plans, width=shutil.get_terminal_size(_SIZE).columns))
    return 0


def plan_table(plans: Sequence[EndpointPlan], *, width: int) -> str:
    """Writes a plan as a table of plain text; names of strangers are made visible.

    Args:
        plans: of the endpoints, in their order.
        width: columns of the terminal.
    """
    console = Console(file=io.StringIO(), width=width, color_system=None, force_terminal=False)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("endpoint", overflow="fold")
    for heading in _HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    for each in plans:
        name = formatting.visible(each.endpoint, longest=_LONGEST)
        table.add_row(*map(Text, (name, *_cells(each))))
    console.print(table)
    written = console.file.getvalue() if isinstance(console.file, io.StringIO) else ""
    lines = [line.rstrip() for line in written.splitlines()]
    tiny = sum(each.needs_group for each in plans)
    if tiny:
        lines.append(
            f"{tiny} of {len(plans)} would take more than {FAR_DAYS} days alone: judge them together, as scoring.groups"
        )
    lines += [
        "Requests and effective pairs are a day's; days are those of a release without a mismatch, from the end of",
        "this log on, and likewise if every request were captured. Latency has its thresholds after the first day.",
    ]
    return "\n".join(lines) + "\n"


def _cells(plan: EndpointPlan) -> tuple[str, ...]:
    return (
        numbers.count(plan.requests),
        numbers.count(plan.effective_pairs),
        f"{plan.least_sample_rate:g}",
        _days(plan.days),
        "-" if plan.needs_group else f"{plan.promotion:%a %Y-%m-%d}",
        _days(plan.days_sampled_whole),
    )


def _days(days: float) -> str:
    return f">{_MANY_DAYS:,}" if days > _MANY_DAYS else numbers.rounded_up(days)
