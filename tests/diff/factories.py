"""Responses, and hypothesis strategies for JSON trees."""

import json
from typing import Any

from hypothesis import strategies as st

from darklaunch.diff.compare import compare
from darklaunch.diff.difference import Compared
from darklaunch.diff.http.response import Response
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import RuleIndexes
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet

JSON_HEADERS = (("content-type", "application/json"),)


def answer(body: Any = None, *, status: int = 200, headers: tuple[tuple[str, str], ...] = JSON_HEADERS) -> Response:
    raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    return Response(status, headers, raw)


def differences_of(production: Response, shadow: Response, *rules: Rule) -> list[tuple[str, str, bool]]:
    """(path, kind, counts) of every difference."""
    outcome = compare(production, shadow, RuleIndexes(RuleSet(rules)).at("GET /x"), Masking.NONE)
    assert isinstance(outcome, Compared), outcome
    return [(d.path, d.kind.value, d.rule is None) for d in outcome.differences]


scalars = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
    | st.text(max_size=3)
)
trees = st.recursive(
    scalars,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.sampled_from("abcd"), below, max_size=4),
    max_leaves=12,
)
