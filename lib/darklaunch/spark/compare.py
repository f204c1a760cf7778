"""The whole comparison of one window: pair, diff, and what leaves Spark, in a fixed number of Spark jobs."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, Row, SparkSession

from darklaunch.core.mask import Masking
from darklaunch.core.rules import RuleSet
from darklaunch.spark import summary
from darklaunch.spark.captures import Selection
from darklaunch.spark.diff import diff
from darklaunch.spark.evidence import evidence
from darklaunch.spark.pair import pair


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What leaves Spark of one window.

    Attributes:
        evidence: the rows of the evidence table, as a PyArrow table.
        outcomes: the funnel's counts by outcome.
        statuses: compared requests by endpoint and status classes.
        latencies: quantiles in milliseconds by endpoint.
        top_differences: the most frequent differing paths by endpoint, with an example each.
        settled: requests by the rule that settled something in them.
    """

    evidence: Any
    outcomes: list[dict[str, Any]]
    statuses: list[dict[str, Any]]
    latencies: list[dict[str, Any]]
    top_differences: list[dict[str, Any]]
    settled: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparing:
    """How a window is compared.

    Attributes:
        selection: which rows are taken in.
        rules: what is declared as expected.
        masking: which values must not leave the diff stage.
        baseline: whether there is a baseline arm.
    """

    selection: Selection
    rules: RuleSet
    masking: Masking
    baseline: bool


def compare_window(
    spark: SparkSession, captures: DataFrame, comparing: Comparing, folder: Path, stage: Callable[[str], None]
) -> Compared:
    """Compares the rows of a window and writes ``pairs/`` and ``differences/``.

    Args:
        spark: the session.
        captures: what ``read_captures`` returns.
        comparing: how.
        folder: where the two tables go.
        stage: called with the name of each stage as it begins.
    """
    stage("diff")
    pairs = diff(pair(captures, comparing.selection, baseline=comparing.baseline), comparing.rules, comparing.masking)
    # bodies are joined and parsed in this one job; all that follows reads the small table it leaves
    staged = str(folder / "compared")
    pairs.write.mode("overwrite").parquet(staged)
    compared = spark.read.parquet(staged)
    found = summary.differences(compared)
    found.write.mode("overwrite").parquet(str(folder / "differences"))
    compared.drop("differences").write.mode("overwrite").parquet(str(folder / "pairs"))
    found = spark.read.schema(found.schema).parquet(str(folder / "differences"))
    slim = spark.read.schema(compared.drop("differences").schema).parquet(str(folder / "pairs"))
    stage("evidence")
    return Compared(
        evidence=evidence(slim).toArrow(),
        outcomes=_rows(summary.funnel(slim)),
        statuses=_rows(summary.statuses(slim)),
        latencies=_rows(summary.latencies(slim)),
        top_differences=_rows(summary.top_differences(found)),
        settled={row["rule"]: row["requests"] for row in summary.settled(compared).collect()},
    )


def _rows(frame: DataFrame) -> list[dict[str, Any]]:
    rows: list[Row] = frame.collect()
    return [row.asDict(recursive=True) for row in rows]
