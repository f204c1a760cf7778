"""Commands, the options that each takes, and the arguments that it was given."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

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
        window: its name, instead of both.
        backfill: the two ends of a span of windows; empty: there is one window alone.
        every: the length of each of these windows, as it was written; None: an hour.
        again: whether windows are counted anew that have a run and of which nothing has changed.
        overrides: ``key.path=value`` each.
        master: Spark's master; None: that of the settings.
        gate: whether the verdict is the exit code.
        run: the run to show.
        before: the earlier of two runs.
        after: the later.
        endpoint: the only one to explain; None: all of them.
        cause: the id of a cause.
        why: the reason to accept it.
        write: add the rules to the configuration.
        format: formats to export, with commas between; None: the usual ones.
        masking: ``all`` masks every value that is exported.
        to: the folder of the exported files; None: the command's default.
        html: the page to write; None: none.
        page: to read; None: all of them are listed.
        shell: whose completion is asked for.
        summary: the file to append a summary in Markdown to; None: none.
        files: recordings to import.
        uri: of a capture log.
        arm: whose recording it is; empty: it was not said.
        endpoints_file: with route templates; None: there is none.
        release: of that arm.
        sample_rate: the share of requests that was recorded.
        id_header: with the correlation id.
        unit_header: that names the unit.
        replayed_arm: whose answers replayed responses are.
        replayed_release: of that arm.
        shadow_suffix: of the hosts of mirrored requests.
        time_header: that tells the time of a response.
        mapping: of the columns of a table.
        production: the URL that answers users.
        shadow: the URL of the release under test.
        baseline: the URL of a second instance of the production release.
        listen: address and port of the proxy.
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
    window: str | None = None
    backfill: Sequence[str] = ()
    every: str | None = None
    again: bool = False
    overrides: Sequence[str] = ()
    master: str | None = None
    gate: bool = False
    run: str = LATEST
    before: str = ""
    after: str = ""
    endpoint: str | None = None
    cause: str = ""
    why: str | None = None
    write: bool = False
    format: str | None = None
    masking: str | None = None
    to: str | None = None
    html: str | None = None
    page: str | None = None
    shell: str = "bash"
    summary: str | None = None
    files: Sequence[str] = ()
    uri: str = ""
    arm: str = ""
    endpoints_file: str | None = None
    release: str | None = None
    sample_rate: str = "1"
    id_header: str | None = None
    unit_header: str | None = None
    replayed_arm: str = "shadow"
    replayed_release: str | None = None
    shadow_suffix: str = "-shadow"
    time_header: str | None = None
    mapping: Sequence[str] = ()
    production: str | None = None
    shadow: str | None = None
    baseline: str | None = None
    listen: str = "127.0.0.1:8080"
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
        metavar: the word for its value, or a word for each of its values; None: it has none, its presence is the value.
        argument: the field of ``Arguments``; None: the flag without dashes.
        times: how often it may be given; ``optional`` is for a positional argument that may be left out.
        choices: the only values that it may have; empty: any.
    """

    flag: str
    help: str
    metavar: str | tuple[str, ...] | None = None
    argument: str | None = None
    times: Literal["once", "optional", "many"] = "once"
    choices: Sequence[str] = ()

    def add_to(self, parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
        """Declares it to a parser; what is left out on the command line is left to ``Arguments``."""
        shared: dict[str, Any] = {"help": self.help, "default": argparse.SUPPRESS}
        if self.metavar is not None:
            shared |= {"metavar": self.metavar, "choices": self.choices or None}
        if not self.flag.startswith("-"):
            parser.add_argument(self.flag, nargs={"optional": "?", "many": "+"}.get(self.times), **shared)
            return
        shared["dest"] = self.argument or self.flag.lstrip("-")
        if self.metavar is None:
            parser.add_argument(self.flag, action="store_true", **shared)
        elif isinstance(self.metavar, tuple):
            parser.add_argument(self.flag, nargs=len(self.metavar), **shared)
        else:
            parser.add_argument(self.flag, action="append" if self.times == "many" else "store", **shared)


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
    Option(
        flag="--window", metavar="NAME", help="instead of both, by this machine's clock: last-hour or yesterday, UTC"
    ),
)
BACKFILL: Final = (
    Option(
        flag="--backfill",
        metavar=("FROM", "TO"),
        help="instead of one window: each of a span in order, without those that have a finished run",
    ),
    Option(flag="--every", metavar="LENGTH", help="the length of these windows: 1h, 6h, 1d ... (default: 1h)"),
    Option(flag="--again", help="count anew what has a run already and has not changed since"),
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

_NAMING: Final = (
    "a run's folder, the end of its window (20260507T000000Z), the start of one of these, an MLflow run id, "
    f"or {LATEST}"
)
RUN: Final = Option(flag="run", metavar="RUN", times="optional", help=f"{_NAMING} (default: {LATEST})")
BEFORE: Final = Option(flag="before", metavar="A", help=f"the earlier: {_NAMING}")
AFTER: Final = Option(flag="after", metavar="B", help="the later, named likewise")
ENDPOINT: Final = Option(flag="--endpoint", metavar="NAME", help="explain this one, such as 'GET /items/{id}'")
CAUSE: Final = Option(flag="cause", metavar="CAUSE_ID", help="the id of a cause of the newest run, or a start of it")
WHY: Final = Option(flag="--why", metavar="TEXT", help="the reason, which the report shows")
WRITE: Final = Option(flag="--write", help="add the rules to the file of --conf that holds them, not only print them")
