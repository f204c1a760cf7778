"""Paths into a response, a subset of JSONPath (RFC 9535) with array positions generalised to ``[*]``."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from darklaunch.errors import UsageError

ANY_INDEX: Final = 0
"""The step into an array: every position, because positions shift from request to request."""

PathStep: TypeAlias = str | int
JsonPath: TypeAlias = tuple[PathStep, ...]

_PLAIN_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SEGMENT: Final = re.compile(
    r"""[ \t\n\r]*
        (?: (?P<dots>\.\.?) (?: (?P<name>[A-Za-z_\u0080-\U0010FFFF][A-Za-z0-9_\u0080-\U0010FFFF-]*) | \* )
          | (?P<descent>\.\.)? \[ [ \t\n\r]*
            (?: '(?P<single>(?:[^'\\\x00-\x1F]|\\['\\/bfnrt]|\\u[0-9A-Fa-f]{4})*)'
              | "(?P<double>(?:[^"\\\x00-\x1F]|\\["\\/bfnrt]|\\u[0-9A-Fa-f]{4})*)"
              | \*
              | (?P<position>-?[0-9:][0-9: -]*\]?|\?) )
            (?(position)|[ \t\n\r]*\]) )""",
    re.VERBOSE,
)
"""One segment of RFC 9535 with a single selector; a shorthand may hold hyphens too, as headers do."""

_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))")
_CONTROLS: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def render_path(path: JsonPath) -> str:
    """Writes a path as text: ``$.body.items[*].price``, ``$.headers['content-type']``."""
    return "$" + "".join(_render_step(step) for step in path)


def _render_step(step: PathStep) -> str:
    if not isinstance(step, str):
        return "[*]"
    if _PLAIN_NAME.fullmatch(step):
        return f".{step}"
    # a name that is composed otherwise looks like another one
    composed = step.isascii() or unicodedata.is_normalized("NFC", step)
    escaped = "".join(_escape(character, plain=composed or character.isascii()) for character in step)
    return f"['{escaped}']"


def _escape(character: str, *, plain: bool) -> str:
    if character in "\\'":
        return f"\\{character}"
    if plain and character.isprintable():
        return character
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSelector:
    """Selector of one step: a member's name, or None for every member and element.

    ``descend`` means any number of steps may lie before it (``..`` in RFC 9535).
    """

    name: str | None
    descend: bool

    def selects(self, step: PathStep) -> bool:
        """Whether this selector selects the step."""
        return self.name is None or self.name == step


@dataclass(frozen=True, slots=True, kw_only=True)
class PathPattern:
    """Pattern of paths: the selectors that the steps of a path have to meet."""

    selectors: tuple[StepSelector, ...]

    def matches(self, path: JsonPath) -> bool:
        """Whether this pattern names the whole path."""
        states = {0}
        for step in path:
            states = {after for state in states for after in self._advance(state, step)}
        return len(self.selectors) in states

    def overlaps(self, other: "PathPattern") -> bool:
        """Whether some path is named by both patterns."""
        names = {selector.name for selector in (*self.selectors, *other.selectors) if selector.name is not None}
        alphabet: list[PathStep] = [*sorted(names), ANY_INDEX]
        seen, todo = {(0, 0)}, [(0, 0)]
        while todo:
            mine, theirs = todo.pop()
            if mine == len(self.selectors) and theirs == len(other.selectors):
                return True
            for step in alphabet:
                for state in self._advance(mine, step):
                    fresh = {(state, after) for after in other._advance(theirs, step)} - seen  # noqa: SLF001
                    seen |= fresh
                    todo.extend(fresh)
        return False

    def _advance(self, state: int, step: PathStep) -> Iterator[int]:
        if state < len(self.selectors):
            selector = self.selectors[state]
            if selector.descend:
                yield state
            if selector.selects(step):
                yield state + 1


def parse_pattern(text: str) -> PathPattern:
    """Reads a rule's path.

    Args:
        text: such as ``$.body.items[*].price``, ``$..etag`` or ``$.headers['content-type']``. The first step
            is ``status``, ``headers`` or ``body``, or a descent; names of headers are taken in lower case.

    Raises:
        UsageError: the text is no such path.
    """
    if not text.startswith("$"):
        raise UsageError(f"path: found {text!r}, wanted one that starts with $.status, $.headers or $.body")
    selectors: list[StepSelector] = []
    at = 1
    while at < len(text):
        segment = _SEGMENT.match(text, at)
        if segment is None:
            raise UsageError(
                f"path: found {text!r}, which can't be read from {text[at:]!r} on; wanted RFC 9535 JSONPath"
                " with one name or * a step"
            )
        if segment["position"]:
            raise UsageError(f"path: found [{segment['position']} in {text!r}; positions are generalised, write [*]")
        descend = segment["dots"] == ".." or segment["descent"] is not None
        selectors.append(StepSelector(name=_member_name(segment), descend=descend))
        at = segment.end()
    return PathPattern(selectors=_rooted(text, selectors))


def _member_name(segment: re.Match[str]) -> str | None:
    """The name that a segment selects; None for a wildcard."""
    quoted = segment["single"] if segment["single"] is not None else segment["double"]
    if quoted is None:
        return segment["name"]
    name = _ESCAPE.sub(_unescape, quoted)
    # two escapes may be the halves of one character
    return name.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _unescape(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if escape[1] else _CONTROLS.get(escape[2], escape[2])


def _rooted(text: str, selectors: list[StepSelector]) -> tuple[StepSelector, ...]:
    if not selectors:
        raise UsageError("path: found '$', the whole response; wanted a path below $.status, $.headers or $.body")
    first = selectors[0]
    if not first.descend and first.name not in {"status", "headers", "body"}:
        raise UsageError(f"path: found {text!r}, wanted one that starts with $.status, $.headers or $.body")
    if first.name == "headers" and len(selectors) > 1 and selectors[1].name is not None:
        selectors[1] = StepSelector(name=selectors[1].name.lower(), descend=selectors[1].descend)
    return tuple(selectors)
