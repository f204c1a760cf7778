"""Builder of the tree of an HTML document, with the white space that a browser shows."""

import re
from collections.abc import Mapping
from typing import Any, Final

from darklaunch.diff.http.markup_tree import ElementTreeBuilder, OpenElement
from darklaunch.diff.values.json_text import parse_exact

_BLANKS: Final = re.compile(r"[ \t\n\r\f]+")
_BREAKS: Final = frozenset(
    re.findall(
        r"\w+",
        """address article aside base blockquote body br caption center col colgroup dd details dialog dir div dl dt
        fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li
        link main menu meta nav noframes ol optgroup option p search section summary table tbody td tfoot th thead
        title tr ul pre listing plaintext xmp""",
    )
)
"""Elements that begin and end a line; blanks at the ends of lines are not shown (CSS Text 3, section 4.1)."""

_BOXES: Final = frozenset(
    re.findall(
        r"\w+",
        "audio button canvas embed iframe img input math meter object picture progress select svg textarea video",
    )
)
"""Elements that stand in a line as one character does, with lines of their own within."""

_PREFORMATTED: Final = frozenset({"pre", "listing", "textarea", "plaintext", "xmp"})
_LEADING_NEWLINE: Final = frozenset({"pre", "listing", "textarea"})
"""Here a parser of HTML drops a newline behind the start tag."""

_UNSHOWN: Final = frozenset({"script", "style"})
_STYLE_KEEPS_BLANKS: Final = re.compile(r"white-space(?:-collapse)?\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_JSON_SCRIPT: Final = re.compile(r"importmap|speculationrules|.*[/+]json", re.IGNORECASE | re.DOTALL)


class HtmlTreeBuilder(ElementTreeBuilder):
    """Builds ``{"html": element}`` as lxml's parser target.

    A run of blanks is one blank, and none at the ends of a line or behind another blank. Scripts, styles and
    preformatted text are as they are written; ``#text`` of a script that is JSON is its value.
    """

    def __init__(self) -> None:
        super().__init__()
        self._tags: list[str] = [""]
        self._drops_blank = True
        self._line_end: OpenElement | None = None

    def doctype(self, name: str | None, public_id: str | None, system_id: str | None) -> None:
        """Adds the declaration of the document's type; browsers take its name in any case."""
        ids = "".join(f" {word} {value!r}" for word, value in (("PUBLIC", public_id), ("SYSTEM", system_id)) if value)
        self.declare((name or "").lower() + ids)

    def start(self, tag: str, attributes: Mapping[Any, Any]) -> None:
        """Opens an element; lxml calls it."""
        self._end_run(self._open[-1])
        if tag in _BREAKS:
            self._break_line()
        elif tag in _BOXES:
            self._line_end, self._drops_blank = None, True
        super().start(tag, attributes)
        self._tags.append(tag)
        styled = _STYLE_KEEPS_BLANKS.search(attributes.get("style") or "") is not None
        self._open[-1].keeps_blanks |= tag in _PREFORMATTED or styled

    def end(self, tag: str) -> None:
        """Closes the innermost element; lxml calls it."""
        self._end_run(self._open[-1])
        if tag in _BREAKS:
            self._break_line()
        elif tag in _BOXES:
            self._break_line()
            self._drops_blank = False
        super().end(tag)
        self._tags.pop()

    def _text(self, element: OpenElement, run: str) -> str:
        tag = self._tags[-1]
        if tag in _UNSHOWN:
            return run
        if element.keeps_blanks:
            self._line_end, self._drops_blank = None, False
            is_first = tag in _LEADING_NEWLINE and not (element.texts or element.order)
            return run.removeprefix("\n") if is_first else run
        text = _BLANKS.sub(" ", run)
        if self._drops_blank:
            text = text.removeprefix(" ")
        if text:
            self._drops_blank = text.endswith(" ")
            self._line_end = element if self._drops_blank else None
        return text

    def _break_line(self) -> None:
        """Ends a line: a blank there is dropped, whose element may have ended already."""
        last = self._line_end
        if last is not None:
            last.texts[-1] = last.texts[-1].removesuffix(" ")
            if not last.texts[-1]:
                last.texts.pop()
            last.settle_text()
        self._line_end, self._drops_blank = None, True

    def _settle(self, element: OpenElement, tag: str) -> None:
        element.settle_text()
        if tag == "script" and element.texts and _JSON_SCRIPT.fullmatch(element.members.get("@type") or ""):
            try:
                element.members["#text"] = parse_exact(element.texts[0])
            except ValueError:  # a script that claims to be JSON, and is a text
                return
