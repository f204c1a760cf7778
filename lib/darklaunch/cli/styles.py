"""Terminal styles of verdicts, and text that a terminal can show."""

from typing import Final

from rich.console import Console

from darklaunch.decide.verdict import Verdict
from darklaunch.publish import formatting

STYLES: Final = {Verdict.BLOCK: "bold red", Verdict.HOLD: "bold yellow", Verdict.PROMOTE: "bold cyan"}
WORD_STYLES: Final = {verdict.value: style for verdict, style in STYLES.items()}
"""The same by a verdict's word, for cells of a table."""


def printable(value: object, console: Console, *, longest: int) -> str:
    """Makes text visible and escapes what the console's encoding can't write."""
    text = formatting.visible(value, longest=longest)
    return text.encode(console.encoding, "backslashreplace").decode(console.encoding)
