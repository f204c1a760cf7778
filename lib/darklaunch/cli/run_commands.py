"""What each command does with its options, and what it tells at the end."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from darklaunch.cli.progress import telling
from darklaunch.config.domain import plan_of
from darklaunch.config.loading.load import load
from darklaunch.config.settings.model import Settings
from darklaunch.errors import UsageError
from darklaunch.request import Request
from darklaunch.window import Window, parse_moment

GATE = {"promote": 0, "hold": 10, "block": 20}


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command: one line of help, and what it does; its result is the exit code."""

    help: str
    act: Callable[[argparse.Namespace], int]


def _run(asked: argparse.Namespace) -> int:
    from darklaunch import pipeline  # noqa: PLC0415 - starts nothing before the command line is understood

    with telling(asked, _STAGES) as stage:
        place, verdict, logged = pipeline.run(request_of(asked, stage))
    return _told(asked, place.run, verdict, logged)


def _validate(asked: argparse.Namespace) -> int:
    from darklaunch import pipeline  # noqa: PLC0415

    with telling(asked, _STAGES[:2]) as stage:
        taken = pipeline.run_validate(request_of(asked, stage))
    rows = {f"{p.arm} {p.reason or 'good'}": p.rows for p in taken.profiles}
    _say(asked, {"contract": "kept", "rows": rows, "report": str(taken.place.work / "contract.json")})
    return 0


def _compare(asked: argparse.Namespace) -> int:
    from darklaunch import pipeline  # noqa: PLC0415

    with telling(asked, _STAGES[:7]) as stage:
        place = pipeline.run_compare(request_of(asked, stage))
    _say(asked, {"compared": str(place.work), "next": "darklaunch score"})
    return 0


def _score(asked: argparse.Namespace) -> int:
    from darklaunch import pipeline  # noqa: PLC0415
    from darklaunch.storage.atomic import read_json  # noqa: PLC0415

    with telling(asked, _STAGES[7:9]) as stage:
        place = pipeline.run_score(request_of(asked, stage))
    verdict = read_json(place.work / "verdict.json")
    _say(asked, verdict if asked.json else {"verdict": verdict["verdict"], "next": "darklaunch publish"})
    return GATE[verdict["verdict"]] if asked.gate else 0


def _publish(asked: argparse.Namespace) -> int:
    from darklaunch import pipeline  # noqa: PLC0415

    with telling(asked, _STAGES[9:]) as stage:
        place, verdict, logged = pipeline.run_publish(request_of(asked, stage))
    return _told(asked, place.run, verdict, logged)


def _demo(asked: argparse.Namespace) -> int:
    from darklaunch import pipeline  # noqa: PLC0415
    from darklaunch.demo import demo_settings  # noqa: PLC0415

    out = Path(asked.out or "darklaunch-demo")
    with telling(asked, _STAGES) as stage:
        request = Request(plan=plan_of(demo_settings(asked.master)), out=out.absolute(), today=_today(), stage=stage)
        place, verdict, logged = pipeline.run(request)
    asked.gate = False
    return _told(asked, place.run, verdict, logged)


def _doctor(asked: argparse.Namespace) -> int:
    from darklaunch.cli.doctor import examine  # noqa: PLC0415

    findings = examine(_settings(asked), out_of(asked))
    if asked.json:
        sys.stdout.write(json.dumps([finding.as_dict() for finding in findings], indent=2) + "\n")
    elif not asked.quiet:
        for finding in findings:
            sys.stdout.write(f"{finding}\n")
    wrong = [finding for finding in findings if not finding.good]
    return UsageError.exit_code if wrong else 0


COMMANDS: Mapping[str, Command] = {
    "demo": Command(help="run the example capture log that ships with darklaunch through every stage", act=_demo),
    "run": Command(help="all stages for one window", act=_run),
    "validate": Command(help="capture and contract: can this log be judged at all?", act=_validate),
    "compare": Command(help="pair, diff and evidence: what differs in one window", act=_compare),
    "score": Command(help="score and decide: the verdict of what was compared", act=_score),
    "publish": Command(
        help="the report and the MLflow run of what was decided; also completes a failed one", act=_publish
    ),
    "doctor": Command(help="Java, Spark, MLflow and paths: what is found, what is wrong, what to do", act=_doctor),
}
_STAGES = ("capture", "contract", "noise", "pair", "diff", "evidence", "causes", "score", "decide", "publish", "mlflow")


def request_of(asked: argparse.Namespace, stage: Callable[[str], None]) -> Request:
    """What was asked for on the command line.

    Raises:
        UsageError: half a window, or settings that can't be used.
    """
    if (asked.start is None) != (asked.end is None):
        raise UsageError("--from and --to: found one of them, wanted both, or neither for the whole log")
    window = None
    if asked.start is not None:
        window = Window(start=parse_moment(asked.start), end=parse_moment(asked.end))
    return Request(plan=plan_of(_settings(asked)), out=out_of(asked), today=_today(), window=window, stage=stage)


def _settings(asked: argparse.Namespace) -> Settings:
    overrides = list(asked.overrides)
    for key, value in (
        ("captures.uri", getattr(asked, "captures", None)),
        ("spark.master", getattr(asked, "master", None)),
    ):
        if value is not None:
            overrides.append(f"{key}={json.dumps(value)}")
    return load(conf=Path(asked.conf) if asked.conf else None, env=asked.env, overrides=overrides)


def out_of(asked: argparse.Namespace) -> Path:
    """The folder that ``--out`` names.

    Raises:
        UsageError: it is no local or shared folder.
    """
    out = asked.out or "out"
    if "://" in out and not out.startswith("file://"):
        raise UsageError(f"--out: found {out}, wanted a folder of this machine or of a shared file system")
    return Path(out.removeprefix("file://")).absolute()


def _today() -> Any:  # noqa: ANN401
    return datetime.now(timezone.utc).date()


def _told(asked: argparse.Namespace, folder: Path, verdict: Mapping[str, Any], logged: Any) -> int:  # noqa: ANN401
    from rich.console import Console  # noqa: PLC0415

    from darklaunch.cli.verdict_view import print_summary  # noqa: PLC0415

    if asked.json:
        sys.stdout.write(json.dumps(verdict, indent=2) + "\n")
    elif not asked.quiet:
        hint = f"mlflow ui --backend-store-uri {logged.tracking_uri}"
        report = folder / "report.html"
        print_summary(verdict, console=Console(), report=report if report.exists() else folder, mlflow_hint=hint)
    return GATE[verdict["verdict"]] if asked.gate else 0


def _say(asked: argparse.Namespace, told: Mapping[str, Any]) -> None:
    if asked.json:
        sys.stdout.write(json.dumps(told, indent=2) + "\n")
    elif not asked.quiet:
        for name, value in told.items():
            sys.stdout.write(f"{name}: {value}\n")
