"""The judgement of a launch at one look: evidence, score and decide, of all that it has seen."""

from dataclasses import replace

from darklaunch.capture.endpoint import FLEET
from darklaunch.config.domain import Plan
from darklaunch.decide.collapsed import collapsed_sentences
from darklaunch.decide.launch import decide_launch
from darklaunch.decide.standing import Standing
from darklaunch.evidence import lost_store, panel_store, store
from darklaunch.evidence.latency import store as latency_store
from darklaunch.evidence.launch_evidence import LaunchEvidence
from darklaunch.evidence.panel import KEPT
from darklaunch.keeping import read_rest
from darklaunch.publish.files import read_window, write_report
from darklaunch.publish.report.build import build_report
from darklaunch.request import Request, Stage
from darklaunch.score.judged_dimensions import RECENT, judged_dimensions
from darklaunch.score.launch_score import score_launch
from darklaunch.score.rest_group import REST
from darklaunch.storage.launches import LaunchRecord, read_launch
from darklaunch.storage.run_folder import RunFolder
from darklaunch.storage.state import read_state


def judge(request: Request, folder: RunFolder) -> None:
    """Score and decide, of all that the launch has seen.

    Raises:
        UsageError: the rules are no longer those that the comparison used.
    """
    request.stage(Stage.SCORE)
    plan, seen = request.plan, read_window(folder.work, request.plan.rules.digest)
    until, record, state = seen.report.span.end, read_launch(folder.launch), read_state(folder.launch)
    promoting_since = None if plan.reuse_seen_hours else record.seen_until
    evidence = store.read_evidence(state, until, since=plan.evidence_from, promoting_since=promoting_since)
    coverage = replace(
        evidence.coverage,
        panel=panel_store.read_panel(state, until, KEPT),
        lost_files=lost_store.read_lost(state, until),
        collapsed=collapsed_sentences(seen.report.collapsed),
    )
    thresholds = latency_store.read_thresholds(state)
    since = until - RECENT if thresholds is None else max(until - RECENT, thresholds.begins)
    judged = judged_dimensions(
        latency_store.read_histograms(state, until),
        thresholds,
        recent=latency_store.read_histograms(state, until, since),
        until=until,
        rungs=plan.scoring.latency_ratios,
        level=1 - plan.scoring.alpha,
    )
    names = sorted({FLEET, *evidence.evidence})
    standing = replace(
        _standing(plan, record, evidence, independent=seen.report.independent),
        ids_of_another_case=seen.report.ids_of_another_case,
    )
    scores = score_launch(names, evidence, judged, plan.scoring.of(1 if standing.exploratory else record.number))
    request.stage(Stage.DECIDE)
    learning = seen.report.noise.learning if seen.report.noise else None
    rest = read_rest(state)
    policy = replace(plan.policy, groups={**plan.policy.groups, REST: rest.members} if rest else plan.policy.groups)
    decision = decide_launch(scores, policy, coverage, learning, standing)
    report = build_report(
        seen,
        judged.latencies(),
        decision,
        look=folder.look,
        level=1 - plan.scoring.alpha,
        exploratory=standing.exploratory,
    )
    write_report(folder.work, report)


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
