"""The settings as domain values: the plan of a run, and the rules that the comparison obeys."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from darklaunch.capture.selection import Selection
from darklaunch.config.flat import flat
from darklaunch.config.settings.model import Settings
from darklaunch.config.settings.rules import RuleSettings
from darklaunch.contract.limits import ContractLimits
from darklaunch.decide.policy import Policy
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.diff.rules.severity import Severity
from darklaunch.errors import ConfigError, UsageError
from darklaunch.noise.proposal import NoisePlan
from darklaunch.publish.notify.plan import NotifyPlan
from darklaunch.score.dimension_score import Scoring
from darklaunch.score.launch_score import ScoringPlan
from darklaunch.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The settings of a run as the values that its stages take.

    Attributes:
        name: of the launch.
        evidence_from: the first hour that is scored; None: the launch's first.
        evidence_why: what happened before it.
        reuse_seen_hours: whether hours that were looked at under other rules count towards a promotion.
        production_release: the only production release that is read; None: any.
        shadow_release: the only shadow release that is read; None: any.
        captures_uri: where the capture log lies.
        templates: (template, name) of endpoints for rows that name none.
        minimum_sample_rate: a row sampled more rarely is quarantined.
        max_pair_gap: how far apart in time two rows of one request may lie.
        refuse_corrupt: whether an unreadable file stops the run.
        limits: how broken the capture log may be.
        rules: the written ones.
        masking: which values must not be seen.
        noise: how volatile paths are found.
        scoring: how much is tolerated, and how sure the verdict must be.
        policy: what promoting asks for beside it.
        formats: files of the report.
        tracking_uri: the MLflow that runs are logged to; None: a SQLite file under ``--out``.
        experiment: MLflow's, of the run.
        notify: whom to tell of what.
        master: the Spark master's URL.
        spark_conf: Spark's own settings.
        settings: every setting as dotted key and printable text, secrets masked.
    """

    name: str
    evidence_from: datetime | None
    evidence_why: str | None
    reuse_seen_hours: bool
    production_release: str | None
    shadow_release: str | None
    captures_uri: str
    templates: tuple[tuple[str, str], ...]
    minimum_sample_rate: float
    max_pair_gap: timedelta
    refuse_corrupt: bool
    limits: ContractLimits
    rules: RuleSet
    masking: Masking
    noise: NoisePlan
    scoring: ScoringPlan
    policy: Policy
    formats: frozenset[str]
    tracking_uri: str | None
    experiment: str
    notify: NotifyPlan
    master: str
    spark_conf: Mapping[str, str]
    settings: Mapping[str, str]

    def selection(self, window: Window) -> Selection:
        """The rows of the log that a run of a window takes in."""
        return Selection(
            window=window,
            max_pair_gap=self.max_pair_gap,
            production_release=self.production_release,
            shadow_release=self.shadow_release,
            templates=self.templates,
            minimum_sample_rate=self.minimum_sample_rate,
        )


def plan_of(settings: Settings) -> Plan:
    """Makes the values that the stages take.

    Args:
        settings: the whole configuration.

    Raises:
        ConfigError: rules that can't be read, contradict each other.
    """
    restart = settings.launch.evidence_from
    return Plan(
        name=settings.launch.name,
        evidence_from=restart.at if restart is not None else None,
        evidence_why=restart.why if restart is not None else None,
        reuse_seen_hours=settings.policy.reuse_seen_hours,
        production_release=settings.launch.production_release,
        shadow_release=settings.launch.shadow_release,
        captures_uri=settings.captures.uri,
        templates=tuple((endpoint.template, endpoint.name) for endpoint in settings.captures.endpoints),
        minimum_sample_rate=settings.contract.minimum_sample_rate,
        max_pair_gap=settings.captures.max_pair_gap,
        refuse_corrupt=settings.captures.on_corrupt_file == "fail",
        limits=contract_limits(settings),
        rules=rule_set(settings.rules),
        masking=settings.publish.masks,
        noise=_noise_plan(settings),
        scoring=_scoring_plan(settings),
        policy=_policy(settings),
        formats=frozenset(settings.publish.formats),
        tracking_uri=settings.publish.mlflow.tracking_uri,
        experiment=settings.publish.mlflow.experiment or settings.launch.name,
        notify=settings.publish.notify.plan,
        master=settings.spark.master,
        spark_conf=settings.spark.conf,
        settings=flat(settings),
    )


def _noise_plan(settings: Settings) -> NoisePlan:
    return NoisePlan(
        learn=settings.noise.learn,
        learning_hours=settings.noise.learning_hours,
        tolerated_excess=settings.scoring.tolerated_excess,
        tolerated_excess_of=_tolerated_excess_of(settings),
    )


def _scoring_plan(settings: Settings) -> ScoringPlan:
    scoring = Scoring(
        alpha=settings.scoring.alpha,
        minimum_completeness=settings.policy.minimum_completeness,
        tolerated_volatile=settings.noise.tolerated_excess,
        tolerated_stretch=settings.scoring.tolerated_stretch,
    )
    return ScoringPlan(
        scoring=scoring,
        tolerated_excess=settings.scoring.tolerated_excess,
        tolerated_excess_of=_tolerated_excess_of(settings),
        latency_ratios=settings.scoring.latency_ratios.by_rung,
        groups=settings.scoring.groups,
        rest_group=settings.scoring.rest_group,
    )


def _tolerated_excess_of(settings: Settings) -> dict[str, float]:
    return {endpoint: own.tolerated_excess for endpoint, own in settings.scoring.endpoints.items()}


def _policy(settings: Settings) -> Policy:
    policy = settings.policy
    return Policy(
        alpha=settings.scoring.alpha,
        minimum_days=policy.minimum_days,
        require_all_hours=policy.require_all_hours,
        maximum_noise=policy.maximum_noise,
        promoted_traffic_share=policy.promoted_traffic_share,
        critical_endpoints=policy.critical_endpoints,
        allow_lost_files=policy.allow_lost_files,
        groups=settings.scoring.groups,
    )


def rule_set(rules: Iterable[RuleSettings]) -> RuleSet:
    """Reads the path of every rule and puts the rules together.

    Args:
        rules: as the settings hold them; a finding counts them from 0.

    Raises:
        ConfigError: paths that can't be read, and rules that can settle the same path; every one of them.
    """
    accepted: list[Rule] = []
    findings: list[str] = []
    for number, settings in enumerate(rules):
        try:
            accepted.append(_rule(settings))
        except UsageError as error:  # noqa: PERF203 - every finding, not only the first
            findings.append(f"rules[{number}].{error}")
    try:
        together = RuleSet(accepted)
    except ConfigError as error:
        raise ConfigError([*findings, *error.findings]) from error
    if findings:
        raise ConfigError(findings)
    return together


def _rule(settings: RuleSettings) -> Rule:
    return Rule(
        path=settings.path,
        action=settings.action(),
        why=settings.why,
        severity=None if settings.severity is None else Severity(settings.severity),
        endpoint=settings.endpoint,
        owner=settings.owner,
        expires=settings.expires,
    )


def contract_limits(settings: Settings) -> ContractLimits:
    """The limits of the capture log."""
    contract = settings.contract
    return ContractLimits(
        maximum_quarantined_share=contract.maximum_quarantined_share,
        maximum_duplicate_share=contract.maximum_duplicate_share,
        maximum_error_share=contract.maximum_error_share,
        minimum_rows=contract.minimum_rows,
        maximum_null_unit_share=contract.maximum_null_unit_share,
        maximum_truncated_share=contract.maximum_truncated_share,
        maximum_other_request_share=contract.maximum_other_request_share,
    )
