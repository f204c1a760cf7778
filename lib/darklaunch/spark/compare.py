"""The whole comparison of one window: pair, diff, and what leaves Spark, in a fixed number of Spark jobs."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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

    ``pairs/`` holds each request's differences as well, so that it is written in the one pass over the bodies.

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
    pairs.write.mode("overwrite").parquet(str(folder / "pairs"))
    compared = spark.read.parquet(str(folder / "pairs"))
    found = summary.differences(compared)
    stage("evidence")
    # small jobs that would each leave processors idle
    with ThreadPoolExecutor(max_workers=4) as pool:
        counted = pool.submit(lambda: evidence(compared).toArrow())
        written = pool.submit(found.write.mode("overwrite").parquet, str(folder / "differences"))
        facts = [
            pool.submit(_rows, frame)
            for frame in (
                summary.top_differences(found),
                summary.latencies(compared),
                summary.statuses(compared),
                summary.funnel(compared),
                summary.settled(compared),
            )
        ]
        written.result()
        top, latencies, statuses, outcomes, settled = (future.result() for future in facts)
    return Compared(
        evidence=counted.result(),
        outcomes=outcomes,
        statuses=statuses,
        latencies=latencies,
        top_differences=top,
        settled={row["rule"]: row["requests"] for row in settled},
    )


def _rows(frame: DataFrame) -> list[dict[str, Any]]:
    rows: list[Row] = frame.collect()
    return [row.asDict(recursive=True) for row in rows]
