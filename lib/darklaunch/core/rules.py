"""What people have declared as expected: a path, one action and a why."""

import hashlib
import itertools
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import TypeAlias

from typing_extensions import assert_never

from darklaunch.core.difference import Difference, Kind
from darklaunch.core.mask import is_secret
from darklaunch.core.path import Path, Pattern, Step, parse_pattern, render
from darklaunch.errors import ConfigError

MAXIMUM_NODES = 50_000
"""So many paths an endpoint's index remembers; objects keyed by ids would let it grow for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore:
    """The value at the path, with all below it, does not count; presence and type still do unless told."""

    presence: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """Numbers are equal when |p - s| <= max(absolute, relative * max(|p|, |s|)), as in ``math.isclose``."""

    absolute: float = 0.0
    relative: float = 0.0


Action: TypeAlias = Ignore | Tolerance


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One declared expectation.

    Attributes:
        path: the pattern as written.
        action: what is done where it matches.
        why: the reason, shown in the report.
        endpoint: the only endpoint it holds for; None: all of them.
        owner: who answers for it.
        expires: the first day on which it no longer holds.
        name: the rule in a few words; unique in a rule set, because two on one path are refused.

    Raises:
        UsageError: the path can't be read.
    """

    path: str
    action: Action
    why: str
    endpoint: str | None = None
    owner: str | None = None
    expires: date | None = None
    pattern: Pattern = field(init=False, repr=False)
    name: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pattern", parse_pattern(self.path))
        place = f" at {self.endpoint}" if self.endpoint else ""
        object.__setattr__(self, "name", f"{_words(self.action)} {self.path}{place}")

    def meets(self, other: "Rule") -> bool:
        """Says whether some path of some endpoint is named by both rules."""
        together = self.endpoint is None or other.endpoint is None or self.endpoint == other.endpoint
        return together and self.pattern.overlaps(other.pattern)


def _words(action: Action) -> str:
    match action:
        case Ignore(presence=True):
            return "ignore"
        case Ignore():
            return "ignore, presence too,"
        case Tolerance(absolute=absolute, relative=relative):
            return f"tolerate {absolute:g} or {relative:.3%} at"
        case _:
            assert_never(action)


class PathNode:
    """A path that was met, with the rule that settles it: an index, so that a path is matched only once."""

    __slots__ = ("_ignored", "_index", "children", "path", "rule", "secret", "text")

    def __init__(self, path: Path, index: "PathIndex") -> None:
        self.path = path
        self.text = render(path)
        self.secret = is_secret(path)
        self.rule = index.rule_for(path)
        self.children: dict[Step, PathNode] = {}
        self._index = index
        self._ignored: dict[Kind, Difference] = {}

    def ignored(self, kind: Kind) -> Difference:
        """The difference that this path's ignore rule settles; it holds no value, so one serves all requests."""
        found = self._ignored.get(kind)
        if found is None:
            found = self._ignored[kind] = Difference(self.text, kind, None, None, self.rule.name if self.rule else None)
        return found

    def child(self, step: Step) -> "PathNode":
        """The node one step below."""
        found = self.children.get(step)
        if found is None:
            found = PathNode((*self.path, step), self._index)
            if self._index.admit():
                self.children[step] = found
        return found


class PathIndex:
    """The rules of one endpoint, resolved path by path as traffic meets them."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._rules = rules
        self._nodes = 0
        self.root = PathNode((), self)
        self.status = self.root.child("status")
        self.headers = self.root.child("headers")
        self.body = self.root.child("body")

    def rule_for(self, path: Path) -> Rule | None:
        """The one rule that names this path."""
        return next((rule for rule in self._rules if rule.pattern.matches(path)), None)

    def admit(self) -> bool:
        """Counts a node; False once the index holds as many as it may."""
        self._nodes += 1
        return self._nodes <= MAXIMUM_NODES


class RuleSet:
    """Rules of which no two can name the same path of the same endpoint.

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
        deeds = sorted(
            json.dumps([rule.path, rule.endpoint, type(rule.action).__name__, asdict(rule.action)])
            for rule in self.rules
        )
        return hashlib.sha256("\n".join(deeds).encode()).hexdigest()[:12]
