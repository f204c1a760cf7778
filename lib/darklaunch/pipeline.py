"""The whole flow on one screen: capture, contract, pair, diff, evidence, score, decide, publish.

Counting knows nothing of files: what a launch knows is read before it, and what was counted is stored after it.
"""

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.endpoint import FLEET
from darklaunch.capture.files import CaptureLog
from darklaunch.config.domain import Plan
from darklaunch.counting import (
    CountedWindow,
    Unreadable,
    capture,
    count,
    expected_launch,
    judge_contract,
    over_readable_files,
    recount_launch,
)
from darklaunch.decide.collapsed import collapsed_sentences
from darklaunch.decide.launch import decide_launch
from darklaunch.decide.standing import Standing
from darklaunch.engine.opening import pair_parts
from darklaunch.evidence import lost_store, panel_store, store
from darklaunch.evidence.latency import store as latency_store
from darklaunch.evidence.latency.recount import count_rungs, rung_names
from darklaunch.evidence.latency.thresholds import judged_thresholds
from darklaunch.evidence.launch_evidence import LaunchEvidence
from darklaunch.evidence.panel import KEPT
from darklaunch.noise.learning import keep_noise
from darklaunch.publish.files import read_report, read_window, render_report, write_report, write_window
from darklaunch.publish.mlflow.client import default_tracking_uri
from darklaunch.publish.mlflow.run import LoggedRun, log_run
from darklaunch.publish.report.build import build_report
from darklaunch.publish.report.build_window import build_window
from darklaunch.publish.report.run import RunReport
from darklaunch.request import Request, Stage
from darklaunch.runs.history import history
from darklaunch.runs.index import write_index
from darklaunch.score.judged_dimensions import RECENT, judged_dimensions
from darklaunch.score.launch_score import score_launch
from darklaunch.storage.launches import LaunchRecord, read_launch, record_launch
from darklaunch.storage.run_folder import RunFolder, take_up
from darklaunch.triage.finding import find_causes
from darklaunch.window import Window


def run(request: Request) -> tuple[RunFolder, RunReport, LoggedRun]:
    """All stages for one window."""
    folder = run_compare(request)
    judge(request, folder)
    return folder, *publish(request, folder)


def run_compare(request: Request) -> RunFolder:
    """Capture to evidence."""
    return over_readable_files(request, compare)


def run_score(request: Request) -> RunFolder:
    """Score and decide, of what ``run_compare`` left."""
    request.plan.rules.refuse_expired(request.today)
    folder = take_up(request.out, request.plan.name, request.window)
    judge(request, folder)
    return folder


def run_publish(request: Request) -> tuple[RunFolder, RunReport, LoggedRun]:
    """Publish, of what ``run_score`` left, or of a finished run again."""
    folder = take_up(request.out, request.plan.name, request.window)
    return folder, *publish(request, folder)


def compare(request: Request, log: CaptureLog, unreadable: Unreadable) -> RunFolder:
    """Capture to evidence: what the launch knows is read first, and what was counted is stored last."""
    plan, engine = request.plan, capture(request, log, unreadable)
    window, launch = engine.selection.window, expected_launch(request, engine)
    # the footers tell the releases, and the rows whether that is so
    while (seen := count(request, engine, launch)).launch != launch:
        seen.folder.discard()
        launch = seen.launch
    first = LaunchRecord(
        name=launch.name, production_release=launch.production_release, shadow_release=launch.shadow_release
    )
    record_launch(seen.folder.launch, first, plan.evidence_from)
    request.stage(Stage.EVIDENCE)
    contract = judge_contract(request, engine, seen.counted.profiles, seen.folder)
    lost_hours = recount_launch(request, log, unreadable, seen) if seen.noise.to_freeze is not None else 0
    latency_store.replace_histograms(seen.folder.launch, window, seen.counted.histograms)
    store.replace_units(seen.folder.launch, window, _patterns(request, seen, window))
    panel_store.replace_panel(seen.folder.launch, window, seen.counted.panel)
    lost_store.replace_lost(seen.folder.launch, window, seen.lost)
    # last: a run that broke off learns anew
    noise = keep_noise(seen.folder, window, seen.noise, lost_hours=lost_hours)
    request.stage(Stage.CAUSES)
    causes = find_causes(
        pair_parts(engine, seen.tasks, seen.folder.work / "pairs"),
        window=window,
        masking=plan.masking,
        alpha=plan.scoring.alpha,
    )
    report = build_window(
        launch,
        window,
        contract=contract,
        counted=seen.counted,
        rules=seen.noise.rules,
        noise=noise,
        causes=causes,
        settings=plan.settings,
    )
    write_window(seen.folder.work, report)
    return seen.folder


def judge(request: Request, folder: RunFolder) -> None:
    """Score and decide, of all that the launch has seen.

    Raises:
        UsageError: the rules are no longer those that the comparison used.
    """
    request.stage(Stage.SCORE)
    plan, seen = request.plan, read_window(folder.work, request.plan.rules.digest)
    until, record = seen.report.span.end, read_launch(folder.launch)
    promoting_since = None if plan.reuse_seen_hours else record.seen_until
    evidence = store.read_evidence(folder.launch, until, since=plan.evidence_from, promoting_since=promoting_since)
    coverage = replace(
        evidence.coverage,
        panel=panel_store.read_panel(folder.launch, until, KEPT),
        lost_files=lost_store.read_lost(folder.launch, until),
        collapsed=collapsed_sentences(seen.report.collapsed),
    )
    thresholds = latency_store.read_thresholds(folder.launch)
    since = until - RECENT if thresholds is None else max(until - RECENT, thresholds.begins)
    judged = judged_dimensions(
        latency_store.read_histograms(folder.launch, until),
        thresholds,
        recent=latency_store.read_histograms(folder.launch, until, since),
        until=until,
        rungs=plan.scoring.latency_ratios,
        level=1 - plan.scoring.alpha,
    )
    names = sorted({FLEET, *evidence.evidence})
    standing = _standing(plan, record, evidence, independent=seen.report.independent)
    scores = score_launch(names, evidence, judged, plan.scoring.of(1 if standing.exploratory else record.number))
    request.stage(Stage.DECIDE)
    learning = seen.report.noise.learning if seen.report.noise else None
    decision = decide_launch(scores, plan.policy, coverage, learning, standing)
    report = build_report(
        seen,
        judged.latencies(),
        decision,
        look=folder.look,
        level=1 - plan.scoring.alpha,
        exploratory=standing.exploratory,
    )
    write_report(folder.work, report)


def publish(request: Request, folder: RunFolder) -> tuple[RunReport, LoggedRun]:
    """The page and the tables, the run in its place, the MLflow run.

    Raises:
        OutsideError: MLflow failed; the run's folder is complete.
    """
    request.stage(Stage.PUBLISH)
    plan, report = request.plan, read_report(folder.work)
    earlier = history(folder.launch, report.span.end, endpoints=False)
    render_report(folder.work, report, earlier, plan.formats)
    folder.finish()
    write_index(folder.out)
    request.stage(Stage.MLFLOW)
    tracking_uri = plan.tracking_uri or default_tracking_uri(folder.out)
    return report, log_run(folder.run, report, tracking_uri=tracking_uri, experiment=plan.experiment)


def _standing(plan: Plan, record: LaunchRecord, evidence: LaunchEvidence, *, independent: bool) -> Standing:
    return Standing(
        number=record.number,
        hours=evidence.hours,
        promoting_hours=evidence.coverage.hours,
        seen_until=record.seen_until,
        reuses_seen_hours=plan.reuse_seen_hours,
        evidence_from=plan.evidence_from,
        evidence_why=plan.evidence_why,
        independent=independent,
    )


def _patterns(request: Request, seen: CountedWindow, window: Window) -> pa.Table:
    """The evidence of a window; where its own hours complete an endpoint's first day, its latencies are judged too."""
    plan, counted = request.plan, seen.counted.patterns
    learned = latency_store.frozen_thresholds(seen.folder.launch, window.end)
    thresholds = judged_thresholds(learned, plan.scoring.latency_ratios)
    already_judged = seen.thresholds.limits_ms.keys() if seen.thresholds is not None else set[str]()
    if learned is None or thresholds is None or learned.as_of(window.end).limits_ms.keys() <= already_judged:
        return counted
    rungs = count_rungs(seen.folder.work / "pairs", thresholds, plan.scoring.groups)
    others = counted.filter(pc.invert(pc.is_in(counted["dimension"], value_set=rung_names())))
    return pa.concat_tables([others, rungs.select(counted.column_names)])
