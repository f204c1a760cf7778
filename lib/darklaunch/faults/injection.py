"""Injection of faults into a response, and their detection: with and without rules."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from darklaunch.diff.compare import compare
from darklaunch.diff.difference import Compared
from darklaunch.diff.http.body import parse_pair
from darklaunch.diff.http.parsed_body import Empty, Json, Text
from darklaunch.diff.http.response import Response
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import PathIndex
from darklaunch.diff.values.json_path import JsonPath
from darklaunch.diff.values.json_text import Constant
from darklaunch.faults.kinds import Fault, fault_places, inject
from darklaunch.pair.headers import TRANSPORT_HEADERS, Headers

PATHS_PER_FAULT: Final = 3
"""At so many random paths of one response each kind of fault is injected; chosen by hand."""

_JSON: Final[Headers] = (("content-type", "application/json"),)
_TEXT: Final[Headers] = (("content-type", "text/plain; charset=utf-8"),)
_OF_BODY: Final = frozenset({"content-type", "content-encoding"})
_SERVER_ERROR: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultyResponse:
    """A response with one fault.

    Attributes:
        fault: its kind.
        path: where, array positions generalised.
        response: the response with the fault.
    """

    fault: Fault
    path: JsonPath
    response: Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """One injected fault, and whether the comparison detects it.

    Attributes:
        fault: its kind.
        path: where, as people may see it.
        ruled: a rule names the path, or takes all below one above it.
        without_rules: the comparison detects it where there is no rule.
        with_rules: it does under the rules.
        hidden_by: the rule that settled it; None: it is detected, or no rule is to blame.
    """

    fault: Fault
    path: str
    ruled: bool
    without_rules: bool
    with_rules: bool
    hidden_by: str | None


def detections(
    response: Response, rules: PathIndex, no_rules: PathIndex, masking: Masking, rng: random.Random
) -> Iterator[Detection]:
    """Injects every kind of fault into a response, at random paths of it, and compares the two.

    Args:
        response: a real one, which is taken for right.
        rules: of its endpoint.
        no_rules: an index without any.
        masking: how paths may be seen.
        rng: chooses the paths and the wrong values.
    """
    content, clean = _rewritten(response)
    for faulty in inject_faults(clean, content, rng):
        before = compare(clean, faulty.response, no_rules, masking)
        after = compare(clean, faulty.response, rules, masking)
        if isinstance(before, Compared) and isinstance(after, Compared):
            settled = None if after.mismatch else next((d.rule for d in after.differences if d.rule is not None), None)
            yield Detection(
                fault=faulty.fault,
                path=masking.mask_path(faulty.path).text,
                ruled=_ruled(rules, faulty.path),
                without_rules=before.mismatch,
                with_rules=after.mismatch,
                hidden_by=settled,
            )


def _ruled(rules: PathIndex, path: JsonPath) -> bool:
    above = (rules.settling(path[:length]) for length in range(1, len(path)))
    return rules.settling(path) is not None or any(
        rule is not None and rule.action is not None and rule.action.settles_subtrees for rule in above
    )


def inject_faults(clean: Response, content: Json | Text | None, rng: random.Random) -> Iterator[FaultyResponse]:
    """The response with one fault each time, of every kind that fits it."""
    for fault in Fault:
        match fault:
            case Fault.SERVER_ERROR:
                other = _SERVER_ERROR if (clean.status or 0) < _SERVER_ERROR else 200
                yield FaultyResponse(fault=fault, path=("status",), response=replace(clean, status=other))
            case Fault.DROPPED_HEADER | Fault.CHANGED_HEADER:
                yield from _in_headers(clean, fault, rng)
            case Fault.CUT_BODY:
                if isinstance(content, Json) and clean.body:
                    half = clean.body[: max(1, len(clean.body) // 2)]
                    yield FaultyResponse(fault=fault, path=("body",), response=replace(clean, body=half))
            case _:
                yield from _in_body(clean, content, fault, rng)


def _in_headers(clean: Response, fault: Fault, rng: random.Random) -> Iterator[FaultyResponse]:
    names = sorted({name.lower() for name, _ in clean.headers} - _OF_BODY.union(TRANSPORT_HEADERS))
    for name in rng.sample(names, min(PATHS_PER_FAULT, len(names))):
        others = tuple((other, value) for other, value in clean.headers if other.lower() != name)
        if fault is Fault.CHANGED_HEADER:
            others = (*others, (name, "planted"))
        yield FaultyResponse(fault=fault, path=("headers", name), response=replace(clean, headers=others))


def _in_body(
    clean: Response, content: Json | Text | None, fault: Fault, rng: random.Random
) -> Iterator[FaultyResponse]:
    if content is None:
        return
    places = fault_places(content.value, fault)
    for path in rng.sample(list(places), min(PATHS_PER_FAULT, len(places))):
        changed = inject(content.value, fault, rng.choice(places[path]), rng)
        if isinstance(content, Json) or isinstance(changed, str):
            raw = _written(changed) if isinstance(content, Json) else changed.encode("utf-8", "surrogatepass")
            yield FaultyResponse(fault=fault, path=path, response=replace(clean, body=raw))


def _rewritten(response: Response) -> tuple[Json | Text | None, Response]:
    """A response whose body is written plainly, whatever its format and encoding, so that faults can be written too."""
    content, _ = parse_pair(response, response)
    headers = tuple((name, value) for name, value in response.headers if name.lower() not in _OF_BODY)
    match content:
        case Json(value):
            return content, replace(response, headers=(*headers, *_JSON), body=_written(value))
        case Text(text):
            return content, replace(response, headers=(*headers, *_TEXT), body=text.encode("utf-8", "surrogatepass"))
        case Empty():
            return None, response
        case _:
            return None, replace(response, headers=headers, body=None)


def _written(value: Any) -> bytes:
    return json.dumps(value, default=_number).encode("utf-8", "surrogatepass")


def _number(value: object) -> float | int:
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case Constant(name):
            return float(name)
        case _:
            raise TypeError(f"found a {type(value).__name__}, wanted a JSON value")
