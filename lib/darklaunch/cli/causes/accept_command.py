"""The command `darklaunch rules accept`."""

import json
import sys
from pathlib import Path

from darklaunch.cli.causes.acceptance_yaml import as_json, configurable, entries_of, headline, lines_of
from darklaunch.cli.causes.rules_file import add_rules, put_back, rules_file
from darklaunch.cli.command import Arguments
from darklaunch.cli.run_commands import out_of, settings_of
from darklaunch.config.domain import plan_of
from darklaunch.errors import ConfigError, UsageError
from darklaunch.publish import formatting
from darklaunch.runs import catalog
from darklaunch.runs.acceptance import AcceptedCause, accept_cause
from darklaunch.storage.run_folder import LATEST


def accept(arguments: Arguments) -> int:
    """Prints the rules that accept a cause of the newest run, or adds them to the configuration.

    Raises:
        UsageError: there is no such cause, no reason, no rule that would settle it, or no file to add the rules to.
    """
    why = (arguments.why or "").strip()
    if not why or not why.isprintable():
        raise UsageError(f"--why: found {formatting.visible(why)!r}, wanted the reason on one line, for the report")
    written = plan_of(settings_of(arguments)).rules.rules
    folder = catalog.choose(out_of(arguments), LATEST)
    found = accept_cause(folder, catalog.read(folder), arguments.cause, written=written, why=why)
    accepted = configurable(found)
    if not accepted.acceptance.rules:
        left = "; ".join(f"{path.path}: {path.why}" for path in accepted.acceptance.refused)
        raise UsageError(
            f"CAUSE_ID: found no rule that settles {headline(accepted)}: {formatting.visible(left, longest=2000)}"
        )
    file = _write(arguments, accepted) if arguments.write else None
    if arguments.json:
        result = {**as_json(accepted), "written": None if file is None else str(file)}
        sys.stdout.write(json.dumps(result, indent=2) + "\n")
    elif not arguments.quiet:
        sys.stdout.write("".join(f"{line}\n" for line in ("rules:", *lines_of(accepted))))
        if file is not None:
            number = len(accepted.acceptance.rules)
            added = f"{number:,} rule{'s' if number > 1 else ''}"
            sys.stderr.write(f"darklaunch: added {added} to {formatting.visible(str(file), longest=600)}\n")
    return 0


def _write(arguments: Arguments, accepted: AcceptedCause) -> Path:
    """Adds the rules to the configuration, which is read back; it is as before where anything is wrong with it."""
    if any(override.partition("=")[0].strip() == "rules" for override in arguments.overrides):
        raise UsageError("--write: found -o rules=..., wanted the rules in a file; leave out one of the two")
    file = rules_file(Path(arguments.conf) if arguments.conf else None, arguments.env)
    before = add_rules(file, entries_of(accepted), headline(accepted))
    try:
        rules = plan_of(settings_of(arguments)).rules.rules
    except ConfigError:
        put_back(file, before)
        raise
    if not {each.rule.name for each in accepted.acceptance.rules} <= {rule.name for rule in rules}:
        put_back(file, before)
        raise UsageError(f"--write: found {file}, whose rules are not in force; give the --conf and --env of your runs")
    return file
