"""Comparison of a validated window, and of a launch's earlier hours, whose evidence it replaces under learned noise."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa

from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.errors import ContractError
from darklaunch.evidence import store
from darklaunch.request import Request, Stage, silent
from darklaunch.spark.session import Session
from darklaunch.stages import latency
from darklaunch.stages.validate import UnreadableFiles, ValidatedWindow, validate
from darklaunch.stages.window import ComparePlan, WindowCounts, compare_window
from darklaunch.triage.cause_report import CauseReport
from darklaunch.triage.spark.causes import find_causes
from darklaunch.window import stretches

LONGEST_HOURS = 6
"""Earlier hours are compared in stretches of up to this, or of the present window, whose length is bearable."""

Spark: TypeAlias = Callable[[], Session]


def compare_validated(
    request: Request, rules: RuleSet, validated: ValidatedWindow, spark: Spark, launch: Path | None = None
) -> WindowCounts:
    """Compares a window that kept its contract; leaves ``pairs/`` and ``differences/`` in its folder.

    Args:
        request: the run that was asked for.
        rules: the written ones and the learned.
        validated: the window.
        spark: opens the session.
        launch: the folder of the launch whose latency thresholds hold; None: the window's own.
    """
    request.stage(Stage.PAIR)
    plan, window = request.plan, validated.window
    ratios = plan.scoring.latency_ratios
    compare_plan = ComparePlan(
        selection=validated.selection,
        rules=rules,
        masking=plan.masking,
        baseline=validated.has_baseline,
        ladder=(
            partial(latency.keep, validated.folder.launch, window, ratios)
            if launch is None
            else lambda _histograms: latency.ladder(launch, window.end, ratios)
        ),
        groups=plan.scoring.groups,
    )
    rows = validated.files.read(spark(), validated.selection)
    return compare_window(spark(), rows, compare_plan, validated.folder.work, request.stage)


def find_window_causes(request: Request, validated: ValidatedWindow, spark: Spark) -> tuple[CauseReport, ...]:
    """Finds the causes of what ``compare_validated`` has left in the folder of the window."""
    session, folder = spark(), validated.folder.work
    return find_causes(
        session,
        validated.files.read(session, validated.selection),
        session.read.parquet(str(folder / "pairs")),
        session.read.parquet(str(folder / "differences")),
        selection=validated.selection,
        masking=request.plan.masking,
        alpha=request.plan.scoring.alpha,
    )


def recount_launch(
    request: Request,
    validated: ValidatedWindow,
    rules: RuleSet,
    spark: Spark,
    unreadable: UnreadableFiles,
    *,
    empty: pa.Table,
) -> int:
    """Replaces a launch's evidence outside a window, so that all of it was compared under the same rules.

    Args:
        request: the run that was asked for.
        validated: the window that is compared anyway.
        rules: the written ones and those just learned.
        spark: opens the session.
        unreadable: files to leave out.
        empty: an evidence table without rows.

    Returns:
        How many hours lost their evidence.
    """
    launch, scratch = validated.folder.launch, validated.folder.scratch
    longest = max(LONGEST_HOURS, validated.window.hours)
    earlier = [hour for hour in store.evidence_hours(launch) if not validated.window.contains(hour)]
    for span in stretches(earlier, longest=longest):
        earlier_request = replace(request, out=scratch, window=span, stage=silent)
        units = _recount(earlier_request, validated, rules, spark, unreadable)
        store.replace_units(launch, span, empty if units is None else units)
        shutil.rmtree(scratch, ignore_errors=True)
    return len(set(earlier) - set(store.evidence_hours(launch)))


def _recount(
    request: Request, validated: ValidatedWindow, rules: RuleSet, spark: Spark, unreadable: UnreadableFiles
) -> pa.Table | None:
    """The evidence of an earlier window; None where its captures can no longer be had, or are another launch's."""
    try:
        earlier = validate(request, spark, unreadable)
    except ContractError:
        return None
    if earlier.launch != validated.launch:
        return None
    return compare_validated(request, rules, earlier, spark, validated.folder.launch).evidence
