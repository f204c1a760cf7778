"""The declared rules of the settings as the rules that the comparison obeys."""

from collections.abc import Iterable

from darklaunch.config.rule import RuleSettings
from darklaunch.core.rules import Action, Ignore, Rule, RuleSet, Tolerance
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
        endpoint=settings.endpoint,
        owner=settings.owner,
        expires=settings.expires,
    )


def _action(settings: RuleSettings) -> Action:
    tolerance = settings.tolerance
    if tolerance is None:  # a rule has exactly one action, so it is the other
        return Ignore(presence=settings.presence)
    return Tolerance(absolute=tolerance.absolute or 0.0, relative=tolerance.relative or 0.0)
