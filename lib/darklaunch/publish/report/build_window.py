"""The report of a window, from what was counted of it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from darklaunch.contract.launch import Launch
from darklaunch.contract.profile import ContractReport, good_profile, quarantined
from darklaunch.diff.rules.remark import Remark, RemarkKind
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.diff.rules.unused import likely_reason
from darklaunch.diff.volatile import distinct_values
from darklaunch.diff.window_counts import WindowCounts
from darklaunch.diff.window_summary import LISTED, CollapsedPath, VolatileLevel, by_endpoint
from darklaunch.engine.counted import Counted
from darklaunch.noise.learned import NoiseReport
from darklaunch.pair.funnel import funnel
from darklaunch.pair.headers import PRESENCE_ONLY_HEADERS, TRANSPORT_HEADERS
from darklaunch.publish.report.window import ComparedWindow, LaunchReport, RuleReport, WindowReport
from darklaunch.triage.cause_report import CauseReport
from darklaunch.window import Window


def build_window(
    launch: Launch,
    span: Window,
    *,
    contract: ContractReport,
    counted: Counted,
    rules: RuleSet,
    noise: NoiseReport,
    causes: Sequence[CauseReport],
    settings: Mapping[str, str | None],
) -> ComparedWindow:
    """Assembles the report of a window."""
    profiles, counts = counted.profiles, counted.window
    production, shadow = (good_profile(profiles, arm) for arm in ("production", "shadow"))
    outcomes = list(counts.outcomes.values())
    return ComparedWindow(
        report=WindowReport(
            launch=LaunchReport(
                name=launch.name,
                key=launch.key,
                production_release=launch.production_release,
                shadow_release=launch.shadow_release,
                rules_digest=launch.rules_digest,
            ),
            span=span,
            baseline=good_profile(profiles, "baseline") is not None,
            noise=noise,
            independent=production is not None and production.null_units == production.rows,
            ids_of_another_case=shadow.ids_of_another_case if shadow is not None else 0,
            incomparable=tuple(counts.incomparable[reason] for reason in sorted(counts.incomparable)),
            collapsed=tuple(_collapsed(counts)),
            levels=tuple(_levels(counts)),
            funnel=funnel(outcomes, profiles),
            quarantine=tuple(quarantined(profiles)),
            conflicting_duplicates=sum(outcome.conflicting for outcome in outcomes),
            contract=contract,
            causes=tuple(causes),
            rules=tuple(_rule(rule, counts) for rule in rules.rules),
            presence_only_headers=PRESENCE_ONLY_HEADERS,
            left_out_headers=TRANSPORT_HEADERS,
            unframed=counts.remarks[Remark("", RemarkKind.UNFRAMED)],
            settings=settings,
        ),
        statuses=by_endpoint(counts.status_counts()),
        differences=by_endpoint(counts.top_differences()),
    )


def _collapsed(counts: WindowCounts) -> Iterator[CollapsedPath]:
    for (endpoint, path), variety in sorted(counts.variety.items()):
        if variety.collapsed:
            yield CollapsedPath(
                endpoint=endpoint,
                path=path,
                requests=variety.requests,
                production_values=distinct_values(variety.production),
                shadow_values=distinct_values(variety.shadow),
            )


def _levels(counts: WindowCounts) -> Iterator[VolatileLevel]:
    """Of each endpoint the paths at which the shadow's numbers lie most to one side."""
    listed = Counter[str]()
    sided = sorted(counts.variety.items(), key=lambda each: (-abs(each[1].level.above - each[1].level.below), each[0]))
    for (endpoint, path), variety in sided:
        difference = variety.level.median_difference
        if difference is None or listed[endpoint] == LISTED:
            continue
        listed[endpoint] += 1
        yield VolatileLevel(
            endpoint=endpoint,
            path=path,
            requests=variety.requests,
            above=variety.level.above,
            below=variety.level.below,
            median_difference=difference,
        )


def _rule(rule: Rule, counts: WindowCounts) -> RuleReport:
    requests = counts.settled[rule.name]
    unread = (RemarkKind.UNREADABLE, RemarkKind.NO_KEY)
    unused = None
    if not requests and rule.action is not None:
        open_paths = {key.path for key in counts.paths if not key.rule and rule.endpoint in {None, key.endpoint}}
        endpoints = {endpoint for endpoint, *_ in counts.statuses}
        unused = likely_reason(rule, counts.remarks, open_paths, endpoints)
    return RuleReport(
        rule=rule.name,
        why=rule.why,
        endpoint=rule.endpoint,
        owner=rule.owner,
        expires=rule.expires.isoformat() if rule.expires else None,
        requests=requests,
        unread=sum(counts.remarks[Remark(rule.name, kind)] for kind in unread),
        unused=unused,
    )
