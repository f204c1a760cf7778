"""The whole comparison of one window: pair, diff, and what leaves Spark, in a fixed number of Spark jobs."""

import shutil
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
    staged, tables = folder / ".compared", (folder / "pairs", folder / "differences")
    pairs.write.mode("overwrite").parquet(str(staged))
    compared = spark.read.parquet(str(staged))
    slim, found = compared.drop("differences"), summary.differences(compared)
    stage("evidence")
    # small jobs that would each leave processors idle
    with ThreadPoolExecutor(max_workers=4) as pool:
        written = [
            pool.submit(table.write.mode("overwrite").parquet, str(path))
            for table, path in zip((slim, found), tables, strict=True)
        ]
        counted = pool.submit(lambda: evidence(slim).toArrow())
        facts = [
            pool.submit(_rows, frame)
            for frame in (
                summary.funnel(slim),
                summary.statuses(slim),
                summary.latencies(slim),
                summary.top_differences(found),
                summary.settled(compared),
            )
        ]
        for future in written:
            future.result()
        outcomes, statuses, latencies, top, settled = (future.result() for future in facts)
    shutil.rmtree(staged)
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
