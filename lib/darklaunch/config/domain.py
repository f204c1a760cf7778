"""The declared rules of the settings as the rules that the comparison obeys."""

from collections.abc import Iterable

from darklaunch.config.settings.rules import RuleSettings
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
    read: list[Rule] = []
    findings: list[str] = []
    for number, settings in enumerate(rules):
        try:
            read.append(_rule(settings))
        except UsageError as error:  # noqa: PERF203 - every finding, not only the first
            findings.append(f"rules[{number}].{error}")
    try:
        whole = RuleSet(read)
    except ConfigError as error:
        raise ConfigError([*findings, *error.findings]) from error
    if findings:
        raise ConfigError(findings)
    return whole


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
