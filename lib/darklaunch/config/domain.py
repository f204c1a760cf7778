"""The declared rules of the settings as the rules that the comparison obeys."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from darklaunch.config.settings.model import Settings
from darklaunch.config.settings.rules import RuleSettings, TextSettings, ToleranceSettings
from darklaunch.contract.limits import ContractLimits
from darklaunch.diff.rules.actions import (
    ANYTHING,
    Action,
    Expected,
    Ignore,
    Key,
    Matches,
    NormalisedText,
    Tolerance,
    Unordered,
    Within,
)
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.diff.rules.severity import Severity
from darklaunch.errors import ConfigError, UsageError


def rule_set(rules: Iterable[RuleSettings]) -> RuleSet:
    """Reads the path of every rule and puts the rules together.

    Args:
        rules: as the settings hold them; a finding counts them from 0.

    Raises:
        ConfigError: paths that can't be read, and rules that can settle the same path; every one of them.
    """
    taken: list[Rule] = []
    findings: list[str] = []
    for number, settings in enumerate(rules):
        try:
            taken.append(_rule(settings))
        except UsageError as error:  # noqa: PERF203 - every finding, not only the first
            findings.append(f"rules[{number}].{error}")
    try:
        together = RuleSet(taken)
    except ConfigError as error:
        raise ConfigError([*findings, *error.findings]) from error
    if findings:
        raise ConfigError(findings)
    return together


def _rule(settings: RuleSettings) -> Rule:
    return Rule(
        path=settings.path,
        action=_action(settings),
        why=settings.why,
        severity=None if settings.severity is None else Severity(settings.severity),
        endpoint=settings.endpoint,
        owner=settings.owner,
        expires=settings.expires,
    )


def _action(settings: RuleSettings) -> Action | None:  # noqa: PLR0911 - one line for each action
    """The one action that a rule has; None where it has a severity alone."""
    match settings:
        case RuleSettings(ignore=True):
            return Ignore(presence=settings.presence)
        case RuleSettings(tolerance=ToleranceSettings(absolute=absolute, relative=relative)):
            return Tolerance(absolute=absolute or 0.0, relative=relative or 0.0)
        case RuleSettings(within=timedelta() as reach):
            return Within(seconds=reach.total_seconds())
        case RuleSettings(unordered=True):
            return Unordered()
        case RuleSettings(key=str(member)):
            return Key(member=member)
        case RuleSettings(pattern=str(regex)):
            return Matches(regex=regex)
        case RuleSettings(text=TextSettings(case=case, whitespace=whitespace)):
            return NormalisedText(case=case is not None, whitespace=whitespace is not None)
        case RuleSettings(expected=Mapping() as sides):
            return Expected(production=sides.get("from", ANYTHING), shadow=sides.get("to", ANYTHING))
        case _:
            return None


def contract_limits(settings: Settings) -> ContractLimits:
    """The limits of the capture log, of ``contract`` and ``scoring``."""
    contract = settings.contract
    return ContractLimits(
        maximum_quarantined_share=contract.maximum_quarantined_share,
        maximum_duplicate_share=contract.maximum_duplicate_share,
        maximum_error_share=contract.maximum_error_share,
        minimum_rows=contract.minimum_rows,
        maximum_null_unit_share=contract.maximum_null_unit_share,
        maximum_truncated_share=contract.maximum_truncated_share,
        minimum_sample_rate=settings.scoring.minimum_sample_rate,
    )
