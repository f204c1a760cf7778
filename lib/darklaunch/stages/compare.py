"""pair, diff and evidence: from the rows of a window to what is known of it, on disk."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from darklaunch.contract.profile import quarantined
from darklaunch.contract.report import ContractReport
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.window_summary import by_endpoint, status_counts, top_differences
from darklaunch.evidence import panel_store, store
from darklaunch.pair.funnel import funnel, outcome_count
from darklaunch.pair.headers import PRESENCE_ONLY_HEADERS
from darklaunch.publish.report.json import facts_json, read_noise
from darklaunch.publish.report.window import ComparedWindow, LaunchReport, RuleReport, WindowReport
from darklaunch.request import Request, Stage
from darklaunch.spark.session import Session
from darklaunch.stages.again import causes_taken, compare_again, compare_taken, evidence_again
from darklaunch.stages.noise import Known, freeze, learn
from darklaunch.stages.validate import Apart, Taken, validate
from darklaunch.stages.window import WindowCounts
from darklaunch.storage.atomic import write_json
from darklaunch.storage.run_folder import FACTS, RunFolder


def compare(request: Request, spark: Callable[[], Session], apart: Apart = ()) -> RunFolder:
    """Compares a window and replaces the evidence of its hours.

    Returns:
        Where the run is made: it now holds ``pairs/``, ``differences/``, ``contract.json`` and ``facts.json``.
    """
    taken = validate(request, spark, apart)
    known = learn(request, taken, spark)
    compared = compare_taken(request, known.rules, taken, spark)
    if known.fresh is not None:
        again = partial(evidence_again, known=known, taken=taken, spark=spark, apart=apart)
        lost_hours = compare_again(request, taken, compared.evidence.slice(0, 0), again)
        known = replace(known, told={**known.told, "lost_hours": lost_hours})
    store.upsert(taken.place.launch, taken.window, compared.evidence)
    panel_store.upsert(taken.place.launch, taken.window, compared.panel)
    freeze(taken.place, known)
    request.stage(Stage.CAUSES)
    causes = causes_taken(request, taken, spark)
    window = _window(request, known, taken, compared)
    window = replace(window, report=replace(window.report, causes=causes))
    write_json(taken.place.work / FACTS, facts_json(window))
    return taken.place


def _window(request: Request, known: Known, taken: Taken, compared: WindowCounts) -> ComparedWindow:
    launch = taken.launch
    outcomes = [outcome_count(row) for row in compared.outcomes]
    return ComparedWindow(
        report=WindowReport(
            launch=LaunchReport(
                name=launch.name,
                key=launch.key,
                production_release=launch.production_release,
                shadow_release=launch.shadow_release,
                rules_digest=launch.rules_digest,
            ),
            span=taken.window,
            baseline=taken.baseline,
            noise=read_noise(known.told),
            funnel=funnel(outcomes, taken.profiles),
            quarantine=tuple(quarantined(taken.profiles)),
            conflicting_duplicates=sum(outcome.conflicting for outcome in outcomes),
            contract=ContractReport(
                success=True, expectations=tuple(taken.expectations), corrupt_files=tuple(taken.files.corrupt)
            ),
            rules=tuple(_rule(rule, compared.settled.get(rule.name, 0)) for rule in known.rules.rules),
            presence_only_headers=tuple(PRESENCE_ONLY_HEADERS),
            settings=dict(request.plan.settings),
        ),
        statuses=by_endpoint(status_counts(compared.statuses)),
        differences=by_endpoint(top_differences(compared.top_differences)),
    )


def _rule(rule: Rule, requests: int) -> RuleReport:
    return RuleReport(
        rule=rule.name,
        why=rule.why,
        endpoint=rule.endpoint,
        owner=rule.owner,
        expires=rule.expires.isoformat() if rule.expires else None,
        requests=requests,
    )
