"""The command `darklaunch capture stats`."""

import json
import sys
from dataclasses import replace
from typing import Final

from darklaunch.cli.capture.stats_view import stats_json, stats_text
from darklaunch.cli.command import Arguments
from darklaunch.cli.progress import progress_of
from darklaunch.cli.run_commands import request_of
from darklaunch.request import Stage

_STAGES: Final = (Stage.CAPTURE, Stage.PAIR, Stage.CONTRACT)


def stats(arguments: Arguments) -> int:
    """Prints what a log holds."""
    from darklaunch import dry_runs
    from darklaunch.capture.importers.earlier import earlier_imports

    # counting needs no Spark, so that nobody waits for a JVM
    asked = replace(arguments, captures=arguments.uri, master="none")
    with progress_of(_STAGES, arguments) as stage:
        described = dry_runs.run_stats(request_of(asked, stage))
    imports = earlier_imports(arguments.uri)
    if arguments.json:
        sys.stdout.write(json.dumps(stats_json(described, imports), indent=2) + "\n")
    elif not arguments.quiet:
        sys.stdout.write(stats_text(described, imports))
    return 0
