"""The whole flow on one screen: capture, contract, pair, diff, evidence, score, decide, publish."""

from collections.abc import Callable
from typing import Any

from pyspark.sql import SparkSession

from darklaunch.config.domain import rule_set
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.noise.proposal import Proposal
from darklaunch.publish.mlflow.run import LoggedRun
from darklaunch.request import Request
from darklaunch.spark.session import open_session
from darklaunch.stages import publish as publishing
from darklaunch.stages.check import check
from darklaunch.stages.compare import compare
from darklaunch.stages.noise import suggest
from darklaunch.stages.score import judge_launch
from darklaunch.stages.validate import Taken, setting_apart, validate
from darklaunch.storage.run_folder import RunFolder, take_up


def run(request: Request) -> tuple[RunFolder, dict[str, Any], LoggedRun]:
    """All stages for one window."""
    rules, spark = _rules(request), _opener(request)
    place = setting_apart(lambda apart: compare(request, rules, spark, apart))
    judge_launch(request, rules, place)
    return place, *publishing.publish(request, place)


def run_validate(request: Request) -> Taken:
    """Capture and contract alone."""
    rules, spark = _rules(request), _opener(request)
    return setting_apart(lambda apart: validate(request, rules, spark, apart))


def run_compare(request: Request) -> RunFolder:
    """Capture to evidence."""
    rules, spark = _rules(request), _opener(request)
    return setting_apart(lambda apart: compare(request, rules, spark, apart))


def run_score(request: Request) -> RunFolder:
    """Score and decide, of what ``run_compare`` left."""
    place = _taken_up(request)
    judge_launch(request, _rules(request), place)
    return place


def run_publish(request: Request) -> tuple[RunFolder, dict[str, Any], LoggedRun]:
    """publish, of what ``run_score`` left, or of a finished run again."""
    place = _taken_up(request)
    return place, *publishing.publish(request, place)


def run_suggest(request: Request) -> Proposal:
    """Rules that the baseline arm speaks for; nothing is kept."""
    rules, spark = _rules(request), _opener(request)
    return setting_apart(lambda apart: suggest(request, rules, spark, apart))


def run_check(request: Request) -> dict[str, Any]:
    """Which planted faults the rules would hide, those that were learned included; nothing is kept."""
    rules, spark = _rules(request), _opener(request)
    return setting_apart(lambda apart: check(request, rules, spark, apart))


def _rules(request: Request) -> RuleSet:
    rules = rule_set(request.settings.rules)
    rules.refuse_expired(request.today)
    return rules


def _opener(request: Request) -> Callable[[], SparkSession]:
    """Spark is started when the log has been found, not before: a wrong path is told at once."""
    spark = request.settings.spark
    return lambda: open_session(spark.master, dict(spark.conf))


def _taken_up(request: Request) -> RunFolder:
    return take_up(request.out, request.settings.launch.name, request.window)
