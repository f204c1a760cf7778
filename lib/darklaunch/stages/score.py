"""score and decide: from the evidence of all windows of a launch to the verdict of this look."""

from collections.abc import Mapping
from dataclasses import replace

from darklaunch.capture.endpoint import group_name
from darklaunch.config.settings.model import Settings
from darklaunch.decide.decision import decide, decide_fleet
from darklaunch.decide.policy import Decision, Policy, Verdict
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.errors import UsageError
from darklaunch.evidence import panel_store, store
from darklaunch.evidence.burst import log_e_by_hours
from darklaunch.evidence.panel import KEPT
from darklaunch.publish.report.build import verdict
from darklaunch.publish.tables import write_scores
from darklaunch.request import Request, Stage
from darklaunch.score.dimension_score import Scoring
from darklaunch.score.endpoint_score import Score, score, worked_out
from darklaunch.stages import latency
from darklaunch.storage.atomic import read_json, write_json
from darklaunch.storage.run_folder import FACTS, RunFolder
from darklaunch.window import parse_moment

FLEET = "*"


def judge_launch(request: Request, rules: RuleSet, place: RunFolder) -> None:
    """Scores and decides what has been compared; writes ``verdict.json`` and ``scores.parquet``.

    Raises:
        UsageError: the rules are no longer those that the comparison used.
    """
    request.stage(Stage.SCORE)
    facts = read_json(place.work / FACTS)
    if facts["launch"]["rules_digest"] != rules.digest:
        raise UsageError(
            "rules: found others than the comparison used; run `darklaunch compare` again, which restarts the evidence"
        )
    settings, until = request.settings, parse_moment(facts["window"]["to"])
    known = store.read(place.launch, until)
    coverage = replace(known.coverage, panel=panel_store.read(place.launch, until, KEPT))
    judged = latency.Judged(place.launch, until, settings)
    facts["latencies"] = judged.told()
    found = worked_out([_score(name, known, settings, judged) for name in sorted({FLEET, *known.evidence})])
    scores = {one.endpoint: one for one in found}
    fleet = scores.pop(FLEET)
    request.stage(Stage.DECIDE)
    policy = _policy(settings)
    decisions = decide(list(scores.values()), policy, coverage)
    groups = [scores.pop(name) for name in map(group_name, settings.scoring.groups) if name in scores]
    overall = decide_fleet(fleet, list(scores.values()), decisions, policy, coverage)
    learning = facts["noise"]["learning"]
    told = verdict(
        facts=facts,
        look=place.look,
        fleet=(fleet, _held(overall, learning)),
        endpoints=[(one, _held(decisions[name], learning)) for name, one in scores.items()],
        groups=[(one, _held(decisions[one.endpoint], learning)) for one in groups],
        level=1 - settings.scoring.alpha,
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


def _score(endpoint: str, known: store.Known, settings: Settings, judged: latency.Judged) -> Score:
    scoring = Scoring(
        alpha=settings.scoring.alpha,
        minimum_sample_rate=settings.scoring.minimum_sample_rate,
        minimum_completeness=settings.policy.minimum_completeness,
    )
    tolerated = settings.scoring.tolerated_excess_at(endpoint)
    found = score(endpoint, known.evidence.get(endpoint, {}), tolerated, scoring, judged.at(endpoint))
    hours = known.bursts.get(endpoint)
    return found if hours is None else replace(found, log_e_burst=log_e_by_hours(hours, tolerated))


def _policy(settings: Settings) -> Policy:
    policy = settings.policy
    return Policy(
        alpha=settings.scoring.alpha,
        minimum_days=policy.minimum_days,
        require_all_hours=policy.require_all_hours,
        minimum_completeness=policy.minimum_completeness,
        maximum_noise=policy.maximum_noise,
        promoted_traffic_share=policy.promoted_traffic_share,
        critical_endpoints=policy.critical_endpoints,
        groups=settings.scoring.groups,
    )
