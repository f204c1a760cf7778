"""What people have declared as expected, together."""

import hashlib
import itertools
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from darklaunch.diff.rule_index import MAXIMUM_NODES, PathIndex, PathNode
from darklaunch.diff.rules.actions import (
    ANYTHING,
    Action,
    Anything,
    Expected,
    Ignore,
    Key,
    Learned,
    Matches,
    NormalisedText,
    Tolerance,
    Unordered,
    Within,
)
from darklaunch.diff.rules.rule import Rule
from darklaunch.errors import ConfigError

__all__ = [
    "ANYTHING",
    "MAXIMUM_NODES",
    "Action",
    "Anything",
    "Expected",
    "Ignore",
    "Key",
    "Learned",
    "Matches",
    "NormalisedText",
    "PathIndex",
    "PathNode",
    "Rule",
    "RuleSet",
    "Tolerance",
    "Unordered",
    "Within",
]


class RuleSet:
    """Rules of which no two settle, and no two rate, the same path of the same endpoint.

    Raises:
        ConfigError: two rules can name the same path; says which, for all such pairs at once.
    """

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self.rules = tuple(rules)
        self._indexes: dict[str, PathIndex] = {}
        clashes = [
            f"rules: {one.name!r} and {other.name!r} can both settle the same path; narrow one of them"
            for one, other in itertools.combinations(self.rules, 2)
            if one.meets(other)
        ]
        if clashes:
            raise ConfigError(clashes)

    def __getstate__(self) -> tuple[Rule, ...]:
        return self.rules

    def __setstate__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules
        self._indexes = {}

    def at(self, endpoint: str) -> PathIndex:
        """The index of the rules that hold for an endpoint; made once for each."""
        found = self._indexes.get(endpoint)
        if found is None:
            holding = tuple(rule for rule in self.rules if rule.endpoint in {None, endpoint})
            found = self._indexes[endpoint] = PathIndex(holding)
        return found

    def refuse_expired(self, today: date) -> None:
        """Stops a run whose rules have outlived their day.

        Raises:
            ConfigError: names every expired rule.
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
        deeds = sorted(json.dumps(_deed(rule), default=repr) for rule in self.rules)
        return hashlib.sha256("\n".join(deeds).encode()).hexdigest()[:12]


def _deed(rule: Rule) -> list[Any]:
    action = [type(rule.action).__name__, asdict(rule.action)] if rule.action is not None else [None, None]
    return [rule.path, rule.endpoint, *action, rule.severity]
