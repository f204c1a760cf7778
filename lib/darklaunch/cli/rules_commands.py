"""The commands `darklaunch rules suggest` and `darklaunch rules check`."""

import json
import shutil
import sys
from collections.abc import Mapping
from typing import Final

from darklaunch.cli import command
from darklaunch.cli.command import Arguments, Command
from darklaunch.cli.progress import progress_of
from darklaunch.cli.run_commands import request_of
from darklaunch.request import Stage

_SUGGESTING: Final = (Stage.CAPTURE, Stage.CONTRACT, Stage.NOISE)
_CHECKING: Final = (Stage.CAPTURE, Stage.CONTRACT, Stage.CHECK)
_SIZE: Final = (120, 24)
"""Columns and lines where there is no terminal."""


def _suggest(arguments: Arguments) -> int:
    from darklaunch import pipeline
    from darklaunch.cli.rules_yaml import as_json, as_yaml

    with progress_of(_SUGGESTING, arguments) as stage:
        proposal = pipeline.run_suggest(request_of(arguments, stage))
    if arguments.json:
        sys.stdout.write(json.dumps(as_json(proposal), indent=2) + "\n")
    elif not arguments.quiet:
        sys.stdout.write(as_yaml(proposal))
    return 0


def _check(arguments: Arguments) -> int:
    from darklaunch import pipeline
    from darklaunch.cli.check_view import check_table

    with progress_of(_CHECKING, arguments) as stage:
        report = pipeline.run_check(request_of(arguments, stage))
    if arguments.json:
        sys.stdout.write(json.dumps(report.as_dict(), indent=2) + "\n")
    elif not arguments.quiet:
        sys.stdout.write(check_table(report, width=shutil.get_terminal_size(_SIZE).columns))
    return 0


_OPTIONS: Final = (*command.SETTINGS, command.CAPTURES, *command.WINDOW, command.MASTER)

RULES_COMMANDS: Mapping[str, Command] = {
    "rules suggest": Command(
        help="propose noise rules from the baseline arm, with the evidence for each and what was refused",
        act=_suggest,
        options=_OPTIONS,
    ),
    "rules check": Command(
        help="plant known faults in shadow responses and say which the rules would hide, learned ones included",
        act=_check,
        options=(*_OPTIONS, command.OUT),
    ),
}
