"""The command line: one option table, one call, one exit code."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from darklaunch.cli import run_commands
from darklaunch.cli.rules_commands import RULES_COMMANDS
from darklaunch.cli.run_commands import Command
from darklaunch.cli.runs_commands import RUNS_COMMANDS
from darklaunch.errors import DarklaunchError, OutsideError
from darklaunch.runs.catalog import LATEST

COMMANDS: Mapping[str, Command] = {**run_commands.COMMANDS, **RULES_COMMANDS, **RUNS_COMMANDS}
"""Every command by its name; a name of two words is a command of a group."""

_GROUPS = {
    "rules": "noise rules: propose them, and prove that they hide nothing else",
    "runs": "past runs: list them, have one explained, compare two",
}

INTERRUPTED = 130
"""The exit code of a command that the user interrupted, as shells have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option: its flags, what argparse is told of it, and the commands that take it (empty: all)."""

    flags: tuple[str, ...]
    told: dict[str, Any]
    commands: frozenset[str] = frozenset()


_COMPUTING = frozenset({"run", "validate", "compare", *RULES_COMMANDS})
_WINDOWED = _COMPUTING | {"score", "publish"}
_DECIDING = frozenset({"run", "score", "publish"})
_NAMING = f"a run's folder, the end of its window (20260507T000000Z), the start of one of these, or {LATEST}"
OPTIONS = (
    Option(
        flags=("--conf",),
        told={"metavar": "PATH", "help": "a YAML file, or a folder of them with base/ and overlays"},
        commands=_WINDOWED | {"doctor"},
    ),
    Option(
        flags=("--env",),
        told={"metavar": "NAME", "help": "the overlay to lay over base/"},
        commands=_WINDOWED | {"doctor"},
    ),
    Option(
        flags=("--captures",),
        told={"metavar": "URI", "help": "the capture log; instead of captures.uri"},
        commands=_COMPUTING | {"doctor"},
    ),
    Option(flags=("--out",), told={"metavar": "DIR", "help": "where runs and evidence lie (default: out)"}),
    Option(
        flags=("--from",),
        told={"metavar": "TS", "dest": "start", "help": "first moment of the window, ISO 8601, UTC, a whole hour"},
        commands=_WINDOWED,
    ),
    Option(
        flags=("--to",),
        told={"metavar": "TS", "dest": "end", "help": "first moment after the window"},
        commands=_WINDOWED,
    ),
    Option(
        flags=("-o",),
        told={
            "metavar": "KEY=VALUE",
            "dest": "overrides",
            "action": "append",
            "default": [],
            "help": "one setting, such as -o scoring.alpha=0.01; may be repeated",
        },
        commands=_WINDOWED | {"doctor"},
    ),
    Option(
        flags=("--master",),
        told={"metavar": "URL", "help": "Spark's master; instead of spark.master"},
        commands=_COMPUTING | {"demo", "doctor"},
    ),
    Option(
        flags=("--gate",),
        told={"action": "store_true", "help": "end with 10 on hold and 20 on block"},
        commands=_DECIDING,
    ),
    Option(
        flags=("run",),
        told={"metavar": "RUN", "nargs": "?", "default": LATEST, "help": f"{_NAMING} (default: {LATEST})"},
        commands=frozenset({"runs show"}),
    ),
    Option(
        flags=("before",), told={"metavar": "A", "help": f"the earlier: {_NAMING}"}, commands=frozenset({"runs diff"})
    ),
    Option(
        flags=("after",), told={"metavar": "B", "help": "the later, named likewise"}, commands=frozenset({"runs diff"})
    ),
    Option(
        flags=("--endpoint",),
        told={"metavar": "NAME", "help": "explain this one, such as 'GET /items/{id}'"},
        commands=frozenset({"runs show"}),
    ),
    Option(flags=("--quiet",), told={"action": "store_true", "help": "print nothing but errors"}),
    Option(flags=("--json",), told={"action": "store_true", "help": "print the result as JSON on standard output"}),
    Option(flags=("--debug",), told={"action": "store_true", "help": "show the traceback of an error"}),
)


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    top = argparse.ArgumentParser(
        prog="darklaunch",
        description="May we promote the release that runs in the dark, endpoint by endpoint, and how sure are we?",
        epilog="exit codes: 0 done (with --gate: promote), 10 hold, 20 block, 2 usage or configuration, "
        "3 the capture log broke its contract, 4 an outside system failed, 1 a bug",
    )
    commands_of = {"": top.add_subparsers(metavar="COMMAND", required=True)}
    for name, command in COMMANDS.items():
        group, _, word = name.rpartition(" ")
        if group not in commands_of:
            whole = commands_of[""].add_parser(group, help=_GROUPS[group], description=_GROUPS[group])
            commands_of[group] = whole.add_subparsers(metavar="COMMAND", required=True)
        below = commands_of[group].add_parser(word, help=command.help, description=command.help, allow_abbrev=False)
        below.set_defaults(command=name)
        for option in OPTIONS:
            if not option.commands or name in option.commands:
                below.add_argument(*option.flags, **option.told)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command.

    Returns:
        The exit code; 130 where the user interrupted.
    """
    asked = parser().parse_args(arguments)
    command: Command = COMMANDS[asked.command]
    try:
        return command.act(asked)
    except DarklaunchError as error:
        if asked.debug:
            raise
        for line in str(error).splitlines():
            sys.stderr.write(f"darklaunch: {_plain(line)}\n")
        return error.exit_code
    except KeyboardInterrupt:
        return _interrupted()
    except Exception as error:
        if asked.debug or not _is_sparks(error):
            raise
        if _was_interrupted(error):
            return _interrupted()
        first = str(error).strip().splitlines()[0]
        sys.stderr.write(f"darklaunch: Spark: failed: {_plain(first)}; finished runs are whole; --debug shows where\n")
        return OutsideError.exit_code


def _interrupted() -> int:
    sys.stderr.write("darklaunch: interrupted; finished runs are whole, run the same command again to go on\n")
    return INTERRUPTED


def _is_sparks(error: BaseException) -> bool:
    return type(error).__module__.partition(".")[0] in {"pyspark", "py4j"} or isinstance(error, ConnectionError)


def _was_interrupted(error: BaseException | None) -> bool:
    """An interrupt also ends the JVM, whose end is then what Spark's client complains of."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False


def _plain(text: str) -> str:
    """Names of files and endpoints come from strangers; a terminal must not act on them."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def entry() -> None:
    """The console script."""
    sys.exit(main())
