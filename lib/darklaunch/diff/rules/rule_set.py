"""Rules that hold together: no two of them for the same path, and a digest of what they do."""

import hashlib
import itertools
import json
from collections.abc import Iterable
from datetime import date

from darklaunch.diff.rules.actions import Learned
from darklaunch.diff.rules.rule import Rule
from darklaunch.errors import ConfigError


class RuleSet:
    """Rules of which no two settle, and no two rate, the same path of the same endpoint.

    Raises:
        ConfigError: two rules can name the same path; says which, for all such pairs at once.
    """

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self.rules = tuple(rules)
        clashes = [
            f"rules: {earlier.name!r} and {later.name!r} can both settle the same path; narrow one of them"
            for earlier, later in itertools.combinations(self.rules, 2)
            if earlier.meets(later)
        ]
        if clashes:
            raise ConfigError(clashes)

    @property
    def watches(self) -> bool:
        """Whether a rule was learned, so that the values it settles are watched."""
        return any(isinstance(rule.action, Learned) for rule in self.rules)

    def refuse_expired(self, today: date) -> None:
        """Raises if any rule has expired.

        Args:
            today: the day of the run.

        Raises:
            ConfigError: some rule has; names every one.
        """
        findings = [
            f"rules: {rule.name!r} expired on {rule.expires}; remove it, or give it a new day and a reason"
            for rule in self.rules
            if rule.expires is not None and rule.expires <= today
        ]
        if findings:
            raise ConfigError(findings)

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that change with what the rules do, not with who wrote them or why."""
        entries = sorted(json.dumps(_digest_entry(rule), default=repr) for rule in self.rules)
        return hashlib.sha256("\n".join(entries).encode()).hexdigest()[:12]


def _digest_entry(rule: Rule) -> list[object]:
    action = [rule.action.digest_name, rule.action.digest_fields()] if rule.action is not None else [None, None]
    return [rule.path, rule.endpoint, *action, rule.severity]
