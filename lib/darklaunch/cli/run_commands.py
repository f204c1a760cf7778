"""The commands that make a run, or one stage of it, and `doctor`."""

import json
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Final

from darklaunch.cli.command import Arguments
from darklaunch.cli.operate.notifying import with_notification
from darklaunch.cli.progress import progress_of
from darklaunch.cli.schedule.windows import window_of
from darklaunch.config.domain import plan_of
from darklaunch.config.loading.load import load
from darklaunch.config.settings.model import Settings
from darklaunch.errors import UsageError
from darklaunch.publish.report.json import verdict_json
from darklaunch.publish.report.run import RunReport
from darklaunch.request import Request, Stage
from darklaunch.storage.out_uri import out_folder

if TYPE_CHECKING:
    from darklaunch.publish.mlflow.run import LoggedRun

GATE: Final = {"promote": 0, "hold": 10, "block": 20}

_CONTRACT: Final = (Stage.CAPTURE, Stage.CONTRACT)
_COMPARING: Final = (*_CONTRACT, Stage.NOISE, Stage.PAIR, Stage.DIFF, Stage.CAUSES, Stage.EVIDENCE)
_SCORING: Final = (Stage.SCORE, Stage.DECIDE)
_PUBLISHING: Final = (Stage.PUBLISH, Stage.MLFLOW)
ALL_STAGES: Final = (*_COMPARING, *_SCORING, *_PUBLISHING)


def run(arguments: Arguments) -> int:
    """Makes a run, or many."""
    from darklaunch import pipeline
    from darklaunch.cli.files.summary import append_summary, check_summary

    if arguments.backfill:
        from darklaunch.cli.schedule.backfill import backfill

        return backfill(arguments)
    if arguments.every is not None:
        raise UsageError("--every: found it alone, wanted it beside --backfill FROM TO")

    check_summary(arguments.summary)
    with progress_of(ALL_STAGES, arguments) as stage:
        place, report, logged = pipeline.run(request_of(arguments, stage))
    append_summary(report, arguments.summary)
    return _print_report(arguments, place.run, report, logged)


def validate(arguments: Arguments) -> int:
    """Checks the capture log."""
    from darklaunch import dry_runs

    with progress_of(_CONTRACT, arguments) as stage:
        validated = dry_runs.run_validate(request_of(arguments, stage))
    rows = {f"{p.arm} {p.reason or 'good'}": p.rows for p in validated.profiles}
    _print_result(arguments, {"contract": "kept", "rows": rows, "report": str(validated.folder.work / "contract.json")})
    return 0


def compare(arguments: Arguments) -> int:
    """Compares a window."""
    from darklaunch import pipeline

    with progress_of(_COMPARING, arguments) as stage:
        place = pipeline.run_compare(request_of(arguments, stage))
    _print_result(arguments, {"compared": str(place.work), "next": "darklaunch score"})
    return 0


def score(arguments: Arguments) -> int:
    """Scores and decides what was compared."""
    from darklaunch import pipeline
    from darklaunch.runs import verdict_file

    with progress_of(_SCORING, arguments) as stage:
        place = pipeline.run_score(request_of(arguments, stage))
    report = verdict_file.read_report(place.work)
    verdict = report.verdict.value
    short = {"verdict": verdict, "next": "darklaunch publish"}
    _print_result(arguments, verdict_json(report) if arguments.json else short)
    return GATE[verdict] if arguments.gate else 0


def publish(arguments: Arguments) -> int:
    """Publishes what was decided."""
    from darklaunch import pipeline

    with progress_of(_PUBLISHING, arguments) as stage:
        place, report, logged = pipeline.run_publish(request_of(arguments, stage))
    return _print_report(arguments, place.run, report, logged)


def demo(arguments: Arguments) -> int:
    """Runs the example."""
    from darklaunch import pipeline
    from darklaunch.demo import demo_settings

    out = out_of(arguments, default="darklaunch-demo")
    with progress_of(ALL_STAGES, arguments) as stage:
        request = Request(plan=plan_of(demo_settings(arguments.master)), out=out, today=_today(), stage=stage)
        place, report, logged = pipeline.run(request)
    return _print_report(arguments, place.run, report, logged)


def doctor(arguments: Arguments) -> int:
    """Says what is there and what is wrong."""
    from darklaunch.cli.doctor import examine

    diagnoses = examine(settings_of(arguments), out_of(arguments))
    if arguments.json:
        sys.stdout.write(json.dumps([diagnosis.as_dict() for diagnosis in diagnoses], indent=2) + "\n")
    elif not arguments.quiet:
        sys.stdout.write("".join(f"{diagnosis}\n" for diagnosis in diagnoses))
    return 0 if all(diagnosis.good for diagnosis in diagnoses) else UsageError.exit_code


def request_of(arguments: Arguments, stage: Callable[[Stage], None]) -> Request:
    """The request that the command line makes.

    Raises:
        UsageError: a window, or settings, that can't be used.
    """
    window = window_of(arguments, datetime.now(timezone.utc))
    request = Request(
        plan=plan_of(settings_of(arguments)),
        out=out_of(arguments),
        today=_today(),
        window=window,
        again=arguments.again,
        stage=stage,
    )
    arguments.log.launch, arguments.log.window = request.plan.name, window
    return with_notification(request, arguments)


def settings_of(arguments: Arguments) -> Settings:
    """The settings that the command line names.

    Raises:
        UsageError: there is no such path or overlay.
        ConfigError: something is wrong with them.
    """
    overrides = list(arguments.overrides)
    for key, value in (("captures.uri", arguments.captures), ("spark.master", arguments.master)):
        if value is not None:
            overrides.append(f"{key}={json.dumps(value)}")
    return load(conf=Path(arguments.conf) if arguments.conf else None, env=arguments.env, overrides=overrides)


def out_of(arguments: Arguments, *, default: str = "out") -> Path:
    """The folder that ``--out`` names.

    Raises:
        UsageError: it is no local or shared folder.
    """
    return out_folder(arguments.out or default)


def _today() -> date:
    return datetime.now(timezone.utc).date()


def _print_report(arguments: Arguments, folder: Path, report: RunReport, logged: "LoggedRun") -> int:
    """Prints a finished run; the exit code that its verdict gives."""
    from rich.console import Console

    from darklaunch.cli.verdict_view import print_summary

    if arguments.json:
        sys.stdout.write(json.dumps(verdict_json(report), indent=2) + "\n")
    elif not arguments.quiet:
        hint = f"mlflow ui --backend-store-uri {logged.tracking_uri}"
        page = folder / "report.html"
        print_summary(report, console=Console(), page=page if page.exists() else folder, mlflow_hint=hint)
    return GATE[report.verdict.value] if arguments.gate else 0


def _print_result(arguments: Arguments, result: Mapping[str, object]) -> None:
    if arguments.json:
        sys.stdout.write(json.dumps(result, indent=2) + "\n")
    elif not arguments.quiet:
        for name, value in result.items():
            if isinstance(value, Mapping):
                sys.stdout.write("".join([f"{name}:\n", *(f"  {key}: {count:,}\n" for key, count in value.items())]))
            else:
                sys.stdout.write(f"{name}: {value}\n")
