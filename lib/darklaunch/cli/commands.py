"""Every command with its options; what a command does is imported when it is asked for."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final

from darklaunch.cli import command
from darklaunch.cli.capture import options as capture
from darklaunch.cli.command import Arguments, Command
from darklaunch.cli.files import options as file_options
from darklaunch.cli.shell.completion_command import SHELL


def _later(module: str, function: str) -> Callable[[Arguments], int]:
    """A function of a module of this package: the help of all commands needs none of them."""

    def act(arguments: Arguments) -> int:
        code: int = getattr(import_module(f"darklaunch.cli.{module}"), function)(arguments)
        return code

    return act


_FOR_STAGES: Final = (*command.SETTINGS, command.OUT, *command.WINDOW, command.LOG_FORMAT)
_FOR_SPARK: Final = (command.CAPTURES, command.MASTER)

_FOR_RULES: Final = (*command.SETTINGS, *command.WINDOW, *_FOR_SPARK)

COMMANDS: Final[Mapping[str, Command]] = {
    "demo": Command(
        help="run the example capture log that ships with darklaunch through every stage",
        act=_later("run_commands", "demo"),
        options=(command.DEMO_OUT, command.MASTER),
    ),
    "run": Command(
        help="all stages for one window",
        act=_later("run_commands", "run"),
        options=(*_FOR_STAGES, *command.BACKFILL, *_FOR_SPARK, command.GATE, file_options.SUMMARY),
    ),
    "validate": Command(
        help="capture and contract: can this log be judged at all?",
        act=_later("run_commands", "validate"),
        options=(*_FOR_STAGES, *_FOR_SPARK),
    ),
    "compare": Command(
        help="pair, diff and evidence: what differs in one window",
        act=_later("run_commands", "compare"),
        options=(*_FOR_STAGES, *_FOR_SPARK),
    ),
    "score": Command(
        help="score and decide: the verdict of what was compared",
        act=_later("run_commands", "score"),
        options=(*_FOR_STAGES, command.GATE),
    ),
    "publish": Command(
        help="the report and the MLflow run of what was decided; also completes a failed one",
        act=_later("run_commands", "publish"),
        options=(*_FOR_STAGES, command.GATE),
    ),
    "doctor": Command(
        help="Java, Spark, MLflow and paths: what is found, what is wrong, what to do",
        act=_later("run_commands", "doctor"),
        options=(*command.SETTINGS, command.OUT, *_FOR_SPARK),
    ),
    "completion": Command(
        help="a script for bash, zsh or fish that completes commands and options",
        act=_later("shell.completion_command", "completion"),
        options=(SHELL,),
    ),
    "plan": Command(
        help="from production's traffic alone: per endpoint, when a clean release could be promoted",
        act=_later("plan_command", "plan"),
        options=_FOR_RULES,
    ),
    "docs": Command(
        help="pages to read: the verdict, captures, rules, statistics, operating, clusters, threats, peers",
        act=_later("files.docs_command", "docs"),
        options=(file_options.PAGE,),
    ),
    "export": Command(
        help="files for people, from any past run: PDF, XLSX, Markdown, CSV, JSON",
        act=_later("files.export_command", "export"),
        options=(command.RUN, command.OUT, *file_options.EXPORT),
    ),
    "rules suggest": Command(
        help="propose noise rules from the baseline arm, and rules for systematic changes of the newest run",
        act=_later("rules_commands", "suggest"),
        options=(*_FOR_RULES, command.OUT),
    ),
    "rules check": Command(
        help="plant known faults in shadow responses and say which the rules would hide, learned ones included",
        act=_later("rules_commands", "check"),
        options=(*_FOR_RULES, command.OUT),
    ),
    "rules accept": Command(
        help="the rules that accept one cause of the newest run, each the narrowest that settles what was seen",
        act=_later("causes.accept_command", "accept"),
        options=(command.CAUSE, command.WHY, command.WRITE, *command.SETTINGS, command.OUT),
    ),
    "capture proxy": Command(
        help="stand before production, send copies to the shadow, record every arm's answers",
        act=_later("capture.proxy_command", "proxy"),
        options=(*capture.PROXY, *command.SETTINGS),
    ),
    "runs list": Command(
        help="all runs under --out, launch by launch, the newest last",
        act=_later("runs_commands", "list_runs"),
        options=(command.OUT,),
    ),
    "runs show": Command(
        help="one run in sentences: what was compared, what was found, what follows",
        act=_later("runs_commands", "show"),
        options=(command.RUN, command.OUT, command.ENDPOINT),
    ),
    "runs diff": Command(
        help="what is new, fixed and persistent between two runs",
        act=_later("runs_commands", "diff"),
        options=(command.BEFORE, command.AFTER, command.OUT, file_options.HTML),
    ),
    "capture import gor": Command(
        help="GoReplay files: requests, original responses, and replayed ones for the shadow",
        act=_later("capture.import_command", "import_gor"),
        options=(*capture.EVERY_FORMAT, *capture.ONLY_GOR),
    ),
    "capture import envoy-tap": Command(
        help="the JSON of Envoy's HTTP tap, buffered or streamed",
        act=_later("capture.import_command", "import_envoy_tap"),
        options=(*capture.EVERY_FORMAT, *capture.ONLY_TAP),
    ),
    "capture import har": Command(
        help="HAR files of browsers and proxies",
        act=_later("capture.import_command", "import_har"),
        options=capture.EVERY_FORMAT,
    ),
    "capture import table": Command(
        help="any table: Parquet, CSV or JSON lines",
        act=_later("capture.import_command", "import_table"),
        options=(*capture.EVERY_FORMAT, *capture.ONLY_TABLE),
    ),
    "capture stats": Command(
        help="what a capture log holds, and what a run would say of it",
        act=_later("capture.stats_command", "stats"),
        options=(capture.URI, *command.SETTINGS, *command.WINDOW),
    ),
    "capture endpoints suggest": Command(
        help="propose route templates for the rows that name no endpoint, as YAML for captures.endpoints",
        act=_later("capture.endpoints_command", "suggest"),
        options=(capture.URI, capture.ENDPOINTS),
    ),
    "runs prune": Command(
        help="remove old runs, never a launch's newest nor its evidence, and files that its tables no longer need",
        act=_later("operate.prune_command", "prune"),
        options=(command.OUT, *command.PRUNING),
    ),
}
"""Every command by its name; a name of two words is a command of a group."""
