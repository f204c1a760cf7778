"""The tree that is built of markup, from the events of a parser."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from darklaunch.diff.values.json_text import MAXIMUM_DEPTH

MAXIMUM_ELEMENTS: Final = 500_000
"""Markup of more elements is not compared."""

TEXT: Final = "#text"
ORDER: Final = "#order"
NAMESPACE: Final = "@xmlns"


class MarkupTooMuch(Exception):  # noqa: N818 - a signal, not an error
    """The markup is nested too deeply or has too many elements; the message says which."""


@dataclass(slots=True)
class _Open:
    """An element of which the end was not met yet."""

    made: dict[str, Any]
    namespace: str
    run: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    order: list[str] = field(default_factory=list)


class Elements:
    """Builds ``{name: element}`` as lxml's parser target.

    An element is an object: ``@name`` for each attribute; an array under the name of its children, even of one
    child; ``#text``, its own runs of text, one a line; ``#order``, the sequence of its parts where they are of
    several kinds. Names have no prefix; ``@xmlns`` is the namespace where it is not that of the parent, and
    an attribute that has one is ``@{namespace}name``.
    """

    def __init__(self, normalise: Callable[[str], str]) -> None:
        self._normalise = normalise
        self._met = 0
        self._open = [_Open({}, "")]

    def start(self, tag: str, attributes: Mapping[Any, Any]) -> None:
        """Opens an element.

        Args:
            tag: ``name`` or ``{namespace}name``.
            attributes: their names, written likewise, and values.

        Raises:
            MarkupTooMuch: too deep, or too many.
        """
        self._met += 1
        if len(self._open) > MAXIMUM_DEPTH:
            raise MarkupTooMuch("nested too deeply")
        if self._met > MAXIMUM_ELEMENTS:
            raise MarkupTooMuch(f"more than {MAXIMUM_ELEMENTS} elements")
        parent = self._open[-1]
        self._end_run(parent)
        namespace, _, name = tag[1:].rpartition("}") if tag.startswith("{") else ("", "", tag)
        made = {f"@{key}": value for key, value in attributes.items()}
        if namespace != parent.namespace:
            made[NAMESPACE] = namespace
        parent.made.setdefault(name, []).append(made)
        parent.order.append(name)
        self._open.append(_Open(made, namespace))

    def data(self, text: str) -> None:
        """Adds characters to the run of text that goes on."""
        if text:
            self._open[-1].run.append(text)

    def end(self, tag: str) -> None:  # noqa: ARG002 - lxml's signature; its parsers balance what they report
        """Closes the innermost element."""
        ended = self._open.pop()
        self._end_run(ended)
        if ended.texts:
            ended.made[TEXT] = "\n".join(ended.texts)
        if len(set(ended.order)) > 1:
            ended.made[ORDER] = ended.order

    def close(self) -> dict[str, Any]:
        """Returns the root under its name; nothing where there was no element."""
        return {name: roots[0] for name, roots in self._open[0].made.items()}

    def _end_run(self, element: _Open) -> None:
        if element.run:
            text = self._normalise("".join(element.run))
            element.run.clear()
            if text:
                element.texts.append(text)
                element.order.append(TEXT)


def keep_told_orders(production: Any, other: Any) -> None:  # noqa: ANN401 - any JSON value
    """Takes ``#order`` out of two trees but where the same parts stand in another order.

    A part that only one of them has is told by itself; the order would tell it again, under a path of which
    no rule for the part knows.
    """
    todo = [(production, other)]
    while todo:
        one, another = todo.pop()
        if isinstance(one, dict) and isinstance(another, dict):
            here, there = one.pop(ORDER, None), another.pop(ORDER, None)
            if here is not None and there is not None and here != there and sorted(here) == sorted(there):
                one[ORDER], another[ORDER] = here, there
            todo.extend((value, another[name]) for name, value in one.items() if name in another)
        elif isinstance(one, list) and isinstance(another, list):
            todo.extend(zip(one, another, strict=False))
