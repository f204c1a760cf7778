"""Commands, the options that each takes, and the arguments that it was given."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from darklaunch.cli.operate.log import FORMATS, Log
from darklaunch.storage.run_folder import LATEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """The values of all options; a command that does not take an option sees its default.

    Attributes:
        command: the command's name, of two words in a group.
        conf: a YAML file, or a folder of them.
        env: the overlay.
        captures: the capture log; None: that of the settings.
        out: where runs and evidence lie; None: the command's default.
        start: first moment of the window, as it was written.
        end: first moment after it.
        overrides: ``key.path=value`` each.
        master: Spark's master; None: that of the settings.
        gate: whether the verdict is the exit code.
        run: the run to show.
        before: the earlier of two runs.
        after: the later.
        endpoint: the only one to explain; None: all of them.
        keep: how old a run may be, as it was written; None: not given.
        dry_run: change nothing.
        quiet: print nothing but errors.
        json: print the result as JSON.
        debug: show the traceback of an error.
        log_format: of the lines on standard error: plain or json.
        log: where these lines are written.
        afterwards: what is to be done once the result, or the error, is printed; gets the error.
    """

    command: str
    conf: str | None = None
    env: str | None = None
    captures: str | None = None
    out: str | None = None
    start: str | None = None
    end: str | None = None
    overrides: Sequence[str] = ()
    master: str | None = None
    gate: bool = False
    run: str = LATEST
    before: str = ""
    after: str = ""
    endpoint: str | None = None
    keep: str | None = None
    dry_run: bool = False
    quiet: bool = False
    json: bool = False
    debug: bool = False
    log_format: str = "plain"
    log: Log = field(default_factory=Log)
    afterwards: list[Callable[[BaseException | None], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.log.is_json = self.log_format == "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option, or one positional argument.

    Attributes:
        flag: as it is written; a positional argument has its name.
        help: one line, without the default.
        metavar: the word for its value; None: it has none, its presence is the value.
        argument: the field of ``Arguments``; None: the flag without dashes.
        times: how often it may be given; ``optional`` is for a positional argument that may be left out.
        choices: the only values that it may have; empty: any.
    """

    flag: str
    help: str
    metavar: str | None = None
    argument: str | None = None
    times: Literal["once", "optional", "many"] = "once"
    choices: Sequence[str] = ()

    def add_to(self, parser: argparse.ArgumentParser) -> None:
        """Declares it to a parser; what is left out on the command line is left to ``Arguments``."""
        absent = argparse.SUPPRESS
        if not self.flag.startswith("-"):
            count = "?" if self.times == "optional" else None
            parser.add_argument(self.flag, metavar=self.metavar, help=self.help, nargs=count, default=absent)
            return
        name = self.argument or self.flag.lstrip("-")
        if self.metavar is None:
            parser.add_argument(self.flag, dest=name, help=self.help, action="store_true", default=absent)
        else:
            action = "append" if self.times == "many" else "store"
            parser.add_argument(
                self.flag,
                dest=name,
                metavar=self.metavar,
                help=self.help,
                action=action,
                default=absent,
                choices=self.choices or None,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command.

    Attributes:
        help: one line.
        act: does it; its result is the exit code.
        options: those it takes beside ``PRINTING``, which every command takes.
    """

    help: str
    act: Callable[[Arguments], int]
    options: tuple[Option, ...] = ()


OUT: Final = Option(flag="--out", metavar="DIR", help="where runs and evidence lie (default: out)")
DEMO_OUT: Final = replace(OUT, help="where runs and evidence lie (default: darklaunch-demo)")
MASTER: Final = Option(flag="--master", metavar="URL", help="Spark's master, or none; instead of spark.master")
GATE: Final = Option(flag="--gate", help="end with 10 on hold and 20 on block")
CAPTURES: Final = Option(flag="--captures", metavar="URI", help="the capture log; instead of captures.uri")
SETTINGS: Final = (
    Option(flag="--conf", metavar="PATH", help="a YAML file, or a folder of them with base/ and overlays"),
    Option(flag="--env", metavar="NAME", help="the overlay to lay over base/"),
    Option(
        flag="-o",
        metavar="KEY=VALUE",
        argument="overrides",
        times="many",
        help="one setting, such as -o scoring.alpha=0.01; may be repeated",
    ),
)
WINDOW: Final = (
    Option(
        flag="--from", metavar="TS", argument="start", help="first moment of the window, ISO 8601, UTC, a whole hour"
    ),
    Option(flag="--to", metavar="TS", argument="end", help="first moment after the window"),
)
LOG_FORMAT: Final = Option(
    flag="--log-format",
    metavar="FORMAT",
    argument="log_format",
    choices=FORMATS,
    help="progress and errors on standard error: plain (default), or json, one object a line",
)
PRUNING: Final = (
    Option(flag="--keep", metavar="DURATION", help="how old the window of a run may be, such as 30d; required"),
    Option(flag="--dry-run", argument="dry_run", help="say what would be removed, and remove nothing"),
)
PRINTING: Final = (
    Option(flag="--quiet", help="print nothing but errors"),
    Option(flag="--json", help="print the result as JSON on standard output"),
    Option(flag="--debug", help="show the traceback of an error"),
)

_NAMING: Final = f"a run's folder, the end of its window (20260507T000000Z), the start of one of these, or {LATEST}"
RUN: Final = Option(flag="run", metavar="RUN", times="optional", help=f"{_NAMING} (default: {LATEST})")
BEFORE: Final = Option(flag="before", metavar="A", help=f"the earlier: {_NAMING}")
AFTER: Final = Option(flag="after", metavar="B", help="the later, named likewise")
ENDPOINT: Final = Option(flag="--endpoint", metavar="NAME", help="explain this one, such as 'GET /items/{id}'")
