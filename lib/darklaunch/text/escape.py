"""Keys and values as one printable piece of a line, whatever they hold."""

from typing import Final

MAXIMUM_CHARACTERS: Final = 60


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
