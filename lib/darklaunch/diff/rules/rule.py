"""One declared expectation: a path, what it does there, and why."""

from dataclasses import dataclass, field
from datetime import date

from darklaunch.diff.rules.action import Action
from darklaunch.diff.rules.reach import check_reach
from darklaunch.diff.rules.severity import Severity
from darklaunch.diff.values.json_path import PathPattern, parse_pattern
from darklaunch.errors import UsageError
from darklaunch.text.escape import encodable


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One declared expectation.

    Attributes:
        path: the pattern as written.
        action: what settles differences where it matches; None: nothing does, the rule is about severity.
        why: the reason, shown in the report.
        severity: how bad a difference there is; None: as bad as its kind.
        endpoint: the only endpoint it holds for; None: all of them.
        owner: who answers for it.
        expires: the first day on which it no longer holds.
        name: the rule in a few words; unique in a rule set, because two on one path are refused.

    Raises:
        UsageError: the path can't be read, there is neither action nor severity, or it can't hold at any path.
    """

    path: str
    action: Action | None = None
    why: str
    severity: Severity | None = None
    endpoint: str | None = None
    owner: str | None = None
    expires: date | None = None
    pattern: PathPattern = field(init=False, repr=False)
    name: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pattern", parse_pattern(self.path))
        check_reach(self.path, self.pattern, self.action)
        endpoint = f" at {self.endpoint}" if self.endpoint else ""
        object.__setattr__(self, "name", encodable(f"{self._words()} {self.path}{endpoint}"))

    def _words(self) -> str:
        if self.action is not None:
            return self.action.words()
        if self.severity is None:
            raise UsageError(f"rule: found neither action nor severity for {self.path!r}, wanted at least one")
        return f"{self.severity.value} severity at"

    def meets(self, other: "Rule") -> bool:
        """Whether both rules can settle, or both can rate, one path of one endpoint."""
        one_endpoint = self.endpoint is None or other.endpoint is None or self.endpoint == other.endpoint
        settling = self.action is not None and other.action is not None
        rating = self.severity is not None and other.severity is not None
        return one_endpoint and (settling or rating) and self.pattern.overlaps(other.pattern)
