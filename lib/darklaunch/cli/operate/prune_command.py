"""The command `darklaunch runs prune`."""

import json
import sys
from dataclasses import asdict
from datetime import datetime, timezone
from typing import Final

from pydantic import TypeAdapter, ValidationError
from rich.filesize import decimal

from darklaunch.cli.command import Arguments
from darklaunch.cli.run_commands import out_of
from darklaunch.config.settings.types import SomeDuration
from darklaunch.errors import UsageError
from darklaunch.storage.atomic import folders_in
from darklaunch.storage.prune import PrunedLaunch, prune_launch
from darklaunch.text.escape import printable, quoted

_WANTED: Final = "wanted a duration above 0, such as 30d or 12h"


def prune(arguments: Arguments) -> int:
    """Removes old runs."""
    out, before = out_of(arguments), _before(arguments.keep)
    keys = [folder.name for folder in folders_in(out / "launches")]
    if not keys:
        raise UsageError(f"--out: found no launch in {out}, wanted a folder that `darklaunch run --out` wrote")
    done = []
    for key in keys:
        pruned = prune_launch(out, key, before, dry_run=arguments.dry_run, waiting=lambda: _say_waiting(arguments))
        done.append(pruned)
        if not (arguments.quiet or arguments.json):
            sys.stdout.write(_line(pruned, before, dry_run=arguments.dry_run))
    if arguments.json:
        about = {"before": before.isoformat(), "dry_run": arguments.dry_run}
        sys.stdout.write(json.dumps(about | {"launches": [asdict(each) for each in done]}, indent=2) + "\n")
    return 0


def _before(keep: str | None) -> datetime:
    """The moment before which windows are old.

    Raises:
        UsageError: no duration was given, or one that reaches back too far.
    """
    if keep is None:
        raise UsageError(f"--keep: found nothing, {_WANTED}")
    try:
        return datetime.now(timezone.utc) - TypeAdapter(SomeDuration).validate_python(keep)
    except (ValidationError, OverflowError) as error:
        raise UsageError(f"--keep: found {quoted(keep)}, {_WANTED}") from error


def _line(pruned: PrunedLaunch, before: datetime, *, dry_run: bool) -> str:
    key, number = printable(pruned.key), len(pruned.removed)
    runs = f"{number:,} run{'' if number == 1 else 's'} older than {before:%Y-%m-%d %H:%M} UTC"
    sizes = f"{decimal(pruned.bytes_before)} before, {decimal(pruned.bytes_after)} after"
    return f"{key}: {'would remove' if dry_run else 'removed'} {runs}, {pruned.kept:,} kept; {sizes}\n"


def _say_waiting(arguments: Arguments) -> None:
    if not arguments.quiet:
        arguments.log.write("info", "waiting for another command on this launch")
