"""score and decide: from the evidence of all windows of a launch to the verdict of this look."""

from dataclasses import replace

from darklaunch.capture.endpoint import FLEET, group_name
from darklaunch.decide.decision import decide_endpoints, decide_fleet
from darklaunch.errors import UsageError
from darklaunch.evidence import latency_store, panel_store, store
from darklaunch.evidence.panel import KEPT
from darklaunch.publish.report.build import build_report
from darklaunch.publish.report.json import read_facts, verdict_json
from darklaunch.publish.tables import write_scores
from darklaunch.request import Request, Stage
from darklaunch.score.judged_dimensions import judged_dimensions
from darklaunch.score.launch_score import score_launch
from darklaunch.storage.atomic import read_json, write_json
from darklaunch.storage.run_folder import FACTS, RunFolder


def judge_launch(request: Request, place: RunFolder) -> None:
    """Scores and decides what has been compared; writes ``verdict.json`` and ``scores.parquet``.

    Raises:
        UsageError: the rules are no longer those that the comparison used.
    """
    request.stage(Stage.SCORE)
    window = read_facts(read_json(place.work / FACTS))
    if window.report.launch.rules_digest != request.plan.rules.digest:
        raise UsageError(
            "rules: found others than the comparison used; run `darklaunch compare` again, which restarts the evidence"
        )
    plan, until = request.plan.scoring, window.report.span.end
    stored = store.read_evidence(place.launch, until)
    coverage = replace(stored.coverage, panel=panel_store.read_panel(place.launch, until, KEPT))
    judged = judged_dimensions(
        latency_store.read_histograms(place.launch, until),
        latency_store.frozen_thresholds(place.launch, until),
        until=until,
        rungs=plan.latency_ratios,
        level=1 - plan.alpha,
    )
    names = sorted({FLEET, *stored.evidence})
    scores = {score.endpoint: score for score in score_launch(names, stored.evidence, stored.bursts, judged, plan)}
    fleet = scores.pop(FLEET)
    request.stage(Stage.DECIDE)
    policy = request.plan.policy
    decisions = decide_endpoints(list(scores.values()), policy, coverage)
    groups = [scores.pop(name) for name in map(group_name, plan.groups) if name in scores]
    overall = decide_fleet(fleet, list(scores.values()), decisions, policy, coverage)
    learning = window.report.noise.learning if window.report.noise else None
    report = build_report(
        window,
        judged.latencies(),
        look=place.look,
        fleet=(fleet, overall.while_learning(learning)),
        endpoints=[(score, decisions[name].while_learning(learning)) for name, score in scores.items()],
        groups=[(score, decisions[score.endpoint].while_learning(learning)) for score in groups],
        level=1 - plan.alpha,
    )
    write_json(place.work / "verdict.json", verdict_json(report))
    write_scores(place.work / "scores.parquet", report)
