"""The comparison of two responses: one pure function, the same in a notebook and in a run."""

from typing import Final

from darklaunch.diff.collector import (
    ABSENT,
    DifferenceCollector,
    one_sided,
    scalars_settled,
    type_changed,
    value_changed,
)
from darklaunch.diff.difference import Comparison, Incomparable, Kind
from darklaunch.diff.http.body import has_graphql_errors, parse_pair
from darklaunch.diff.http.chunks import without_chunks
from darklaunch.diff.http.header_values import headers_by_name, same_value
from darklaunch.diff.http.parsed_body import Binary, DecodedBody, Empty, Json, Text, Undecodable, Unparsable
from darklaunch.diff.http.response import Response
from darklaunch.diff.privacy.excerpt import excerpts
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import PathIndex, PathNode
from darklaunch.diff.rules.remark import Remark, RemarkKind
from darklaunch.diff.values.equality import json_equal
from darklaunch.diff.values.json_path import ANY_INDEX
from darklaunch.diff.walk import walk

_OK = 200
PREFIX: Final = "#prefix"
"""The step below a body to what stands before its JSON."""


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
    cut = production.truncated or other.truncated
    if cut and not _parted(production, other, rules.body):
        return Incomparable("truncated")
    if production.error is not None or other.error is not None:
        return Incomparable("error")
    collector = DifferenceCollector(masking)
    if production.status != other.status:
        walk(rules.status, production.status, other.status, collector)
    if production.headers != other.headers:
        _compare_headers(rules.headers, production, other, collector)
    if cut:
        production_text, other_text = _text(production), _text(other)
        shown = excerpts(production_text, other_text, collector.masking)
        collector.add(rules.body, Kind.VALUE_CHANGED, *shown)
    elif production.body != other.body:
        incomparable = _compare_whole_bodies(production, other, rules, collector)
        if incomparable is not None:
            return incomparable
    return collector.compared()


def _compare_whole_bodies(
    production: Response, other: Response, rules: PathIndex, collector: DifferenceCollector
) -> Incomparable | None:
    whole, other_whole = without_chunks(production), without_chunks(other)
    if whole is not production or other_whole is not other:
        collector.remarks.add(Remark("", RemarkKind.UNFRAMED))
    production_body, other_body = parse_pair(whole, other_whole)
    if isinstance(production_body, Undecodable):
        return Incomparable(production_body.reason)
    if isinstance(other_body, Undecodable):
        collector.add(rules.body, Kind.UNDECODABLE, _whole(production_body), other_body.reason)
        return None
    try:
        _compare_bodies(rules.body, production_body, other_body, collector)
        _rate_graphql_errors(rules.body, production_body, other_body, other.status, collector)
    except RecursionError:
        return Incomparable("nested too deeply")
    return None


def _text(response: Response) -> str:
    return (response.body or b"").decode("utf-8", "replace")


def _parted(production: Response, other: Response, body: PathNode) -> bool:
    """Whether bodies differ in what is left of them, of which one is cut: the shorter is no beginning of the longer."""
    coded = any(name.lower() == "content-encoding" for response in (production, other) for name, _ in response.headers)
    # a rule might settle what differs, but a body that is cut can't be read to ask it
    if coded or body.is_open:
        return False
    shorter, longer = sorted((production.body or b"", other.body or b""), key=len)
    return not longer.startswith(shorter)


def _compare_headers(node: PathNode, production: Response, other: Response, collector: DifferenceCollector) -> None:
    # without a body there is nothing that could stand in for its length
    without_body = not (production.body or other.body)
    production_values, other_values = headers_by_name(production, other, with_length=without_body)
    for name in sorted(production_values.keys() | other_values.keys()):
        value, counterpart = production_values.get(name, ABSENT), other_values.get(name, ABSENT)
        child = node.child(name)
        if value is ABSENT or counterpart is ABSENT:
            one_sided(child, value, counterpart, collector)
        elif value != counterpart and not same_value(name, value, counterpart):
            walk(child, value, counterpart, collector)


def _compare_bodies(
    node: PathNode, production: DecodedBody, other: DecodedBody, collector: DifferenceCollector
) -> None:
    match production, other:
        case Json(), Json():
            _compare_json(node, production, other, collector)
        case Empty(), Empty():
            pass
        case (Empty(), _) | (_, Empty()):
            one_sided(node, _whole(production), _whole(other), collector)
        case (Unparsable(), Json()) | (Json(), Unparsable()):
            collector.add(node, Kind.UNPARSABLE, _whole(production), _whole(other))
        case ((Text(value) | Unparsable(value)), (Text(counterpart) | Unparsable(counterpart))):
            if value != counterpart:
                settled = scalars_settled(node, value, counterpart)
                texts = excerpts(value, counterpart, collector.masking)
                collector.add(node, Kind.VALUE_CHANGED, *texts, settled=settled)
        case Binary(value), Binary(counterpart):
            if value != counterpart:
                digests = production.digest, other.digest
                collector.add(node, Kind.VALUE_CHANGED, *digests, settled=node.ignores)
        case _:
            type_changed(node, _whole(production), _whole(other), collector)


def _compare_json(node: PathNode, production: Json, other: Json, collector: DifferenceCollector) -> None:
    value, counterpart = production.value, other.value
    if production.several is not other.several:
        type_changed(node, value, counterpart, collector)
        return
    if production.prefix != other.prefix:
        _compare_prefixes(node.child(PREFIX), production.prefix, other.prefix, collector)
    # most often they differ: two objects are compared member by member at once
    if (type(value) is type(counterpart) is dict and not node.ignores) or not json_equal(value, counterpart):
        walk(node, value, counterpart, collector)


def _compare_prefixes(node: PathNode, production: str, other: str, collector: DifferenceCollector) -> None:
    if production and other:
        value_changed(node, production, other, collector)
    else:
        one_sided(node, production or ABSENT, other or ABSENT, collector)


def _rate_graphql_errors(
    node: PathNode, production: DecodedBody, other: DecodedBody, status: int | None, collector: DifferenceCollector
) -> None:
    """Raises new GraphQL ``errors`` in a 200 response to HIGH: the request failed."""
    if status == _OK and collector.mismatch and has_graphql_errors(other) and not has_graphql_errors(production):
        errors = node.child("errors")
        for child in (errors, errors.child(ANY_INDEX)):
            collector.raise_severity(child, Kind.EXTRA)


def _whole(body: DecodedBody) -> object:
    match body:
        case Json(value) | Text(value) | Unparsable(value):
            return value
        case Binary():
            return body.digest
        case _:
            return ABSENT
