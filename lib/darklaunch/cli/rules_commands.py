"""The commands `darklaunch rules suggest` and `darklaunch rules check`."""

import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from darklaunch.cli.command import Arguments
from darklaunch.cli.progress import progress_of
from darklaunch.cli.run_commands import out_of, request_of
from darklaunch.diff.rules.rule import Rule
from darklaunch.errors import UsageError
from darklaunch.request import Stage

if TYPE_CHECKING:
    from darklaunch.runs.acceptance import AcceptedCause

_SUGGESTING: Final = (Stage.CAPTURE, Stage.CONTRACT, Stage.NOISE)
_CHECKING: Final = (Stage.CAPTURE, Stage.CONTRACT, Stage.CHECK)
_SIZE: Final = (120, 24)
"""Columns and lines where there is no terminal."""


def suggest(arguments: Arguments) -> int:
    """Prints rules that the baseline arm speaks for, and those of the newest run's systematic causes."""
    from darklaunch import dry_runs
    from darklaunch.cli.rules_yaml import as_json, as_yaml
    from darklaunch.noise.proposal import Proposal

    without_baseline: UsageError | None = None
    with progress_of(_SUGGESTING, arguments) as stage:
        request = request_of(arguments, stage)
        try:
            proposal = dry_runs.run_suggest(request)
        except dry_runs.NoBaselineError as error:
            proposal, without_baseline = Proposal(), error
    learned = [volatile.rule() for volatile in proposal.learned]
    systematic = _systematic(out_of(arguments), request.plan.name, [*request.plan.rules.rules, *learned])
    if without_baseline is not None:
        if not systematic:
            raise without_baseline
        sys.stderr.write(f"darklaunch: {without_baseline}\n")
    if arguments.json:
        sys.stdout.write(json.dumps(as_json(proposal, systematic), indent=2) + "\n")
    elif not arguments.quiet:
        sys.stdout.write(as_yaml(proposal, systematic))
    return 0


def _systematic(out: Path, launch: str, written: Sequence[Rule]) -> "list[AcceptedCause]":
    """What accepts the systematic causes of the newest run of a launch; nothing where there is no such run."""
    from darklaunch.cli.causes.acceptance_yaml import configurable
    from darklaunch.runs import catalog
    from darklaunch.runs.acceptance import accept_systematic

    folder = catalog.newest_run(out)
    if folder is None:
        return []
    try:
        report = catalog.read(folder)
        causes = accept_systematic(folder, report, written=written) if report.launch.name == launch else []
    except UsageError as error:
        sys.stderr.write(f"darklaunch: systematic changes: {error}\n")
        return []
    return [configurable(cause) for cause in causes]


def check(arguments: Arguments) -> int:
    """Prints which planted faults the rules would hide."""
    from darklaunch import dry_runs
    from darklaunch.cli.check_view import check_table

    with progress_of(_CHECKING, arguments) as stage:
        report = dry_runs.run_check(request_of(arguments, stage))
    if arguments.json:
        sys.stdout.write(json.dumps(report.as_dict(), indent=2) + "\n")
    elif not arguments.quiet:
        sys.stdout.write(check_table(report, width=shutil.get_terminal_size(_SIZE).columns))
    return 0
