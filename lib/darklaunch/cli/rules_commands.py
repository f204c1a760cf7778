"""What `darklaunch rules suggest` and `darklaunch rules check` do."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from darklaunch.cli.progress import telling
from darklaunch.cli.run_commands import Command, request_of
from darklaunch.publish.formatting import visible
from darklaunch.text.numbers import percent

MAXIMUM_LINES = 50
"""Hidden faults that are told on a terminal."""

_SUGGESTING = ("capture", "contract", "noise")
_CHECKING = ("capture", "contract", "check")


def _suggest(asked: argparse.Namespace) -> int:
    from darklaunch import pipeline  # noqa: PLC0415 - starts nothing before the command line is understood
    from darklaunch.cli.rules_yaml import as_json, as_yaml  # noqa: PLC0415

    with telling(asked, _SUGGESTING) as stage:
        proposal = pipeline.run_suggest(request_of(asked, stage))
    if asked.json:
        sys.stdout.write(json.dumps(as_json(proposal), indent=2) + "\n")
    elif not asked.quiet:
        sys.stdout.write(as_yaml(proposal))
    return 0


def _check(asked: argparse.Namespace) -> int:
    from darklaunch import pipeline  # noqa: PLC0415

    with telling(asked, _CHECKING) as stage:
        found = pipeline.run_check(request_of(asked, stage))
    if asked.json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
    elif not asked.quiet:
        sys.stdout.write("\n".join(told(found)) + "\n")
    return 0


RULES_COMMANDS: Mapping[str, Command] = {
    "rules suggest": Command(
        help="propose noise rules from the baseline arm, with the evidence for each and what was refused", act=_suggest
    ),
    "rules check": Command(
        help="plant known faults in shadow responses and say which the rules would hide", act=_check
    ),
}


def told(found: Mapping[str, Any]) -> Iterator[str]:
    """What `rules check` found, in lines; names of endpoints and paths come from strangers."""
    yield f"rules checked: {len(found['rules'])}"
    for place, said in (("outside", "faults where no rule holds"), ("inside", "faults where a rule holds")):
        for name, total in found[place].items():
            if total["planted"]:
                seen = (
                    f"{total['seen_with_rules']:,} of {total['planted']:,} ({percent(total['share_seen_with_rules'])})"
                )
                yield f"{said}, {name.replace('_', ' ')}: {seen} are seen"
    hidden = [(entry["endpoint"], path) for entry in found["endpoints"] for path in entry["paths"] if path["hidden_by"]]
    for endpoint, path in hidden[:MAXIMUM_LINES]:
        rules = "; ".join(path["hidden_by"])
        seen = f"{path['seen_with_rules']:,} of {path['planted']:,} seen"
        yield visible(f"  {endpoint} {path['path']} {path['fault']}: {seen}, hidden by: {rules}")
    if len(hidden) > MAXIMUM_LINES:
        yield f"  and {len(hidden) - MAXIMUM_LINES:,} more; --json has them all"
