"""The command line: one parser, one call, one exit code."""

import argparse
import gc
import os
import sys
from collections.abc import Sequence

from darklaunch.cli.command import PRINTING, Arguments
from darklaunch.cli.commands import COMMANDS
from darklaunch.cli.operate.disk import refused_by_disk
from darklaunch.cli.operate.log import Log
from darklaunch.cli.shell.help import GroupedParser, OptionGroups
from darklaunch.diff.guarded import DEBUG
from darklaunch.errors import DarklaunchError, OutsideError
from darklaunch.spark.errors import reason_of
from darklaunch.storage.permissions import close_to_others

_GROUPS = {
    "rules": "propose rules, accept a cause by rules, and prove that they hide nothing else",
    "runs": "past runs: list them, have one explained, compare two, remove old ones",
    "capture": "the capture log: from live traffic or from recordings of other programs, and what it holds",
    "capture import": "make a capture log of recordings that are there already",
    "capture endpoints": "names of endpoints",
}

INTERRUPTED = 130
"""The exit code of a command that the user interrupted, as shells have it."""


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    top = GroupedParser(
        prog="darklaunch",
        description="May we promote the release that runs in the dark, endpoint by endpoint, and how sure are we?",
        epilog="exit codes: 0 done (with --gate: promote), 10 hold, 20 block, 2 usage or configuration, "
        "3 the capture log broke its contract, 4 an outside system failed, 1 a bug",
    )
    top.listed = _GROUPS | {name: command.help for name, command in COMMANDS.items()}
    commands_of = {"": top.add_subparsers(metavar="COMMAND", required=True, parser_class=argparse.ArgumentParser)}
    for name, command in COMMANDS.items():
        group, _, word = name.rpartition(" ")
        # a group may lie in another, which is written before it
        for whole in (" ".join(group.split()[:words]) for words in range(1, name.count(" ") + 1)):
            if whole not in commands_of:
                above, _, last = whole.rpartition(" ")
                made = commands_of[above].add_parser(last, help=_GROUPS[whole], description=_GROUPS[whole])
                commands_of[whole] = made.add_subparsers(metavar="COMMAND", required=True)
        below = commands_of[group].add_parser(word, help=command.help, description=command.help, allow_abbrev=False)
        below.set_defaults(command=name)
        groups = OptionGroups(below)
        for option in (*command.options, *PRINTING):
            option.add_to(groups.of(option.flag))
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command.

    Returns:
        The exit code; 130 where the user interrupted.
    """
    given = Arguments(**vars(parser().parse_args(arguments)))
    if given.debug:
        os.environ[DEBUG] = "1"
    if not given.command.startswith("capture"):
        # PyArrow's allocator keeps what one bucket needed for the next, here and in workers: a twentieth of their time
        os.environ.setdefault("MIMALLOC_PURGE_DELAY", "60000")
    failure: BaseException | None = None
    mask_before = close_to_others()
    try:
        with given.log.of_libraries():
            return COMMANDS[given.command].act(given)
    except BaseException as error:
        failure = refused_by_disk(error) or error
        return _exit_code(failure, given)
    finally:
        os.umask(mask_before)
        sys.stdout.flush()
        for act in given.afterwards:
            act(failure)


def _exit_code(error: BaseException, given: Arguments) -> int:
    """Prints what ended a command; a bug stays a traceback."""
    log = given.log
    if isinstance(error, KeyboardInterrupt):
        return _interrupted(log)
    if not isinstance(error, Exception):
        raise error
    if isinstance(error, DarklaunchError):
        if given.debug:
            return _debugged(error, log, error.exit_code)
        for line in str(error).splitlines():
            log.write("error", line)
        return error.exit_code
    if given.debug or not _is_sparks(error):
        return _debugged(error, log, DarklaunchError.exit_code)
    if _was_interrupted(error):
        return _interrupted(log)
    log.write("error", f"Spark: failed: {reason_of(error)}; finished runs are whole; --debug shows where")
    return OutsideError.exit_code


def _debugged(error: Exception, log: Log, exit_code: int) -> int:
    """Shows the traceback of an error: Python's own, or as one line of JSON."""
    if not log.is_json:
        raise error
    log.write_bug(error)
    return exit_code


def _interrupted(log: Log) -> int:
    log.write("error", "interrupted; finished runs are whole, run the same command again to go on")
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


def entry() -> None:
    """The console script."""
    code = main()
    # what is alive now ends with the process: to search it for cycles would take seconds
    gc.freeze()
    sys.exit(code)
