"""The comparison of two responses: one pure function, the same in a notebook and in Spark."""

import hashlib
from typing import Any

from darklaunch.diff.collector import ABSENT, Findings, one_sided, scalars_settled, type_changed
from darklaunch.diff.difference import Comparison, Incomparable, Kind
from darklaunch.diff.excerpt import excerpts
from darklaunch.diff.http.body import has_graphql_errors, parse_pair
from darklaunch.diff.http.parsed_body import Binary, Empty, Json, ParsedBody, Text, Undecodable, Unparsable
from darklaunch.diff.http.response import Response
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import PathIndex, PathNode
from darklaunch.diff.values.equality import json_equal
from darklaunch.diff.values.json_path import ANY_INDEX
from darklaunch.diff.walk import walk
from darklaunch.pair.headers import PRESENCE_ONLY_HEADERS

_PRESENCE_ONLY = frozenset(PRESENCE_ONLY_HEADERS)

_OK = 200


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
        one, another = parse_pair(production, other)
        for lifted in (one, another):
            if isinstance(lifted, Undecodable):
                return Incomparable(lifted.reason)
        try:
            _compare_bodies(rules.body, one, another, found)
            if other.status == _OK and found.mismatch:
                _note_failure(rules.body, one, another, found)
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
        lowered = name.lower()
        # a value minted for one response tells nothing, and Spark's fast way does not carry it
        grouped.setdefault(lowered, []).append("" if lowered in _PRESENCE_ONLY else value)
    return {name: values[0] if len(values) == 1 else values for name, values in grouped.items()}


def _compare_bodies(node: PathNode, production: ParsedBody, other: ParsedBody, found: Findings) -> None:
    match production, other:
        case Json(one), Json(another):
            # most often they differ: two objects are compared member by member at once
            if (type(one) is type(another) is dict and not node.ignores) or not json_equal(one, another):
                walk(node, one, another, found)
        case Empty(), Empty():
            pass
        case (Empty(), _) | (_, Empty()):
            one_sided(node, _whole(production), _whole(other), found)
        case (Unparsable(), Json()) | (Json(), Unparsable()):
            found.add(node, Kind.UNPARSABLE, _whole(production), _whole(other))
        case ((Text(one) | Unparsable(one)), (Text(another) | Unparsable(another))):
            if one != another:
                settled = scalars_settled(node, one, another)
                found.add(node, Kind.VALUE_CHANGED, *excerpts(one, another, found.masking), settled=settled)
        case Binary(one), Binary(another):
            if one != another:
                found.add(node, Kind.VALUE_CHANGED, _digest(one), _digest(another), settled=node.ignores)
        case _:
            type_changed(node, _whole(production), _whole(other), found)


def _note_failure(node: PathNode, production: ParsedBody, other: ParsedBody, found: Findings) -> None:
    """Makes it grave that GraphQL's ``errors`` came up in an answer that says 200: the request failed."""
    if has_graphql_errors(other) and not has_graphql_errors(production):
        errors = node.child("errors")
        for each in (errors, errors.child(ANY_INDEX)):
            found.raise_severity(each, Kind.EXTRA)


def _whole(lifted: ParsedBody) -> Any:  # noqa: ANN401 - any JSON value
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
