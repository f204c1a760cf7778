"""The rules of one endpoint, resolved path by path as traffic meets them."""

from typing import Final, TypeAlias

from darklaunch.diff.difference import SEVERITIES, Difference, Kind
from darklaunch.diff.privacy.masking import Masking, Seen
from darklaunch.diff.rules.actions import Action, Expected, Ignore, Key, Unordered
from darklaunch.diff.rules.comparators import Settles, settles
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.diff.values.json_path import Path, Pattern, Selector, Step

MAXIMUM_NODES: Final = 50_000
"""So many paths an endpoint's index remembers; objects keyed by ids would let it grow for ever."""


Ignored: TypeAlias = tuple[tuple[str, Kind, bool], Difference]
"""A settled difference after its place among those of a pair."""


class PathNode:
    """A path that was met, with the rules that hold there: worked out once, so that a visit only looks.

    Attributes:
        path: its steps.
        rule: the one rule that settles differences here.
        action: what that rule does.
        severity: what a rule says of differences here.
        ignores: the action is to ignore values.
        blind: presence and type are ignored as well.
        arranges: the action is about the order of an array.
        expected: the wanted change.
        settles: whether two differing scalars of one type are settled; None: they never are.
        children: the nodes one step below that were met.
    """

    __slots__ = (
        "_ignored", "_index", "_masking", "_open", "_seen", "action", "arranges", "blind", "children", "expected",
        "ignores", "path", "rule", "settles", "severity",
    )  # fmt: skip

    def __init__(self, path: Path, index: "PathIndex") -> None:
        self.path = path
        self.children: dict[Step, PathNode] = {}
        self.rule = index.settling(path)
        rating = index.rating(path)
        self.severity = rating.severity if rating is not None else None
        self.action: Action | None = self.rule.action if self.rule is not None else None
        self.ignores = isinstance(self.action, Ignore)
        self.blind = isinstance(self.action, Ignore) and not self.action.presence
        self.arranges = isinstance(self.action, Unordered | Key)
        self.expected = self.action if isinstance(self.action, Expected) else None
        self.settles = index.settles(self.rule)
        self._index = index
        self._open: bool | None = None
        self._masking: Masking | None = None
        self._seen: Seen | None = None
        self._ignored: dict[Kind, Ignored] = {}

    def seen(self, masking: Masking) -> Seen:
        """The path as people may see it."""
        if self._seen is None or self._masking is not masking:
            self._seen, self._masking, self._ignored = masking.at(self.path), masking, {}
        return self._seen

    def ignored(self, kind: Kind, masking: Masking) -> Ignored:
        """The difference that this path's ignore rule settles; it holds no value, so one serves all requests."""
        if self._masking is not masking:
            self.seen(masking)
        found = self._ignored.get(kind)
        if found is None:
            text, name = self.seen(masking).text, self.rule.name if self.rule is not None else None
            made = Difference(text, kind, None, None, name, self.severity or SEVERITIES[kind])
            found = self._ignored[kind] = ((text, kind, True), made)
        return found

    def child(self, step: Step) -> "PathNode":
        """The node one step below."""
        found = self.children.get(step)
        if found is None:
            found = PathNode((*self.path, step), self._index)
            if self._index.admit():
                self.children[step] = found
        return found

    @property
    def is_open(self) -> bool:
        """Says whether a rule may settle something here or below."""
        if self._open is None:
            self._open = self.action is not None or self._index.reaches_below(self.path)
        return self._open


class PathIndex:
    """The rules of one endpoint."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._settling = tuple(rule for rule in rules if rule.action is not None)
        self._rating = tuple(rule for rule in rules if rule.severity is not None)
        self._settles = {rule.name: settles(rule.action) for rule in self._settling}
        self._nodes = 0
        self.root = PathNode((), self)
        self.status = self.root.child("status")
        self.headers = self.root.child("headers")
        self.body = self.root.child("body")

    def settling(self, path: Path) -> Rule | None:
        """The one rule that settles differences at this path."""
        return next((rule for rule in self._settling if rule.pattern.matches(path)), None)

    def rating(self, path: Path) -> Rule | None:
        """The one rule that says how bad differences at this path are."""
        return next((rule for rule in self._rating if rule.pattern.matches(path)), None)

    def settles(self, rule: Rule | None) -> Settles | None:
        """The function of a rule that settles scalars; made once for each rule."""
        return self._settles[rule.name] if rule is not None else None

    def reaches_below(self, path: Path) -> bool:
        """Says whether a rule may settle something below a path."""
        steps = (Selector(name=step if isinstance(step, str) else None, descend=False) for step in path)
        below = Pattern(selectors=(*steps, Selector(name=None, descend=True)))
        return any(rule.pattern.overlaps(below) for rule in self._settling)

    def admit(self) -> bool:
        """Counts a node; False once the index holds as many as it may."""
        self._nodes += 1
        return self._nodes <= MAXIMUM_NODES


class RuleIndexes:
    """The rules of a set by endpoint: an index each, made when traffic first meets the endpoint.

    It is pickled without its indexes, so that Spark sends a worker the rules alone.
    """

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self._indexes: dict[str, PathIndex] = {}

    def __reduce__(self) -> tuple[type["RuleIndexes"], tuple[RuleSet]]:
        return RuleIndexes, (self._rules,)

    def at(self, endpoint: str) -> PathIndex:
        """The index of the rules that hold for an endpoint."""
        index = self._indexes.get(endpoint)
        if index is None:
            holding = tuple(rule for rule in self._rules.rules if rule.endpoint in {None, endpoint})
            index = self._indexes[endpoint] = PathIndex(holding)
        return index
