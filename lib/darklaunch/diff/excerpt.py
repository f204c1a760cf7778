"""The place where two long texts part, for an example: cut out only after their secrets are."""

from typing import Final

from darklaunch.diff.privacy.masking import Masking, MaskingLevel
from darklaunch.diff.privacy.redaction import MAXIMUM_LENGTH
from darklaunch.diff.privacy.secrets import mask_excerpt

LEAD: Final = 40
"""Characters that an excerpt of a text shows before the place where the two part."""

_BEFORE: Final = 8192
_AFTER: Final = 1024
_WORD: Final = 4096


def excerpts(production: str, other: str, masking: Masking) -> tuple[str, str]:
    """Two texts from shortly before the place where they part, so that an example shows the difference."""
    parted = _parted(production, other)
    if masking.level is not MaskingLevel.NONE:
        # a secret that the cut goes through has lost its shape, so far more than is shown is searched
        start = _word_start(production, max(0, parted - _BEFORE))
        end = parted + _AFTER
        production, other = (mask_excerpt(text, start, end) for text in (production, other))
        parted = _parted(production, other)
    shown = slice(max(0, parted - LEAD), max(0, parted - LEAD) + MAXIMUM_LENGTH)
    return production[shown], other[shown]


def _parted(production: str, other: str) -> int:
    places = enumerate(zip(production, other, strict=False))
    return next((at for at, (one, another) in places if one != another), min(len(production), len(other)))


def _word_start(text: str, at: int) -> int:
    """Where the word that spans a place begins; far before it where no blank is in sight."""
    earliest = max(0, at - _WORD)
    blank = max(text.rfind(character, earliest, at) for character in " \n\t")
    return blank + 1 if blank >= 0 else earliest
