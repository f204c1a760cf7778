"""Excerpts around the first difference of two texts; masked before they are cut."""

from typing import Final

from darklaunch.diff.privacy.masking import MAXIMUM_LENGTH, Masking, MaskingLevel
from darklaunch.diff.privacy.secrets import mask_excerpt

LEAD: Final = 40
"""Characters that an excerpt of a text shows before the place where the two part."""

_BEFORE: Final = 8192
_AFTER: Final = 1024
_WORD: Final = 4096


def excerpts(production: str, other: str, masking: Masking) -> tuple[str, str]:
    """Two texts from shortly before their first difference, so that an example shows it.

    Args:
        production: the whole text.
        other: the other arm's.
        masking: what must be masked.
    """
    position = _first_difference(production, other)
    if masking.level is not MaskingLevel.NONE:
        # a secret that the cut goes through has lost its shape, so far more than is shown is searched
        start = _word_start(production, max(0, position - _BEFORE))
        end = position + _AFTER
        production, other = (mask_excerpt(text, start, end) for text in (production, other))
        position = _first_difference(production, other)
    excerpt = slice(max(0, position - LEAD), max(0, position - LEAD) + MAXIMUM_LENGTH)
    return production[excerpt], other[excerpt]


def _first_difference(production: str, other: str) -> int:
    pairs = enumerate(zip(production, other, strict=False))
    shorter = min(len(production), len(other))
    return next((position for position, (letter, counterpart) in pairs if letter != counterpart), shorter)


def _word_start(text: str, position: int) -> int:
    """The start of the word that spans a position; far before it where no blank is near."""
    earliest = max(0, position - _WORD)
    blank = max(text.rfind(character, earliest, position) for character in " \n\t")
    return blank + 1 if blank >= 0 else earliest
