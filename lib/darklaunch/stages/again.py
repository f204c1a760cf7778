"""again: the comparison of a window, and of the earlier hours of a launch once its noise has been learned."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.errors import ContractError
from darklaunch.evidence import store
from darklaunch.request import Request, Stage, silent
from darklaunch.spark.session import Session
from darklaunch.stages import latency
from darklaunch.stages.noise import Known
from darklaunch.stages.validate import Apart, Taken, validate
from darklaunch.stages.window import ComparePlan, WindowCounts, compare_window
from darklaunch.triage.cause_report import CauseReport
from darklaunch.triage.spark.causes import find_causes
from darklaunch.window import stretches

LONGEST_HOURS = 6
"""Earlier windows are joined up to this, or to the length of the present one, which is known to be bearable."""

Spark = Callable[[], Session]


def compare_taken(
    request: Request, rules: RuleSet, taken: Taken, spark: Spark, launch: Path | None = None
) -> WindowCounts:
    """Compares a window that kept its contract; leaves ``pairs/`` and ``differences/`` in its place.

    Args:
        request: what was asked for.
        rules: the written ones and the learned.
        taken: the window.
        spark: opens the session.
        launch: the folder of the launch whose latency thresholds hold; None: that of the window's place.
    """
    request.stage(Stage.PAIR)
    plan, here = request.plan, taken.place.launch
    ratios = plan.scoring.latency_ratios
    comparing = ComparePlan(
        selection=taken.selection,
        rules=rules,
        masking=plan.masking,
        baseline=taken.baseline,
        ladder=(
            partial(latency.keep, here, taken.window, ratios)
            if launch is None
            else lambda _histograms: latency.ladder(launch, taken.window.end, ratios)
        ),
        groups=plan.scoring.groups,
    )
    captures = taken.files.read(spark(), taken.selection)
    return compare_window(spark(), captures, comparing, taken.place.work, request.stage)


def causes_taken(request: Request, taken: Taken, spark: Spark) -> tuple[CauseReport, ...]:
    """Finds the causes of what ``compare_taken`` has left in the place of the window."""
    session, folder = spark(), taken.place.work
    return find_causes(
        session,
        taken.files.read(session, taken.selection),
        session.read.parquet(str(folder / "pairs")),
        session.read.parquet(str(folder / "differences")),
        selection=taken.selection,
        masking=request.plan.masking,
        alpha=request.plan.scoring.alpha,
    )


def evidence_again(request: Request, known: Known, taken: Taken, spark: Spark, apart: Apart) -> Any:  # noqa: ANN401
    """The evidence of a window under learned rules; None where its captures can no longer be had.

    Args:
        request: with the window, and an ``out`` of its own.
        known: the rules, written and learned.
        taken: the window of the launch that the evidence has to belong to.
        spark: opens the session.
        apart: files that Spark has failed to read, as it names them.
    """
    try:
        earlier = validate(request, spark, apart)
    except ContractError:
        return None
    if earlier.launch != taken.launch:
        return None
    return compare_taken(request, known.rules, earlier, spark, taken.place.launch).evidence


def compare_again(request: Request, taken: Taken, empty: Any, again: Callable[[Request], Any]) -> int:  # noqa: ANN401
    """Replaces the evidence of a launch outside a window, so that all of it was compared under the same rules.

    Args:
        request: what was asked for.
        taken: the window that is compared anyway.
        empty: an evidence table without rows.
        again: gives the evidence of a window, or None; called with one stretch of earlier hours after another.

    Returns:
        How many hours lost their evidence.
    """
    launch, scratch = taken.place.launch, taken.place.again
    longest = max(LONGEST_HOURS, taken.window.hours)
    earlier = [hour for hour in store.hours(launch) if not taken.window.contains(hour)]
    for span in stretches(earlier, longest=longest):
        table = again(replace(request, out=scratch, window=span, stage=silent))
        store.upsert(launch, span, empty if table is None else table)
        shutil.rmtree(scratch, ignore_errors=True)
    return len(set(earlier) - set(store.hours(launch)))
