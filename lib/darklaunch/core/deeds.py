"""Actions in words, for the names of rules."""

import json
from decimal import Decimal
from typing import Final

from typing_extensions import assert_never

from darklaunch.core.actions import (
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
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return text if len(text) <= MAXIMUM_SHOWN else f"{text[: MAXIMUM_SHOWN - 1]}…"


def _digits(value: object) -> str:
    return str(value) if isinstance(value, Decimal) else type(value).__name__
