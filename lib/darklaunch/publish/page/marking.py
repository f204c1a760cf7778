"""Two values side by side, with the places marked at which they differ."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Final

from markupsafe import Markup, escape

from darklaunch.publish import formatting

_TOKEN: Final = re.compile(r"\w+|\W")
_LEAST_RATIO: Final = 0.4
"""Of values that have less in common the whole is marked: confetti helps nobody."""

_MOST_COMPARISONS: Final = 40_000
"""Tokens of one value times those of the other; of longer ones all between their common ends is marked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedPair:
    """Two values as markup, in which only ``mark`` elements are not text."""

    production: Markup
    shadow: Markup


def marked(production: str | None, shadow: str | None) -> MarkedPair:
    """Marks where two values differ.

    Args:
        production: as JSON text; None: there is none.
        shadow: likewise.
    """
    texts = formatting.visible(production), formatting.visible(shadow)
    if production is None or shadow is None:
        return MarkedPair(
            production=_markup(texts[0], whole=production is not None),
            shadow=_markup(texts[1], whole=shadow is not None),
        )
    before, after = (_TOKEN.findall(text) for text in texts)
    blocks = list(_common(before, after))
    return MarkedPair(
        production=_pieces(before, [(first, size) for first, _, size in blocks]),
        shadow=_pieces(after, [(second, size) for _, second, size in blocks]),
    )


def _common(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Runs of tokens that both have: where each begins in the first, in the second, and how long it is."""
    start = _shared(before, after)
    room = min(len(before), len(after)) - start
    end = min(room, _shared(before[::-1], after[::-1]))
    first, second = before[start : len(before) - end], after[start : len(after) - end]
    yield 0, 0, start
    if first and second and len(first) * len(second) <= _MOST_COMPARISONS:
        matcher = SequenceMatcher(None, first, second, autojunk=False)
        if matcher.ratio() >= _LEAST_RATIO:
            for block in matcher.get_matching_blocks():
                yield start + block.a, start + block.b, block.size
    yield len(before) - end, len(after) - end, end


def _shared(before: Sequence[str], after: Sequence[str]) -> int:
    """How many tokens both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))


def _pieces(tokens: Sequence[str], common: Sequence[tuple[int, int]]) -> Markup:
    """The text with all between the common runs marked."""
    pieces: list[Markup] = []
    place = 0
    for first, size in common:
        pieces += [_markup("".join(tokens[place:first]), whole=True), escape("".join(tokens[first : first + size]))]
        place = first + size
    return Markup("").join(pieces)


def _markup(text: str, *, whole: bool) -> Markup:
    return Markup("<mark>{}</mark>").format(text) if whole and text else escape(text)
