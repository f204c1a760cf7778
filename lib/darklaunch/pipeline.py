"""The runs that commands ask for, as calls of stages.

Within a comparison, contract, noise, pair, diff and evidence follow each other in ``stages.compare``; ``stages.score``
scores and decides, ``stages.publish`` publishes.
"""

from collections.abc import Callable

from darklaunch.faults.detection import DetectionReport
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
from darklaunch.stages.validate import ValidatedWindow, validate, without_unreadable_files
from darklaunch.storage.run_folder import RunFolder, take_up


def run(request: Request) -> tuple[RunFolder, RunReport, LoggedRun]:
    """All stages for one window."""
    request.plan.rules.refuse_expired(request.today)
    spark = _opener(request)
    place = without_unreadable_files(lambda unreadable: compare(request, spark, unreadable))
    judge_launch(request, place)
    return place, *publishing.publish(request, place)


def run_validate(request: Request) -> ValidatedWindow:
    """Capture and contract alone."""
    request.plan.rules.refuse_expired(request.today)
    spark = _opener(request)
    return without_unreadable_files(lambda unreadable: validate(request, spark, unreadable))


def run_compare(request: Request) -> RunFolder:
    """Capture to evidence."""
    request.plan.rules.refuse_expired(request.today)
    spark = _opener(request)
    return without_unreadable_files(lambda unreadable: compare(request, spark, unreadable))


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
    return without_unreadable_files(lambda unreadable: suggest(request, spark, unreadable))


def run_check(request: Request) -> DetectionReport:
    """The planted faults that the rules would hide, learned rules included; nothing is kept."""
    request.plan.rules.refuse_expired(request.today)
    spark = _opener(request)
    return without_unreadable_files(lambda unreadable: check(request, spark, unreadable))


def _opener(request: Request) -> Callable[[], Session]:
    """Spark is started when the log has been found, not before: a wrong path is told at once."""
    plan = request.plan
    return lambda: open_session(plan.master, plan.spark_conf)


def _taken_up(request: Request) -> RunFolder:
    return take_up(request.out, request.plan.name, request.window)
