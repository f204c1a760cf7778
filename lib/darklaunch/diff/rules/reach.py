"""Refusal of rules that can't hold at any path that they name, whatever the traffic."""

from darklaunch.diff.rules.action import Action
from darklaunch.diff.rules.actions import ANYTHING, Expected, NormalisedText, Within
from darklaunch.diff.rules.array_actions import Key, Unordered
from darklaunch.diff.values.json_path import ANY_INDEX, JsonPath, PathPattern, StepSelector
from darklaunch.errors import UsageError

_BODY = (
    PathPattern(selectors=(StepSelector(name="body", descend=False),)),
    PathPattern(selectors=(StepSelector(name="body", descend=False), StepSelector(name=None, descend=True))),
)


def check_reach(path: str, pattern: PathPattern, action: Action | None) -> None:
    """Refuses a rule whose action settles nothing at any path of its kind.

    A status is a number, a header a text or an array of texts; a body may be anything.

    Args:
        path: as written.
        pattern: the same, read.
        action: what it does there; None: it rates what differs there.

    Raises:
        UsageError: it can't hold; says why.
    """
    if isinstance(action, Expected) and action.production == action.shadow and action.production is not ANYTHING:
        raise UsageError(f"expected: found the same value from and to at {path!r}, wanted a change")
    if any(pattern.overlaps(body) for body in _BODY):
        return
    names = {selector.name for selector in pattern.selectors if selector.name is not None} or {"x"}
    status: JsonPath = ("status",)
    headers: list[JsonPath] = [("headers", name) for name in sorted(names | {"x"})]
    values: list[JsonPath] = [(*header, ANY_INDEX) for header in headers]
    at_status, at_header = pattern.matches(status), any(map(pattern.matches, headers))
    if pattern.matches(("headers",)):
        # said of a whole response it does no harm, beside a rule for each header; alone the run reports it as unused
        return
    if not (at_status or at_header or any(map(pattern.matches, values))):
        raise UsageError(f"path: found {path!r}, wanted one at which something is compared")
    match action:
        case Key():
            raise UsageError(f"key: found it at {path!r}, where elements are texts, wanted it below $.body")
        case Unordered() if not at_header:
            raise UsageError(f"unordered: found it at {path!r}, which is no array, wanted the path of one")
        case Within() | NormalisedText() if not at_header and at_status:
            raise UsageError(f"rule: found {action.words()!r} {path!r}, wanted no status, which is a number")
        case Expected(production=production, shadow=shadow) if at_status and not at_header:
            if any(isinstance(side, str | bool) for side in (production, shadow)):
                raise UsageError(f"expected: found a text or a boolean at {path!r}, wanted a number, as 200")
        case _:
            return
