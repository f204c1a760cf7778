"""A volatile path: its A/A counts, and whether a rule was learned or refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from darklaunch.diff.difference import Kind
from darklaunch.diff.rules.actions import Learned
from darklaunch.diff.rules.array_actions import Unordered
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.values.json_path import ANY_INDEX, JsonPath, parse_pattern
from darklaunch.diff.values.shape import Shape
from darklaunch.errors import UsageError

_ORDER: Final = {"kind": "order", "words": "elements in any order"}

LEVEL: Final = 0.99
"""Coverage of the intervals of A/A and shadow rates; chosen by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VolatilePath:
    """A path at which the baseline differs from production, with the evidence.

    Attributes:
        endpoint: where.
        path: RFC 9535 text, array positions generalised.
        kind: of the differences.
        shape: that of the values; None: no two values, or it is their order that varies.
        aa_pairs: requests that all three arms answered.
        aa_differs: those at which the baseline differs here.
        aa_low: lower bound of that rate, Clopper and Pearson at ``LEVEL``.
        aa_high: upper bound.
        shadow_differs: requests at which the shadow differs here.
        refused: why no rule is learned; None: one is.
    """

    endpoint: str
    path: str
    kind: Kind
    shape: Shape | None
    aa_pairs: int
    aa_differs: int
    aa_low: float
    aa_high: float
    shadow_differs: int
    refused: str | None = None

    @property
    def why(self) -> str:
        """The evidence in a sentence."""
        return f"baseline differs from production in {self.aa_differs:,} of {self.aa_pairs:,} pairs"

    @property
    def shape_words(self) -> str:
        """The shape in a few words."""
        return _ORDER["words"] if self.shape is None else self.shape.description()

    def as_dict(self) -> dict[str, Any]:
        """The evidence as a JSON object; of a refusal with its kind and reason, without a shape."""
        counts = {
            name: getattr(self, name)
            for name in ("endpoint", "path", "aa_pairs", "aa_differs", "aa_low", "aa_high", "shadow_differs")
        }
        if self.refused is not None:
            return counts | {"kind": self.kind.value, "reason": self.refused}
        return counts | {"shape": self.shape.as_dict() if self.shape is not None else _ORDER}

    @classmethod
    def from_dict(cls, written: Mapping[str, Any]) -> "VolatilePath":
        """Reads what ``as_dict`` wrote.

        Raises:
            KeyError, TypeError, ValueError: something else wrote it.
        """
        values = {name: value for name, value in written.items() if name not in {"shape", "kind", "reason"}}
        if "reason" in written:
            return cls(**values, kind=Kind(written["kind"]), shape=None, refused=written["reason"])
        if written["shape"] == _ORDER:
            return cls(**values, kind=Kind.REORDERED, shape=None)
        return cls(**values, kind=Kind.VALUE_CHANGED, shape=Shape.from_dict(written["shape"]))

    def rule(self) -> Rule:
        """The learned rule.

        Raises:
            UsageError: its path can't be a rule's.
            ValueError: no rule is learned here.
        """
        action = self._action() if self.refused is None else None
        if action is None:
            raise ValueError(f"{self.path} was refused: {self.refused}; only proposals are rules")
        return Rule(path=self.path, action=action, why=self.why, endpoint=self.endpoint)

    def _action(self) -> Learned | Unordered | None:
        if self.kind is Kind.REORDERED:
            return Unordered()
        return Learned(shape=self.shape) if self.shape is not None else None


@lru_cache(maxsize=65_536)
def path_steps(path: str) -> JsonPath:
    """The steps of a path as a difference names it; none where it can't be read."""
    try:
        selectors = parse_pattern(path).selectors
    except UsageError:
        return ()
    return tuple(ANY_INDEX if selector.name is None else selector.name for selector in selectors)
