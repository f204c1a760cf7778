"""Escapes for text of strangers: one spelling of what can't be printed, on terminals, in log lines and in files."""

from typing import Final

MAXIMUM_CHARACTERS: Final = 60
"""Characters of a name or value in an error."""


def escape(character: str) -> str:
    r"""The escape of a character, such as ``\n``, ``\x1b`` or ``\u202e``; letters of ASCII stay as they are."""
    return ascii(character)[1:-1]


def printable(text: str) -> str:
    """Text in which everything that a terminal might obey or hide is escaped."""
    return "".join(character if character.isprintable() else escape(character) for character in text)


def printable_ascii(text: str) -> str:
    """Printable text in ASCII: on one line for whoever reads it, whatever that takes for a line break."""
    return "".join(character if " " <= character <= "~" else escape(character) for character in text)


def encodable(text: str) -> str:
    r"""Text that UTF-8 can hold: half of a surrogate pair, which JSON may spell, becomes its escape, ``\ud800``."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def cut(text: str) -> str:
    """The printable text, at most ``MAXIMUM_CHARACTERS`` long."""
    whole = printable(text)
    return whole if len(whole) <= MAXIMUM_CHARACTERS else whole[: MAXIMUM_CHARACTERS - 3] + "..."


def quoted(text: str) -> str:
    """A cut text between single quotes, as a finding names it."""
    return f"'{cut(text)}'"
