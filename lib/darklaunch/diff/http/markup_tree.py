"""Builder of the tree of a markup document, from the events of a parser."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from darklaunch.diff.values.json_text import MAXIMUM_DEPTH

MAXIMUM_ELEMENTS: Final = 500_000
"""Markup of more elements is not compared."""

TEXT: Final = "#text"
ORDER: Final = "#order"
NAMESPACE: Final = "@xmlns"


class MarkupTooLargeError(Exception):
    """The markup is nested too deeply or has too many elements; the message says which."""


@dataclass(slots=True)
class _OpenElement:
    """An element whose end tag has not come yet."""

    members: dict[str, Any]
    namespace: str
    text_run: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    order: list[str] = field(default_factory=list)


class ElementTreeBuilder:
    """Builds ``{name: element}`` as lxml's parser target.

    An element is an object: ``@name`` for each attribute; an array under the name of its children, even of one
    child; ``#text``, its own runs of text, one a line; ``#order``, the sequence of its parts where they are of
    several kinds. Names have no prefix; ``@xmlns`` is the namespace where it is not that of the parent, and
    an attribute that has one is ``@{namespace}name``.
    """

    def __init__(self, normalise: Callable[[str], str]) -> None:
        self._normalise = normalise
        self._count = 0
        self._open = [_OpenElement({}, "")]

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
        self._open.append(_OpenElement(members, namespace))

    def data(self, text: str) -> None:
        """Adds characters to the run of text that goes on."""
        if text:
            self._open[-1].text_run.append(text)

    def end(self, tag: str) -> None:  # noqa: ARG002 - lxml's signature; its parsers balance what they report
        """Closes the innermost element."""
        ended = self._open.pop()
        self._end_run(ended)
        if ended.texts:
            ended.members[TEXT] = "\n".join(ended.texts)
        if len(set(ended.order)) > 1:
            ended.members[ORDER] = ended.order

    def close(self) -> dict[str, Any]:
        """Returns the root under its name; nothing where there was no element."""
        return {name: roots[0] for name, roots in self._open[0].members.items()}

    def _end_run(self, element: _OpenElement) -> None:
        if element.text_run:
            text = self._normalise("".join(element.text_run))
            element.text_run.clear()
            if text:
                element.texts.append(text)
                element.order.append(TEXT)


def keep_order_changes(production: object, other: object) -> None:
    """Removes ``#order`` from two trees, except where the same parts stand in another order.

    A part that only one of them has is a difference itself; the order would report it again, under a path that
    no rule for the part names.
    """
    todo = [(production, other)]
    while todo:
        node, counterpart = todo.pop()
        if isinstance(node, dict) and isinstance(counterpart, dict):
            order, other_order = node.pop(ORDER, None), counterpart.pop(ORDER, None)
            both = order is not None and other_order is not None
            if both and order != other_order and sorted(order) == sorted(other_order):
                node[ORDER], counterpart[ORDER] = order, other_order
            todo.extend((child, counterpart[name]) for name, child in node.items() if name in counterpart)
        elif isinstance(node, list) and isinstance(counterpart, list):
            todo.extend(zip(node, counterpart, strict=False))
