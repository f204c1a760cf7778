"""What a single value looks like: the classes of its characters, and whether it is a moment in time."""

from enum import IntFlag
from typing import Final

LOOK: Final = 190
"""Characters of a text that are looked at; longer texts are all the same to a shape."""


class Characters(IntFlag):
    """Classes of the characters that a text is made of."""

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
    Characters.DIGITS: "0123456789",
    Characters.LOWER_HEX: "abcdef",
    Characters.LOWER: "ghijklmnopqrstuvwxyz",
    Characters.UPPER_HEX: "ABCDEF",
    Characters.UPPER: "GHIJKLMNOPQRSTUVWXYZ",
    Characters.BASE64: "+/=",
    Characters.URL_SAFE: "-_.~",
    Characters.SIGNS: "!#$%&()*,:;<>?@[]^`{|}'",
}
_CLASS_OF: Final = {character: found for found, members in _MEMBERS.items() for character in members}
_SHOWN: Final = dict(
    zip(Characters, ("0-9", "a-f", "g-z", "A-F", "G-Z", "+/=", "-_.~", "punctuation", "other"), strict=True)
)


def characters(text: str) -> Characters:
    """The classes of a text's first ``LOOK`` characters; spaces, quotes and all but ASCII are ``OTHER``."""
    found = Characters(0)
    for character in set(text[:LOOK]):
        found |= _CLASS_OF.get(character, Characters.OTHER)
    return found


def alphabet(found: Characters) -> str:
    """Classes of characters in words: ``0-9 a-f``."""
    return " ".join(shown for one, shown in _SHOWN.items() if one & found)
