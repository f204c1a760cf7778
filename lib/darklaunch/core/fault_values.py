"""Wrong values for right ones: of another type, or of the same type and look."""

import random
import string
from decimal import Decimal
from typing import Any, Final

_ALPHABETS: Final = (string.digits, string.ascii_lowercase, string.ascii_uppercase)


def other_type(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """A value such as a careless serialiser makes of one: numbers as text, text as a number, one element alone."""
    match value:
        case dict():
            return [value]
        case list():
            return value[0] if value and not isinstance(value[0], list) else {}
        case str():
            return len(value)
        case None:
            return "null"
        case bool():
            return int(value)
        case _:
            return str(value)


def other_value(value: Any, rng: random.Random) -> Any:  # noqa: ANN401 - any JSON value
    """Another value of the same type; a text of the same length and alphabet, a number near by or far away."""
    match value:
        case bool():
            return not value
        case Decimal():
            # of its many digits only those of a double are written again
            return value * 2 if value else Decimal(1)
        case int() | float():
            other = value + rng.choice((1, -1, 10, 1000))
            # so large a double that 1 more is the same one
            return other if other != value else value * 2
        case str():
            return _other_text(value, rng)
        case _:
            return "planted"


def _other_text(text: str, rng: random.Random) -> str:
    if not text:
        return "x"
    at = rng.randrange(len(text))
    old = text[at]
    alphabet = next((alphabet for alphabet in _ALPHABETS if old in alphabet), string.ascii_lowercase)
    return text[:at] + rng.choice(alphabet.replace(old, "")) + text[at + 1 :]
