"""Text of strangers in the cells of a spreadsheet: readable, short enough, and never taken for a formula."""

import re
from typing import Final

from darklaunch.publish import formatting

LONGEST: Final = 3_000
"""Characters of a text that are kept: written as escapes they still fit into a cell, which holds 32,767."""

_STARTS: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# where a list is separated by semicolons, one within a text starts a new cell
_NEW_CELL: Final = re.compile(f";(?=\\s*[{re.escape(''.join(_STARTS))}])")


def cell_text(text: str) -> str:
    """A text as a cell shows it: what would act is an escape, and what is too long is cut and says so."""
    return formatting.visible(text, longest=LONGEST)


def is_formula_like(text: str) -> bool:
    """Whether a spreadsheet may take a text for a formula."""
    return text.lstrip().startswith(_STARTS)


def csv_text(text: str) -> str:
    """A text as a cell of CSV, where an apostrophe marks as text what a spreadsheet would calculate."""
    shown = _NEW_CELL.sub(";'", cell_text(text))
    return f"'{shown}" if is_formula_like(shown) else shown
