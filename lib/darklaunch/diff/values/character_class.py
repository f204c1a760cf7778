"""Classes of the characters that texts are made of."""

from enum import IntFlag
from typing import Final

MAXIMUM_INSPECTED: Final = 190
"""Characters of a text that are inspected; longer texts are all the same to a shape."""


class CharacterClass(IntFlag):
    """Sets of characters without a common member."""

    DIGITS = 1
    LOWER_HEX = 2
    LOWER = 4
    UPPER_HEX = 8
    UPPER = 16
    BASE64 = 32
    URL_SAFE = 64
    SIGNS = 128
    OTHER = 256


_MEMBERS: Final = {
    CharacterClass.DIGITS: "0123456789",
    CharacterClass.LOWER_HEX: "abcdef",
    CharacterClass.LOWER: "ghijklmnopqrstuvwxyz",
    CharacterClass.UPPER_HEX: "ABCDEF",
    CharacterClass.UPPER: "GHIJKLMNOPQRSTUVWXYZ",
    CharacterClass.BASE64: "+/=",
    CharacterClass.URL_SAFE: "-_.~",
    CharacterClass.SIGNS: "!#$%&()*,:;<>?@[]^`{|}'",
}
_CLASS_OF: Final = {character: of for of, members in _MEMBERS.items() for character in members}
_DESCRIPTIONS: Final = dict(
    zip(CharacterClass, ("0-9", "a-f", "g-z", "A-F", "G-Z", "+/=", "-_.~", "punctuation", "other"), strict=True)
)


def character_classes(text: str) -> CharacterClass:
    """The classes of a text's first ``MAXIMUM_INSPECTED`` characters.

    Spaces, quotes and all but ASCII are ``OTHER``.
    """
    classes = CharacterClass(0)
    for character in set(text[:MAXIMUM_INSPECTED]):
        classes |= _CLASS_OF.get(character, CharacterClass.OTHER)
    return classes


def describe_classes(classes: CharacterClass) -> str:
    """Classes of characters for people: ``0-9 a-f``."""
    return " ".join(words for member, words in _DESCRIPTIONS.items() if member & classes) or "no characters"
