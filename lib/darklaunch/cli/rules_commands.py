"""The commands `darklaunch rules suggest` and `darklaunch rules check`."""

import json
import shutil
import sys
from typing import Final

from darklaunch.cli.command import Arguments
from darklaunch.cli.progress import progress_of
from darklaunch.cli.run_commands import request_of
from darklaunch.request import Stage

_SUGGESTING: Final = (Stage.CAPTURE, Stage.CONTRACT, Stage.NOISE)
_CHECKING: Final = (Stage.CAPTURE, Stage.CONTRACT, Stage.CHECK)
_SIZE: Final = (120, 24)
"""Columns and lines where there is no terminal."""


def suggest(arguments: Arguments) -> int:
    """Prints rules that the baseline arm speaks for."""
    from darklaunch import dry_runs
    from darklaunch.cli.rules_yaml import as_json, as_yaml

    with progress_of(_SUGGESTING, arguments) as stage:
        proposal = dry_runs.run_suggest(request_of(arguments, stage))
    if arguments.json:
        sys.stdout.write(json.dumps(as_json(proposal), indent=2) + "\n")
    elif not arguments.quiet:
        sys.stdout.write(as_yaml(proposal))
    return 0


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
