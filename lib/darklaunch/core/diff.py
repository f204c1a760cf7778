"""The comparison of two responses: one pure function, the same in a notebook and in Spark."""

import hashlib
from typing import Any

from darklaunch.core.body import Binary, Empty, Json, Lifted, Text, Undecodable, Unparsable, lift_pair
from darklaunch.core.difference import Comparison, Incomparable, Kind
from darklaunch.core.equality import same
from darklaunch.core.exchange import PRESENCE_ONLY_HEADERS, Response
from darklaunch.core.mask import MAXIMUM_LENGTH, Masking
from darklaunch.core.rules import PathIndex, PathNode
from darklaunch.core.tree import ABSENT, Findings, one_sided, type_changed, walk

_PRESENCE_ONLY = frozenset(PRESENCE_ONLY_HEADERS)

LEAD = 40
"""Characters that an excerpt of a text shows before the place where the two part."""


def compare(production: Response, other: Response, rules: PathIndex, masking: Masking) -> Comparison:
    """Compares what two arms answered to one request.

    Args:
        production: the reference.
        other: the shadow, or the baseline.
        rules: the rules of the request's endpoint.
        masking: what must not leave this function in the clear.

    Returns:
        The differences with what settled them, or why the two can't be compared.
    """
    if production.truncated or other.truncated:
        return Incomparable("truncated")
    if production.error is not None or other.error is not None:
        return Incomparable("error")
    found = Findings(masking)
    if production.status != other.status:
        walk(rules.status, production.status, other.status, found)
    if production.headers != other.headers:
        _compare_headers(rules.headers, production, other, found)
    if production.body != other.body:
        one, another = lift_pair(production, other)
        for lifted in (one, another):
            if isinstance(lifted, Undecodable):
                return Incomparable(lifted.reason)
        try:
            _compare_bodies(rules.body, one, another, found)
        except RecursionError:
            return Incomparable("nested too deeply")
    return found.compared()


def _compare_headers(node: PathNode, production: Response, other: Response, found: Findings) -> None:
    one, another = _by_name(production), _by_name(other)
    for name in sorted(one.keys() | another.keys()):
        here, there = one.get(name), another.get(name)
        child = node.child(name)
        if here is None or there is None:
            one_sided(child, ABSENT if here is None else here, ABSENT if there is None else there, found)
        elif here != there and name not in _PRESENCE_ONLY:
            walk(child, here, there, found)


def _by_name(response: Response) -> dict[str, Any]:
    grouped: dict[str, list[str]] = {}
    for name, value in response.headers:
        grouped.setdefault(name.lower(), []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in grouped.items()}


def _compare_bodies(node: PathNode, production: Lifted, other: Lifted, found: Findings) -> None:
    match production, other:
        case Empty(), Empty():
            pass
        case (Empty(), _) | (_, Empty()):
            one_sided(node, _whole(production), _whole(other), found)
        case Json(one), Json(another):
            if not same(one, another):
                walk(node, one, another, found)
        case (Unparsable(), Json()) | (Json(), Unparsable()):
            found.add(node, Kind.UNPARSABLE, _whole(production), _whole(other))
        case ((Text(one) | Unparsable(one)), (Text(another) | Unparsable(another))):
            walk(node, *_excerpts(one, another), found)
        case Binary(one), Binary(another):
            walk(node, _digest(one), _digest(another), found)
        case _:
            type_changed(node, _whole(production), _whole(other), found)


def _whole(lifted: Lifted) -> Any:  # noqa: ANN401 - any JSON value
    match lifted:
        case Json(value) | Text(value) | Unparsable(value):
            return value
        case Binary(raw):
            return _digest(raw)
        case Empty():
            return ABSENT
        case Undecodable(reason):
            return reason


def _digest(raw: bytes) -> str:
    return f"{len(raw)} bytes, sha256 {hashlib.sha256(raw).hexdigest()[:12]}"


def _excerpts(production: str, other: str) -> tuple[str, str]:
    """Two texts from shortly before the place where they part, so that an example shows the difference."""
    parted = (at for at, (one, another) in enumerate(zip(production, other, strict=False)) if one != another)
    start = max(0, next(parted, min(len(production), len(other))) - LEAD)
    cut = slice(start, start + MAXIMUM_LENGTH)
    return production[cut], other[cut]
