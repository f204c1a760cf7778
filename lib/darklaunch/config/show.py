"""Keys and values as one printable piece of a line, whatever they hold."""

import re
from collections.abc import Sequence
from typing import Final

MAXIMUM_CHARACTERS: Final = 60
FREE_KEYS: Final = ("spark", "conf")
"""The mapping whose keys hold dots themselves: what follows it on a dotted path is one key."""

_BARE_KEY: Final = re.compile(r'[^."=]+')


def printable(text: str) -> str:
    r"""Escapes what a terminal might obey or hide, such as ``\x1b``."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def cut(text: str) -> str:
    """The printable text, at most ``MAXIMUM_CHARACTERS`` long."""
    shown = printable(text)
    return shown if len(shown) <= MAXIMUM_CHARACTERS else shown[: MAXIMUM_CHARACTERS - 3] + "..."


def quoted(text: str) -> str:
    """A cut text between single quotes, as a finding names it."""
    return f"'{cut(text)}'"


def dotted(place: Sequence[str | int]) -> str:
    """The path to a setting as ``-o`` takes it: ``scoring.alpha``, ``rules[0].why``, ``a."b.c".d``."""
    text = ""
    for depth, step in enumerate(place):
        match step:
            case int():
                text += f"[{step}]"
            case str():
                bare = _BARE_KEY.fullmatch(step) or tuple(place[:depth]) == FREE_KEYS
                text += ("." if text else "") + (cut(step) if bare else f'"{cut(step)}"')
    return text
