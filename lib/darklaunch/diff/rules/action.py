"""The base of the actions of rules: all that the comparison asks of one.

A new action is a class in ``actions`` or ``array_actions``, and a key in ``config.settings.rules`` that makes it.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Hashable
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import ClassVar, Final

from darklaunch.diff.rules.comparators import Comparator

MAXIMUM_QUOTED: Final = 60
"""Characters of a pattern or of an expected value in the name of a rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(ABC):
    """What a rule does where it holds.

    By default an action settles nothing; each overrides what makes it another one. Its fields are its parameters.

    Attributes:
        digest_name: the action in the digest of rules; to change it restarts the evidence of every launch.
        ignores_values: differing values do not count, nor does anything below them.
        settles_subtrees: an object or array at its path is settled with all that is below.
        arranges: it says which elements of an array belong together, by ``element_keys``.
        pairs_rest: with ``arranges``: elements without a counterpart are paired too, the most alike first.
    """

    digest_name: ClassVar[str]
    ignores_values: ClassVar[bool] = False
    settles_subtrees: ClassVar[bool] = False
    arranges: ClassVar[bool] = False
    pairs_rest: ClassVar[bool] = False

    @property
    def ignores_presence(self) -> bool:
        """Whether presence and type do not count either; only where values do not."""
        return False

    @abstractmethod
    def words(self) -> str:
        """The action in a few printable words, to be followed by a path."""

    def digest_fields(self) -> dict[str, object]:
        """The parameters as the digest of rules holds them."""
        return asdict(self)

    def scalar_comparator(self) -> Comparator | None:
        """Whether two differing scalars of one JSON type are settled; None: they never are."""
        return None

    def any_comparator(self) -> Comparator | None:
        """Whether two values of different types, or one that is absent, are settled; None: they never are."""
        return None

    def element_keys(self, elements: list[object]) -> list[Hashable] | None:
        """Keys of an array's elements, which belong to those of the other array with the same; None: there are none."""
        del elements
        return None

    def is_unreadable(self, value: object) -> bool:
        """Whether a scalar is of no kind that the action compares."""
        del value
        return False

    def normalised(self, text: str) -> str | None:
        """The text that stands for all that the action takes for equal to this one; None: the action has none."""
        del text
        return None


def quoted(value: object) -> str:
    """A parameter for the name of a rule: JSON text, printable and cut."""
    text = json.dumps(value, default=_digits)
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return text if len(text) <= MAXIMUM_QUOTED else f"{text[: MAXIMUM_QUOTED - 1]}…"


def _digits(value: object) -> str:
    return str(value) if isinstance(value, Decimal) else type(value).__name__
