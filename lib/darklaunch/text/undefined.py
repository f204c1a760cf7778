"""A number that can't be computed, as a value with a reason: never 0, never NaN."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Undefined:
    """A number that can't be computed; ``reason`` says why, and is empty where none was recorded."""

    reason: str = ""


Maybe: TypeAlias = float | Undefined


def number_or_none(value: Maybe) -> float | None:
    """The number, for tables and figures, which have their own way of leaving one out."""
    return None if isinstance(value, Undefined) else value
