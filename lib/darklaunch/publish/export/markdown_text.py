"""Text of strangers within Markdown: it is shown as it stands, and neither marks up, links nor mentions anybody."""

import re
from collections.abc import Iterable
from typing import Final

from darklaunch.publish import formatting

_LONGEST: Final = 400
_ACTS_IN_CODE: Final = re.compile(r"[`|\\]")
_ACTS: Final = re.compile(
    # at the start a list, a quotation or a heading; within, `:` an address or an emoji
    r"[\\`*_\[\]{}<#|~&@$^]|:(?=\S)|(?<![a-z])www(?=\.)|^[-+=>]|^\d+(?=[.)](?:\s|$))",
    re.IGNORECASE,
)
_NOT_PLAIN: Final = re.compile(r"[^A-Za-z0-9 ]")


def code(text: str, *, longest: int = _LONGEST) -> str:
    """A name or a value as code, also in the cell of a table."""
    shown = formatting.visible(text, longest=longest)
    if shown.strip() == shown != "" and not _ACTS_IN_CODE.search(shown):
        return f"`{shown}`"
    return f"<code>{_NOT_PLAIN.sub(_entity, shown) or '&#32;'}</code>"


def plain(text: str, *, longest: int = _LONGEST) -> str:
    """A sentence, of which names of strangers may be a part, on one line."""
    return _ACTS.sub(_entities, formatting.visible(text, longest=longest).strip())


def table(headings: Iterable[str], rows: Iterable[Iterable[str]], *, right: int = 0) -> list[str]:
    """The lines of a table; the last ``right`` columns are figures."""
    names = list(headings)
    rules = ["---"] * (len(names) - right) + ["--:"] * right
    return [_line(names), _line(rules), *map(_line, rows)]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _entity(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"


def _entities(match: re.Match[str]) -> str:
    """The entity of each character; behind an at sign a zero-width space, without which it would still mention."""
    if match[0] == "@":
        return "&#64;\u200b"
    return "".join(f"&#{ord(character)};" for character in match[0])
