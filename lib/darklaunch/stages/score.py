"""score and decide: from the evidence of all windows of a launch to the verdict of this look."""

from collections.abc import Mapping
from dataclasses import replace

from darklaunch.capture.endpoint import FLEET, group_name
from darklaunch.decide.decision import decide_endpoints, decide_fleet
from darklaunch.decide.policy import Decision, Verdict
from darklaunch.errors import UsageError
from darklaunch.evidence import latency_store, panel_store, store
from darklaunch.evidence.panel import KEPT
from darklaunch.publish.report.build import verdict
from darklaunch.publish.tables import write_scores
from darklaunch.request import Request
from darklaunch.score.judged_dimensions import judged_dimensions
from darklaunch.score.launch_score import score_launch
from darklaunch.storage.atomic import read_json, write_json
from darklaunch.storage.run_folder import FACTS, Place
from darklaunch.window import parse_moment


def judge_launch(request: Request, place: Place) -> None:
    """Scores and decides what has been compared; writes ``verdict.json`` and ``scores.parquet``.

    Raises:
        UsageError: the rules are no longer those that the comparison used.
    """
    request.stage("score")
    facts = read_json(place.work / FACTS)
    if facts["launch"]["rules_digest"] != request.plan.rules.digest:
        raise UsageError(
            "rules: found others than the comparison used; run `darklaunch compare` again, which restarts the evidence"
        )
    plan, until = request.plan.scoring, parse_moment(facts["window"]["to"])
    known = store.read(place.launch, until)
    coverage = replace(known.coverage, panel=panel_store.read(place.launch, until, KEPT))
    judged = judged_dimensions(
        latency_store.read(place.launch, until),
        latency_store.thresholds(place.launch, until),
        until=until,
        rungs=plan.latency_ratios,
        level=1 - plan.alpha,
    )
    facts["latencies"] = judged.latencies()
    names = sorted({FLEET, *known.evidence})
    scores = {score.endpoint: score for score in score_launch(names, known.evidence, known.bursts, judged, plan)}
    fleet = scores.pop(FLEET)
    request.stage("decide")
    policy = request.plan.policy
    decisions = decide_endpoints(list(scores.values()), policy, coverage)
    groups = [scores.pop(name) for name in map(group_name, plan.groups) if name in scores]
    overall = decide_fleet(fleet, list(scores.values()), decisions, policy, coverage)
    learning = facts["noise"]["learning"]
    told = verdict(
        facts=facts,
        look=place.look,
        fleet=(fleet, _held(overall, learning)),
        endpoints=[(one, _held(decisions[name], learning)) for name, one in scores.items()],
        groups=[(one, _held(decisions[one.endpoint], learning)) for one in groups],
        level=1 - plan.alpha,
    )
    write_json(place.work / "verdict.json", told)
    write_scores(place.work / "scores.parquet", told)


def _held(decision: Decision, learning: Mapping[str, int] | None) -> Decision:
    """Nothing is decided while noise is being learned: volatile values still count as mismatches."""
    if learning is None:
        return decision
    reason = f"Learning noise: {learning['hours_seen']} of {learning['hours_wanted']} hours seen."
    others = decision.reasons if decision.verdict is Verdict.HOLD else ()
    return Decision(verdict=Verdict.HOLD, reasons=(reason, *others))
