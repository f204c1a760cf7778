"""Patterns of texts: regular expressions that all values seen match."""

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from darklaunch.diff.values.character_class import MAXIMUM_INSPECTED, CharacterClass
from darklaunch.diff.values.shape import Shape
from darklaunch.diff.values.shape_inference import infer_shape

_UUID: Final = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_CLASSES: Final = {
    CharacterClass.DIGITS: "0-9",
    CharacterClass.LOWER_HEX: "a-f",
    CharacterClass.LOWER: "g-z",
    CharacterClass.UPPER_HEX: "A-F",
    CharacterClass.UPPER: "G-Z",
    CharacterClass.BASE64: "+/=",
    CharacterClass.URL_SAFE: "_.~-",
}
_WORD: Final = re.compile(r"[0-9A-Za-z+/=_.~:-]*")
"""What may vary in a text for which a pattern is found; free text has none."""

_LETTERS_AT_END: Final = re.compile(r"[0-9A-Za-z]*\Z")
_LONGEST: Final = 100
_RANGES: Final = (("0-9", "[0-9]"), ("a-z", "[a-z]"), ("A-Z", "[A-Z]"))


def shape_pattern(shape: Shape) -> str | None:
    """The pattern of a shape; None where it is no token."""
    if shape.kind == "uuid":
        return _UUID
    if shape.kind != "token" or shape.characters & CharacterClass.SIGNS or shape.longest is None:
        return None
    members = "".join(members for characters, members in _CLASSES.items() if characters & shape.characters)
    if not members:
        return None
    if shape.longest == MAXIMUM_INSPECTED:
        return f"[{members}]{{{shape.shortest},}}"
    return f"[{members}]{_lengths(shape.shortest, shape.longest)}"


def text_pattern(texts: Sequence[str]) -> str | None:
    """The pattern of some texts, at least one: a uuid, or what they have in common around a word that varies."""
    shape = infer_shape(texts)
    if shape.kind == "uuid":
        return shape_pattern(shape)
    if not all(len(text) <= _LONGEST and text.isprintable() and text.isascii() for text in texts):
        return None
    prefix = _common_start(texts)
    suffix = _common_start([text[len(prefix) :][::-1] for text in texts])[::-1]
    middles = [text[len(prefix) : len(text) - len(suffix)] for text in texts]
    if not all(_WORD.fullmatch(middle) for middle in middles):
        return None
    return re.escape(prefix) + _class(middles) + re.escape(suffix)


def _common_start(texts: Sequence[str]) -> str:
    """The start that texts share, as far as its last sign: half a word that they share is chance."""
    shared = "".join(each[0] for each in takewhile(lambda each: len(set(each)) == 1, zip(*texts, strict=False)))
    return _LETTERS_AT_END.sub("", shared, count=1)


def _class(words: Sequence[str]) -> str:
    letters = "".join(words)
    ranges = [name for name, expression in _RANGES if re.search(expression, letters)]
    others = sorted({letter for letter in letters if not letter.isalnum()} - {"-"})
    hyphen = ["-"] if "-" in letters else []
    lengths = sorted({len(word) for word in words})
    return f"[{''.join([*ranges, *others, *hyphen])}]{_lengths(lengths[0], lengths[-1])}"


def _lengths(shortest: int | None, longest: int) -> str:
    return f"{{{','.join(dict.fromkeys((str(shortest), str(longest))))}}}"
