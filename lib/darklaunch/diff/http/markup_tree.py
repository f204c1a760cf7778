"""Builder of the tree of a markup document, from the events of a parser."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from darklaunch.diff.values.json_text import MAXIMUM_DEPTH

MAXIMUM_ELEMENTS: Final = 500_000
"""Markup of more elements is not compared."""

TEXT: Final = "#text"
RUNS: Final = "#runs"
ORDER: Final = "#order"
INSTRUCTIONS: Final = "#pi"
DOCTYPE: Final = "#doctype"
AFTER: Final = "#after"
NAMESPACE: Final = "@xmlns"
SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
BLANKS: Final = " \t\n\r\f"


class MarkupTooLargeError(Exception):
    """The markup is nested too deeply or has too many elements; the message says which."""


@dataclass(slots=True)
class OpenElement:
    """An element whose end tag has not come yet.

    Attributes:
        members: of the object that it becomes.
        namespace: its own, or that of the element around it.
        keeps_blanks: white space counts here, as it is.
        text_run: the characters since the last part.
        texts: runs of characters.
        order: its parts, blank texts left out.
    """

    members: dict[str, Any]
    namespace: str
    keeps_blanks: bool = False
    text_run: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    order: list[str] = field(default_factory=list)

    def settle_text(self) -> None:
        """Writes the runs of text to the members, one a line, and apart where there are several."""
        for name in (TEXT, RUNS):
            self.members.pop(name, None)
        if self.texts:
            self.members[TEXT] = "\n".join(self.texts)
        if len(self.texts) > 1:
            self.members[RUNS] = self.texts


class ElementTreeBuilder:
    """Builds ``{name: element}`` of XML.

    An element is an object: ``@name`` for each attribute; an array under the name of its children, even of one
    child; ``#text``, its own runs of text, one a line; ``#pi``, its processing instructions; ``#order``, the sequence
    of its parts where they are of several kinds. Names have no prefix; ``@xmlns`` is the namespace where it is not that
    of the parent, and an attribute that has one is ``@{namespace}name``. Text is as it is written, but for blanks
    between elements where there is nothing else.
    """

    def __init__(self) -> None:
        self._count = 0
        self._open = [OpenElement({}, "")]

    def start(self, tag: str, attributes: Mapping[Any, Any]) -> None:
        """Opens an element.

        Args:
            tag: ``name`` or ``{namespace}name``.
            attributes: their names, written likewise, and values.

        Raises:
            MarkupTooLargeError: too deep, or too many.
        """
        self._count += 1
        if len(self._open) > MAXIMUM_DEPTH:
            raise MarkupTooLargeError("nested too deeply")
        if self._count > MAXIMUM_ELEMENTS:
            raise MarkupTooLargeError(f"more than {MAXIMUM_ELEMENTS} elements")
        parent = self._open[-1]
        self._end_run(parent)
        namespace, _, name = tag[1:].rpartition("}") if tag.startswith("{") else ("", "", tag)
        members = {f"@{key}": value for key, value in attributes.items()}
        if namespace != parent.namespace:
            members[NAMESPACE] = namespace
        parent.members.setdefault(name, []).append(members)
        parent.order.append(name)
        keeps_blanks = attributes[SPACE] == "preserve" if SPACE in attributes else parent.keeps_blanks
        self._open.append(OpenElement(members, namespace, keeps_blanks))

    def data(self, text: str) -> None:
        """Adds characters to the run of text that goes on."""
        if text:
            self._open[-1].text_run.append(text)

    def instruct(self, instruction: str) -> None:
        """Adds a processing instruction."""
        element = self._open[-1]
        self._end_run(element)
        element.members.setdefault(INSTRUCTIONS, []).append(instruction)
        element.order.append(INSTRUCTIONS)

    def declare(self, doctype: str) -> None:
        """Adds the declaration of the document's type."""
        self._open[0].members[DOCTYPE] = doctype

    def end(self, tag: str) -> None:
        """Closes the innermost element."""
        ended = self._open.pop()
        self._end_run(ended)
        self._settle(ended, tag)
        if len(set(ended.order)) > 1:
            ended.members[ORDER] = ended.order

    def close(self) -> dict[str, Any]:
        """Returns the root under its name; nothing where there was no element.

        What HTML has behind the end of its root stands under ``#after``.
        """
        top = self._open[0]
        members = {name: value if name in {DOCTYPE, INSTRUCTIONS} else value[0] for name, value in top.members.items()}
        after = [root for name, roots in top.members.items() if members[name] is not roots for root in roots[1:]]
        if after:
            members[AFTER] = after
        return {**members, ORDER: top.order} if len(set(top.order)) > 1 else members

    def _end_run(self, element: OpenElement) -> None:
        if element.text_run:
            text = self._text(element, "".join(element.text_run))
            element.text_run.clear()
            if text:
                element.texts.append(text)
                if text.strip(BLANKS):
                    element.order.append(TEXT)

    def _text(self, element: OpenElement, run: str) -> str:
        """A run of text as it counts."""
        del element
        return run

    def _settle(self, element: OpenElement, tag: str) -> None:
        """Ends the text of an element: blanks between elements alone are nobody's."""
        del tag
        if element.order and TEXT not in element.order and not element.keeps_blanks:
            element.texts.clear()
        element.settle_text()


def keep_order_changes(production: object, other: object) -> None:
    """Removes ``#order`` from two trees, except where the same parts stand in another order.

    A part that only one of them has is a difference itself; the order would report it again, under a path that
    no rule for the part names. Blanks for a text that the other has not are a changed text, which rules may settle.
    """
    todo = [(production, other)]
    while todo:
        node, counterpart = todo.pop()
        if isinstance(node, dict) and isinstance(counterpart, dict):
            _keep_order(node, counterpart)
            # a text may be JSON, whose members are its own
            children = ((name, child) for name, child in node.items() if name in counterpart and name != TEXT)
            todo.extend((child, counterpart[name]) for name, child in children)
        elif isinstance(node, list) and isinstance(counterpart, list):
            todo.extend(zip(node, counterpart, strict=False))


def _keep_order(node: dict[str, Any], counterpart: dict[str, Any]) -> None:
    order, other_order = node.pop(ORDER, []), counterpart.pop(ORDER, [])
    runs, other_runs = node.pop(RUNS, None), counterpart.pop(RUNS, None)
    for one, another in ((node, counterpart), (counterpart, node)):
        text = one.get(TEXT)
        if TEXT not in another and isinstance(text, str) and not text.strip(BLANKS):
            another[TEXT] = ""
    if order != other_order and (sorted(order) == sorted(other_order) or _moved(node, counterpart, runs, other_runs)):
        node[ORDER], counterpart[ORDER] = order, other_order
    elif _moved(node, counterpart, runs, other_runs):
        node[ORDER], counterpart[ORDER] = runs or [node[TEXT]], other_runs or [counterpart[TEXT]]


def _moved(node: dict[str, Any], counterpart: dict[str, Any], runs: object, other_runs: object) -> bool:
    """Whether texts that read alike are of other runs."""
    return runs != other_runs and bool(node.get(TEXT) == counterpart.get(TEXT))
