"""The whole comparison of one window: pair, diff, and what leaves Spark, in a fixed number of Spark jobs."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, Row, SparkSession

from darklaunch.capture.endpoint import FLEET
from darklaunch.capture.selection import Selection
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.diff.spark import summary
from darklaunch.diff.spark.compare import diff
from darklaunch.evidence.latency import Ladder
from darklaunch.evidence.spark.latency import histograms
from darklaunch.evidence.spark.panel import panel
from darklaunch.evidence.spark.units import evidence
from darklaunch.pair.outcome import COMPARED
from darklaunch.pair.spark import pair
from darklaunch.request import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What leaves Spark of one window.

    Attributes:
        evidence: the rows of the evidence table, as a PyArrow table.
        panel: a sample of the units of each hour, as a PyArrow table.
        outcomes: the funnel's counts by outcome.
        statuses: compared requests by endpoint and status classes.
        top_differences: the most frequent differing paths by endpoint, with an example each.
        settled: requests by the rule that settled something in them.
    """

    evidence: Any
    panel: Any
    outcomes: list[dict[str, Any]]
    statuses: list[dict[str, Any]]
    top_differences: list[dict[str, Any]]
    settled: dict[str, int]


def no_ladder(_histograms: Any) -> Ladder | None:  # noqa: ANN401 - a PyArrow table
    """Latencies are not judged."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparing:
    """How a window is compared.

    Attributes:
        selection: which rows are taken in.
        rules: what is declared as expected.
        masking: which values must not leave the diff stage.
        baseline: whether there is a baseline arm.
        ladder: takes the latency histograms of the window, as a PyArrow table, and gives the thresholds that hold.
        groups: endpoints by the name of their group.
    """

    selection: Selection
    rules: RuleSet
    masking: Masking
    baseline: bool
    ladder: Callable[[Any], Ladder | None] = no_ladder
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)


def compare_window(
    spark: SparkSession, captures: DataFrame, comparing: Comparing, folder: Path, stage: Callable[[Stage], None]
) -> Compared:
    """Compares the rows of a window and writes ``pairs/`` and ``differences/``.

    ``pairs/`` holds each request's differences as well, so that it is written in the one pass over the bodies.

    Args:
        spark: the session.
        captures: what ``read_captures`` returns.
        comparing: how.
        folder: where the two tables go.
        stage: called with each stage as it begins.
    """
    stage(Stage.DIFF)
    pairs = diff(pair(captures, comparing.selection, baseline=comparing.baseline), comparing.rules, comparing.masking)
    # bodies are joined and parsed in this one job; all that follows reads the small table it leaves
    pairs.write.mode("overwrite").parquet(str(folder / "pairs"))
    compared = spark.read.parquet(str(folder / "pairs"))
    found = summary.differences(compared)
    stage(Stage.EVIDENCE)
    # small jobs that would each leave processors idle
    with ThreadPoolExecutor(max_workers=4) as pool:
        written = pool.submit(found.write.mode("overwrite").parquet, str(folder / "differences"))
        who = pool.submit(lambda: panel(compared).toArrow())
        facts = [
            pool.submit(_rows, frame)
            for frame in (
                summary.top_differences(compared),
                summary.statuses(compared),
                summary.funnel(compared),
                summary.settled(compared),
            )
        ]
        # the longest way: which thresholds hold is known only once latencies have been counted
        ladder = comparing.ladder(histograms(compared, COMPARED, FLEET).toArrow())
        counted = evidence(compared, ladder, comparing.groups).toArrow()
        written.result()
        top, statuses, outcomes, settled = (future.result() for future in facts)
    return Compared(
        evidence=counted,
        panel=who.result(),
        outcomes=outcomes,
        statuses=statuses,
        top_differences=top,
        settled={row["rule"]: row["requests"] for row in settled},
    )


def _rows(frame: DataFrame) -> list[dict[str, Any]]:
    rows: list[Row] = frame.collect()
    return [row.asDict(recursive=True) for row in rows]
