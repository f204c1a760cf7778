"""The rules that accept a cause: one a path, each the narrowest that settles all that was seen there."""

from collections.abc import Sequence
from dataclasses import dataclass

from darklaunch.diff.privacy.secrets import MASKED
from darklaunch.diff.rules.action import Action
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.values.json_path import ANY_INDEX, JsonPath, render_path
from darklaunch.errors import UsageError
from darklaunch.noise.candidate import path_steps
from darklaunch.triage.acceptance.actions import actions
from darklaunch.triage.acceptance.seen import SeenDifference
from darklaunch.triage.acceptance.settling import Trial
from darklaunch.triage.cause import path_shape


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptingRule:
    """A rule that accepts what was seen at one path.

    Attributes:
        rule: of one endpoint, or of all.
        seen: what it was tried on and settles, the most requests first.
    """

    rule: Rule
    seen: tuple[SeenDifference, ...]

    @property
    def requests(self) -> int:
        """Differences that it settles, each counted once a request."""
        return sum(difference.requests for difference in self.seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedPath:
    """A path of a cause for which no rule is proposed, and why."""

    path: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """The rules that accept a cause, and the paths that they leave."""

    rules: tuple[AcceptingRule, ...]
    refused: tuple[RefusedPath, ...]


def propose_acceptance(
    seen: Sequence[SeenDifference], written: Sequence[Rule], *, why: str, everywhere: bool
) -> Acceptance:
    """Proposes rules for what was seen of a cause.

    Args:
        seen: all of it.
        written: the rules that the configuration has already; of two for one path neither would hold.
        why: the reason that each rule gives.
        everywhere: whether the cause shows at all endpoints, so that a rule need not name them.
    """
    accepted: list[AcceptingRule] = []
    refused: list[RefusedPath] = []
    all_endpoints = _endpoints(seen)
    for path, differences in _by_rule_path(seen).items():
        action = _narrowest(path, differences, why)
        if action is None:
            refused.append(RefusedPath(path=path, why="no rule settles what was seen there"))
            continue
        for endpoint, some in _groups(differences, everywhere=everywhere and _endpoints(differences) == all_endpoints):
            rule = Rule(path=path, action=action, why=why, endpoint=endpoint)
            clash = next((each for each in (*written, *(a.rule for a in accepted)) if each.meets(rule)), None)
            if clash is not None:
                at = f" at {endpoint}" if endpoint else ""
                refused.append(RefusedPath(path=path + at, why=f"the rule {clash.name!r} holds there; change that one"))
            else:
                accepted.append(AcceptingRule(rule=rule, seen=tuple(sorted(some, key=lambda d: -d.requests))))
    return Acceptance(rules=tuple(accepted), refused=tuple(refused))


def _endpoints(seen: Sequence[SeenDifference]) -> set[str]:
    return {difference.endpoint for difference in seen}


def _groups(seen: Sequence[SeenDifference], *, everywhere: bool) -> list[tuple[str | None, list[SeenDifference]]]:
    """The differences of one path by the endpoint that its rule names; None: none."""
    if everywhere:
        return [(None, list(seen))]
    return [(name, [each for each in seen if each.endpoint == name]) for name in sorted(_endpoints(seen))]


def _by_rule_path(seen: Sequence[SeenDifference]) -> dict[str, list[SeenDifference]]:
    """The differences by the path of a rule; paths that differ in data only share one."""
    shapes: dict[str, dict[str, list[SeenDifference]]] = {}
    for difference in seen:
        shapes.setdefault(path_shape(difference.path), {}).setdefault(difference.path, []).append(difference)
    by_path: dict[str, list[SeenDifference]] = {}
    for paths in shapes.values():
        pattern = _generalised([path_steps(path) for path in paths])
        text = render_path(pattern) if pattern else next(iter(paths))
        by_path.setdefault(text, []).extend(each for differences in paths.values() for each in differences)
    return dict(sorted(by_path.items()))


def _generalised(paths: Sequence[JsonPath]) -> JsonPath:
    """A path with a wildcard wherever some differ or hide a name; none where their lengths differ."""
    if len({len(path) for path in paths}) != 1:
        return ()
    return tuple(
        steps[0] if len(set(steps)) == 1 and steps[0] != MASKED else ANY_INDEX for steps in zip(*paths, strict=True)
    )


def _narrowest(path: str, seen: Sequence[SeenDifference], why: str) -> Action | None:
    for action in actions(_distinct(seen)):
        try:
            trial = Trial(Rule(path=path, action=action, why=why))
        except UsageError:
            continue
        if all(trial.settles(difference, path_steps(difference.path)) for difference in seen):
            return action
    return None


def _distinct(seen: Sequence[SeenDifference]) -> list[SeenDifference]:
    """Each kind and pair of values once."""
    by_values = {(str(each.kind), repr(each.production), repr(each.shadow)): each for each in seen}
    return list(by_values.values())
