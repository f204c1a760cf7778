"""The whole comparison of one window: pair, diff, and what leaves Spark, in a fixed number of Spark jobs."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from darklaunch.capture.selection import Selection
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.diff.spark import summary
from darklaunch.diff.spark.compare import diff_responses
from darklaunch.evidence.latency import LatencyThresholds
from darklaunch.evidence.spark.latency import count_latencies
from darklaunch.evidence.spark.panel import sample_panel
from darklaunch.evidence.spark.units import count_units
from darklaunch.pair.spark import pair_requests
from darklaunch.request import Stage
from darklaunch.spark.session import Session, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowCounts:
    """The counts that leave Spark of one window.

    Attributes:
        evidence: the rows of the evidence table, as a PyArrow table.
        panel: a sample of the units of each hour, as a PyArrow table.
        outcomes: the funnel's counts by outcome.
        statuses: compared requests by endpoint and status classes.
        top_differences: the most frequent differing paths by endpoint, with an example each.
        settled: requests by the rule that settled something in them.
    """

    evidence: pa.Table
    panel: pa.Table
    outcomes: list[dict[str, Any]]
    statuses: list[dict[str, Any]]
    top_differences: list[dict[str, Any]]
    settled: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePlan:
    """The rows, rules and thresholds that a window is compared with.

    Attributes:
        selection: which rows are validated in.
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
    ladder: Callable[[pa.Table], LatencyThresholds | None]
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)


def compare_window(
    spark: Session, captures: Table, plan: ComparePlan, folder: Path, stage: Callable[[Stage], None]
) -> WindowCounts:
    """Compares the rows of a window and writes ``pairs/`` and ``differences/``.

    ``pairs/`` holds each request's differences as well, so that it is written in the one pass over the bodies.

    Args:
        spark: the session.
        captures: what ``mark_rows`` returns.
        plan: how.
        folder: where the two tables go.
        stage: called with each stage as it begins.
    """
    stage(Stage.DIFF)
    pairs = diff_responses(pair_requests(captures, plan.selection, baseline=plan.baseline), plan.rules, plan.masking)
    # bodies are joined and parsed in this one job; all that follows reads the small table it leaves
    pairs.write.mode("overwrite").parquet(str(folder / "pairs"))
    compared = spark.read.parquet(str(folder / "pairs"))
    differences = summary.differences(compared)
    stage(Stage.EVIDENCE)
    # small jobs that would each leave processors idle
    with ThreadPoolExecutor(max_workers=4) as pool:
        written = pool.submit(differences.write.mode("overwrite").parquet, str(folder / "differences"))
        who = pool.submit(lambda: sample_panel(compared).toArrow())
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
        ladder = plan.ladder(count_latencies(compared).toArrow())
        counted = count_units(compared, ladder, plan.groups).toArrow()
        written.result()
        top, statuses, outcomes, settled = (future.result() for future in facts)
    return WindowCounts(
        evidence=counted,
        panel=who.result(),
        outcomes=outcomes,
        statuses=statuses,
        top_differences=top,
        settled={row["rule"]: row["requests"] for row in settled},
    )


def _rows(frame: Table) -> list[dict[str, Any]]:
    return [row.asDict(recursive=True) for row in frame.collect()]
