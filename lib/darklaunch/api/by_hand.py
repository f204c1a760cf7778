"""Comparison of two bodies by hand, with the same function that compares them in a run."""

import json
from collections.abc import Iterable
from typing import Final

from darklaunch.api.differences import Differences
from darklaunch.api.rules import GivenRule, Rules
from darklaunch.diff.compare import compare
from darklaunch.diff.difference import Compared, Incomparable
from darklaunch.diff.http.response import Response
from darklaunch.diff.privacy.masking import Masking
from darklaunch.errors import UsageError
from darklaunch.pair.headers import Headers

_JSON: Final[Headers] = (("content-type", "application/json"),)
_OK: Final = 200


def diff(
    production_body: object,
    shadow_body: object,
    rules: Rules | Iterable[GivenRule] = (),
    *,
    endpoint: str | None = None,
) -> Differences:
    """Compares two bodies.

    Args:
        production_body: ``bytes`` or ``str`` as received, or a JSON value: dict, list, number, bool, None.
        shadow_body: the same of the shadow. Two texts that are both JSON are compared as JSON.
        rules: ``Rules``, or what makes them: each as in the YAML, ``{"path": "$.body.at", "within": "2s"}``, where
            ``why`` may be left out; or a ``Rule``. Paths start with ``$.body``.
        endpoint: rules for this endpoint hold as well as those for all.

    Returns:
        The differences; those with a ``rule`` are settled by it, the others count. Values are not masked.

    Raises:
        ConfigError: the rules are wrong; holds every finding.
        UsageError: a body is neither, or can't be compared.

    Examples:
        >>> import darklaunch
        >>> [found] = darklaunch.diff({"price": "12.30"}, {"price": 12.3})
        >>> found.path, found.kind.value, found.production, found.shadow
        ('$.body.price', 'type_changed', '"12.30"', '12.3')
        >>> darklaunch.diff({"ms": 7}, {"ms": 9}, [{"path": "$.body.ms", "ignore": True}]).counting
        ()
    """
    production_raw, shadow_raw = _bytes("production_body", production_body), _bytes("shadow_body", shadow_body)
    headers = _JSON if _is_json(production_raw) and _is_json(shadow_raw) else ()
    production, shadow = (Response(_OK, headers, body) for body in (production_raw, shadow_raw))
    indexes = (rules if isinstance(rules, Rules) else Rules(rules)).indexes
    match compare(production, shadow, indexes.at(endpoint or ""), Masking.NONE):
        case Compared(differences=differences):
            return Differences(differences)
        case Incomparable(reason=reason):
            raise UsageError(f"diff: found a body that can't be compared ({reason}), wanted JSON, text or bytes")


def _bytes(name: str, body: object) -> bytes:
    match body:
        case bytes():
            return body
        case str():
            return body.encode("utf-8", "surrogatepass")
    try:
        return json.dumps(body).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError(f"{name}: found {error}, wanted bytes, text or a JSON value") from error


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True
