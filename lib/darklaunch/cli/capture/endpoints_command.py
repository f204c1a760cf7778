"""The command `darklaunch capture endpoints suggest`."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict

from darklaunch.capture.templates.files import read_routes
from darklaunch.capture.templates.route import Routes
from darklaunch.capture.templates.suggestion import SuggestedRoutes
from darklaunch.cli.command import Arguments
from darklaunch.text.escape import printable_ascii

_LONGEST = 80


def suggest(arguments: Arguments) -> int:
    """Prints route templates for the paths of a log."""
    from darklaunch.capture.templates import log_paths

    known = Routes() if arguments.endpoints_file is None else read_routes(arguments.endpoints_file)
    suggested = log_paths.suggest_routes(arguments.uri, known)
    if arguments.json:
        sys.stdout.write(json.dumps(asdict(suggested), indent=2) + "\n")
    elif not arguments.quiet:
        sys.stdout.write("\n".join(_yaml(suggested)) + "\n")
    return 0


def _yaml(suggested: SuggestedRoutes) -> Iterator[str]:
    """The settings as YAML to paste; what strangers wrote stands in quotes or in comments of ASCII."""
    yield f"# of {suggested.rows:,} rows, {suggested.unnamed_rows:,} name no endpoint; for these, in this order:"
    if suggested.unreadable_files:
        yield f"# {suggested.unreadable_files:,} files could not be read"
    if not suggested.routes:
        yield "captures: {endpoints: []}"
        return
    yield "captures:"
    yield "  endpoints:"
    for route in suggested.routes:
        known = ", from the description" if route.known else ""
        yield f"    # {route.rows:,} rows{known}, such as {printable_ascii(route.example)[:_LONGEST]}"
        yield f"    - template: {json.dumps(route.template, ensure_ascii=False)}"
