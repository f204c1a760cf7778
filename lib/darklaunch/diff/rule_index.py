"""The rules of one endpoint, resolved path by path as traffic meets them."""

from typing import Final, TypeAlias

from darklaunch.diff.difference import SEVERITIES, Difference, Kind
from darklaunch.diff.privacy.masking import MaskedPath, Masking
from darklaunch.diff.rules.action import Action
from darklaunch.diff.rules.actions import Learned
from darklaunch.diff.rules.comparators import Comparator
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.diff.values.json_path import JsonPath, PathPattern, PathStep, StepSelector

MAXIMUM_NODES: Final = 50_000
"""Paths that an endpoint's index remembers; objects keyed by ids would let it grow for ever. Chosen by hand."""


KeyedDifference: TypeAlias = tuple[tuple[str, Kind, bool], Difference]
"""A settled difference after its key among those of a pair."""


class PathNode:
    """A path that traffic has met, with the rules that hold there: resolved once, so that a visit only looks.

    Attributes:
        path: its steps.
        rule: the one rule that settles differences here.
        action: that rule's.
        severity: a rule's for differences here; None: their kind's.
        ignores: differing values do not count.
        ignores_presence: nor do presence and type.
        learned: the action is what the baseline taught, and values that it settles are watched.
        arranging: the rule's name and action, where that says which elements of an array belong together; else None.
        scalar_comparator: whether two differing scalars of one type are settled; None: they never are.
        any_comparator: whether two values of other types, or one that is absent, are settled; None: they never are.
        children: the nodes one step below that were met.
    """

    __slots__ = (
        "_ignored", "_index", "_masking", "_open", "_seen", "action", "any_comparator", "arranging", "children",
        "ignores", "ignores_presence", "learned", "path", "rule", "scalar_comparator", "severity",
    )  # fmt: skip

    def __init__(self, path: JsonPath, index: "PathIndex") -> None:
        self.path = path
        self.children: dict[PathStep, PathNode] = {}
        self.rule = index.settling(path)
        rating = index.rating(path)
        self.severity = rating.severity if rating is not None else None
        action = self.rule.action if self.rule is not None else None
        self.action: Action | None = action
        self.ignores = action is not None and action.ignores_values
        self.ignores_presence = action is not None and action.ignores_presence
        self.learned = isinstance(action, Learned)
        self.arranging = (self.rule.name, action) if self.rule and action and action.arranges else None
        self.scalar_comparator, self.any_comparator = index.comparators(self.rule)
        self._index = index
        self._open: bool | None = None
        self._masking: Masking | None = None
        self._seen: MaskedPath | None = None
        self._ignored: dict[Kind, KeyedDifference] = {}

    def seen(self, masking: Masking) -> MaskedPath:
        """The path as people may see it."""
        if self._seen is None or self._masking is not masking:
            self._seen, self._masking, self._ignored = masking.mask_path(self.path), masking, {}
        return self._seen

    def ignored(self, kind: Kind, masking: Masking) -> KeyedDifference:
        """The difference that this path's ignore rule settles; it holds no value, so one serves all requests."""
        if self._masking is not masking:
            self.seen(masking)
        ignored = self._ignored.get(kind)
        if ignored is None:
            text, name = self.seen(masking).text, self.rule.name if self.rule is not None else None
            difference = Difference(text, kind, None, None, name, self.severity or SEVERITIES[kind])
            ignored = self._ignored[kind] = ((text, kind, True), difference)
        return ignored

    def child(self, step: PathStep) -> "PathNode":
        """The node one step below."""
        node = self.children.get(step)
        if node is None:
            node = PathNode((*self.path, step), self._index)
            if self._index.admit():
                self.children[step] = node
        return node

    @property
    def is_open(self) -> bool:
        """Whether a rule may settle something here or below."""
        if self._open is None:
            self._open = self.action is not None or self._index.reaches_below(self.path)
        return self._open


class PathIndex:
    """The rules of one endpoint.

    Attributes:
        watches: whether a rule was learned, so that the values it settles are watched.
    """

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._settling = tuple(rule for rule in rules if rule.action is not None)
        self.watches = any(isinstance(rule.action, Learned) for rule in self._settling)
        self._rating = tuple(rule for rule in rules if rule.severity is not None)
        self._comparators = {
            rule.name: (rule.action.scalar_comparator(), rule.action.any_comparator())
            for rule in rules
            if rule.action is not None
        }
        self._nodes = 0
        self.root = PathNode((), self)
        self.status = self.root.child("status")
        self.headers = self.root.child("headers")
        self.body = self.root.child("body")

    def settling(self, path: JsonPath) -> Rule | None:
        """The one rule that settles differences at this path."""
        return next((rule for rule in self._settling if rule.pattern.matches(path)), None)

    def rating(self, path: JsonPath) -> Rule | None:
        """The one rule that gives differences at this path their severity."""
        return next((rule for rule in self._rating if rule.pattern.matches(path)), None)

    def comparators(self, rule: Rule | None) -> tuple[Comparator | None, Comparator | None]:
        """The functions of a rule that compare scalars of one type, and any two values; made once for each rule."""
        return self._comparators[rule.name] if rule is not None else (None, None)

    def reaches_below(self, path: JsonPath) -> bool:
        """Whether a rule may settle something below a path."""
        steps = (StepSelector(name=step if isinstance(step, str) else None, descend=False) for step in path)
        below = PathPattern(selectors=(*steps, StepSelector(name=None, descend=True)))
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
