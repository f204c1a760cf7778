"""Actions in words, for the names of rules."""

import json
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from typing_extensions import assert_never

from darklaunch.diff.rules.actions import (
    Action,
    Anything,
    Expected,
    Ignore,
    Key,
    Learned,
    Matches,
    NormalisedText,
    Scalar,
    Tolerance,
    Unordered,
    Within,
)
from darklaunch.diff.rules.severity import Severity
from darklaunch.diff.values.json_path import Pattern, parse_pattern
from darklaunch.errors import UsageError
from darklaunch.text.escape import printable

MAXIMUM_SHOWN: Final = 60
"""Characters of a pattern or of an expected value."""


def words(action: Action) -> str:  # noqa: PLR0911 - one line for each action
    """An action in a few printable words, to be followed by a path."""
    match action:
        case Ignore(presence=presence):
            return "ignore" if presence else "ignore, presence too,"
        case Tolerance(absolute=absolute, relative=relative):
            return f"tolerate {absolute:g} or {relative:.3%} at"
        case Within(seconds=seconds):
            return f"within {seconds:g} s at"
        case Unordered():
            return "any order at"
        case Key(member=member):
            return f"match by {_shown(member)} at"
        case Matches(regex=regex):
            return f"pattern {_shown(regex)} at"
        case NormalisedText():
            named = [name for name in ("case", "whitespace") if getattr(action, name)]
            return f"text without {' and '.join(named)} at"
        case Expected(production=production, shadow=shadow):
            return f"expect {_shown(production)} -> {_shown(shadow)} at"
        case Learned(shape=shape):
            return f"learned {shape.words()} at"
        case _:
            assert_never(action)


def _shown(value: Scalar | Anything) -> str:
    text = "anything" if isinstance(value, Anything) else json.dumps(value, default=_digits)
    text = printable(text)
    return text if len(text) <= MAXIMUM_SHOWN else f"{text[: MAXIMUM_SHOWN - 1]}…"


def _digits(value: object) -> str:
    return str(value) if isinstance(value, Decimal) else type(value).__name__


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
        UsageError: the path can't be read, or there is neither action nor severity.
    """

    path: str
    action: Action | None = None
    why: str
    severity: Severity | None = None
    endpoint: str | None = None
    owner: str | None = None
    expires: date | None = None
    pattern: Pattern = field(init=False, repr=False)
    name: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pattern", parse_pattern(self.path))
        place = f" at {self.endpoint}" if self.endpoint else ""
        object.__setattr__(self, "name", f"{self._deed()} {self.path}{place}")

    def _deed(self) -> str:
        if self.action is not None:
            return words(self.action)
        if self.severity is None:
            raise UsageError(f"rule: found neither action nor severity for {self.path!r}, wanted at least one")
        return f"{self.severity.value} severity at"

    def meets(self, other: "Rule") -> bool:
        """Says whether some path of some endpoint is named by both rules, and both would have their way with it."""
        together = self.endpoint is None or other.endpoint is None or self.endpoint == other.endpoint
        settling = self.action is not None and other.action is not None
        rating = self.severity is not None and other.severity is not None
        return together and (settling or rating) and self.pattern.overlaps(other.pattern)
