"""The whole flow on one screen: capture, contract, pair, diff, evidence, score, decide, publish."""

from collections.abc import Callable
from typing import Any

from darklaunch.noise.proposal import Proposal
from darklaunch.publish.mlflow.run import LoggedRun
from darklaunch.publish.report.run import RunReport
from darklaunch.request import Request
from darklaunch.spark.session import Session, open_session
from darklaunch.stages import publish as publishing
from darklaunch.stages.check import check
from darklaunch.stages.compare import compare
from darklaunch.stages.noise import suggest
from darklaunch.stages.score import judge_launch
from darklaunch.stages.validate import Taken, setting_apart, validate
from darklaunch.storage.run_folder import RunFolder, take_up


def run(request: Request) -> tuple[RunFolder, RunReport, LoggedRun]:
    """All stages for one window."""
    request.plan.rules.refuse_expired(request.today)
    spark = _opener(request)
    place = setting_apart(lambda apart: compare(request, spark, apart))
    judge_launch(request, place)
    return place, *publishing.publish(request, place)


def run_validate(request: Request) -> Taken:
    """Capture and contract alone."""
    request.plan.rules.refuse_expired(request.today)
    spark = _opener(request)
    return setting_apart(lambda apart: validate(request, spark, apart))


def run_compare(request: Request) -> RunFolder:
    """Capture to evidence."""
    request.plan.rules.refuse_expired(request.today)
    spark = _opener(request)
    return setting_apart(lambda apart: compare(request, spark, apart))


def run_score(request: Request) -> RunFolder:
    """Score and decide, of what ``run_compare`` left."""
    request.plan.rules.refuse_expired(request.today)
    place = _taken_up(request)
    judge_launch(request, place)
    return place


def run_publish(request: Request) -> tuple[RunFolder, RunReport, LoggedRun]:
    """publish, of what ``run_score`` left, or of a finished run again."""
    place = _taken_up(request)
    return place, *publishing.publish(request, place)


def run_suggest(request: Request) -> Proposal:
    """Rules that the baseline arm speaks for; nothing is kept."""
    request.plan.rules.refuse_expired(request.today)
    spark = _opener(request)
    return setting_apart(lambda apart: suggest(request, spark, apart))


def run_check(request: Request) -> dict[str, Any]:
    """Which planted faults the rules would hide, those that were learned included; nothing is kept."""
    request.plan.rules.refuse_expired(request.today)
    spark = _opener(request)
    return setting_apart(lambda apart: check(request, spark, apart))


def _opener(request: Request) -> Callable[[], Session]:
    """Spark is started when the log has been found, not before: a wrong path is told at once."""
    plan = request.plan
    return lambda: open_session(plan.master, plan.spark_conf)


def _taken_up(request: Request) -> RunFolder:
    return take_up(request.out, request.plan.name, request.window)
