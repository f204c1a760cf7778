"""Pair, diff and evidence: a window compared, its evidence stored, and its report on disk."""

from collections.abc import Callable
from dataclasses import replace

from darklaunch.contract.profile import ContractReport, quarantined
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.window_summary import by_endpoint, status_counts, top_differences
from darklaunch.evidence import panel_store, store
from darklaunch.noise.store import freeze
from darklaunch.pair.funnel import funnel, outcome_count
from darklaunch.pair.headers import PRESENCE_ONLY_HEADERS
from darklaunch.publish.report.json import facts_json
from darklaunch.publish.report.window import ComparedWindow, LaunchReport, RuleReport, WindowReport
from darklaunch.request import Request, Stage
from darklaunch.spark.session import Session
from darklaunch.stages.noise import LaunchRules, learn
from darklaunch.stages.recount import compare_validated, find_window_causes, recount_launch
from darklaunch.stages.validate import UnreadableFiles, ValidatedWindow, validate
from darklaunch.stages.window import WindowCounts
from darklaunch.storage.atomic import write_json
from darklaunch.storage.run_folder import FACTS, RunFolder


def compare(request: Request, spark: Callable[[], Session], unreadable: UnreadableFiles = ()) -> RunFolder:
    """Compares a window and replaces the evidence of its hours.

    Returns:
        The folder of the run: it now holds ``pairs/``, ``differences/``, ``contract.json`` and ``facts.json``.
    """
    validated = validate(request, spark, unreadable)
    launch_rules = learn(request, validated, spark)
    counts = compare_validated(request, launch_rules.rules, validated, spark)
    to_freeze = launch_rules.to_freeze
    if to_freeze is not None:
        lost_hours = recount_launch(
            request, validated, launch_rules.rules, spark, unreadable, empty=counts.evidence.slice(0, 0)
        )
        to_freeze = replace(to_freeze, lost_hours=lost_hours)
        launch_rules = replace(launch_rules, noise=replace(launch_rules.noise, lost_hours=lost_hours))
    launch = validated.folder.launch
    store.replace_units(launch, validated.window, counts.evidence)
    panel_store.replace_panel(launch, validated.window, counts.panel)
    if to_freeze is not None:
        # last: a run that broke off learns anew
        freeze(validated.folder, to_freeze)
    request.stage(Stage.CAUSES)
    causes = find_window_causes(request, validated, spark)
    window = _window(request, launch_rules, validated, counts)
    window = replace(window, report=replace(window.report, causes=causes))
    write_json(validated.folder.work / FACTS, facts_json(window))
    return validated.folder


def _window(
    request: Request, launch_rules: LaunchRules, validated: ValidatedWindow, counts: WindowCounts
) -> ComparedWindow:
    launch = validated.launch
    outcomes = [outcome_count(row) for row in counts.outcomes]
    return ComparedWindow(
        report=WindowReport(
            launch=LaunchReport(
                name=launch.name,
                key=launch.key,
                production_release=launch.production_release,
                shadow_release=launch.shadow_release,
                rules_digest=launch.rules_digest,
            ),
            span=validated.window,
            baseline=validated.has_baseline,
            noise=launch_rules.noise,
            funnel=funnel(outcomes, validated.profiles),
            quarantine=tuple(quarantined(validated.profiles)),
            conflicting_duplicates=sum(outcome.conflicting for outcome in outcomes),
            contract=ContractReport(
                success=True, expectations=tuple(validated.expectations), corrupt_files=tuple(validated.files.corrupt)
            ),
            rules=tuple(_rule(rule, counts.settled.get(rule.name, 0)) for rule in launch_rules.rules.rules),
            presence_only_headers=tuple(PRESENCE_ONLY_HEADERS),
            settings=dict(request.plan.settings),
        ),
        statuses=by_endpoint(status_counts(counts.statuses)),
        differences=by_endpoint(top_differences(counts.top_differences)),
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
