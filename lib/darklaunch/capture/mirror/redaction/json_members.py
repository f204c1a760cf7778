"""Members of JSON bodies replaced by their paths; every other byte of their values stays."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import msgspec

from darklaunch.text.escape import quoted

_STEP: Final = re.compile(
    r"(?P<dots>\.\.?)(?P<name>[^.\[\]*'\"\s]+|\*)"
    r"|(?P<descent>\.\.)?\[(?:(?P<every>\*)|'(?P<single>[^'\\]+)'|\"(?P<double>[^\"\\]+)\")\]"
)
_OBJECTS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ARRAYS: Final = msgspec.json.Decoder(list[msgspec.Raw])


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberStep:
    """A step of a path: the name of a member, or None for every member and element; after a descent, at any depth."""

    name: str | None
    descend: bool


MemberPath: TypeAlias = tuple[MemberStep, ...]
Replace: TypeAlias = Callable[[bytes], bytes]


class NotReplaceableError(Exception):
    """The text is no JSON of which each member is written once."""


def parse_path(text: str) -> MemberPath:
    """Reads a path in the notation of JSONPath (RFC 9535), with ``[*]`` for every position.

    Raises:
        ValueError: it is none.
    """
    steps: list[MemberStep] = []
    at = 1
    while at < len(text) and (step := _STEP.match(text, at)):
        name = step["name"] or step["single"] or step["double"]
        descend = step["dots"] == ".." or step["descent"] is not None
        steps.append(MemberStep(name=None if name == "*" and step["name"] else name, descend=descend))
        at = step.end()
    if not text.startswith("$") or at < len(text) or not steps:
        raise ValueError(
            f"json: found {quoted(text)}, wanted a path such as $.user.email, $.items[*].card or $..password"
        )
    return tuple(steps)


def replace_members(text: bytes, paths: tuple[MemberPath, ...], replace: Replace) -> bytes:
    """Replaces what the paths name.

    Args:
        text: JSON.
        paths: what to replace.
        replace: of a value's text, the text that takes its place.

    Returns:
        The text itself where nothing was replaced.

    Raises:
        NotReplaceableError: it can't be parsed, or a member is written twice, of which only one could be seen.
    """
    try:
        json.loads(text, object_pairs_hook=_each_once)
        return _walked(text, frozenset(paths), replace)
    except (ValueError, RecursionError, msgspec.MsgspecError) as error:
        raise NotReplaceableError from error


def _each_once(pairs: list[tuple[str, object]]) -> None:
    if len({name for name, _ in pairs}) < len(pairs):
        raise NotReplaceableError


def _walked(text: bytes, paths: frozenset[MemberPath], replace: Replace) -> bytes:
    if () in paths:
        return replace(text)
    match text.lstrip()[:1]:
        case b"{":
            members = {name: bytes(value) for name, value in _OBJECTS.decode(text).items()}
            walked = {name: _below(value, name, paths, replace) for name, value in members.items()}
            if walked == members:
                return text
            return b"{" + b",".join(msgspec.json.encode(name) + b":" + value for name, value in walked.items()) + b"}"
        case b"[":
            elements = [bytes(value) for value in _ARRAYS.decode(text)]
            replaced = [_below(value, None, paths, replace) for value in elements]
            return text if replaced == elements else b"[" + b",".join(replaced) + b"]"
        case _:
            return text


def _below(value: bytes, name: str | None, paths: frozenset[MemberPath], replace: Replace) -> bytes:
    """A value below a member, or an element where the name is None."""
    below: set[MemberPath] = set()
    for path in paths:
        step = path[0]
        if step.descend:
            below.add(path)
        if step.name is None or step.name == name:
            below.add(path[1:])
    return _walked(value, frozenset(below), replace) if below else value
