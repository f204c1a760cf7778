"""Comparison of two bodies by hand, with the same function that compares them in Spark."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from pydantic import ValidationError

from darklaunch.config.domain import rule_set
from darklaunch.config.loading.findings import findings_of
from darklaunch.config.loading.tree import Branch, Items, Leaf, Node
from darklaunch.config.settings.model import Settings
from darklaunch.config.settings.rules import RuleSettings
from darklaunch.diff.compare import compare
from darklaunch.diff.difference import Compared, Difference, Incomparable
from darklaunch.diff.http.response import Response
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import RuleIndexes
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.errors import ConfigError, UsageError
from darklaunch.pair.headers import Headers

Rules: TypeAlias = Sequence[Rule | RuleSettings | Mapping[str, Any]]

_JSON: Final[Headers] = (("content-type", "application/json"),)
_OK: Final = 200


def diff(
    production_body: object,
    shadow_body: object,
    rules: Rules = (),
    *,
    endpoint: str | None = None,
) -> tuple[Difference, ...]:
    """Compares two bodies.

    Args:
        production_body: ``bytes`` or ``str`` as received, or a JSON value: dict, list, number, bool, None.
        shadow_body: the same of the shadow. Two texts that are both JSON are compared as JSON.
        rules: each as in the YAML, with any of its actions, ``{"path": "$.body.at", "within": "2s"}``, where ``why``
            may be left out; or a ``Rule``. Paths start with ``$.body``.
        endpoint: rules for this endpoint hold as well as those for all.

    Returns:
        The differences; those with a ``rule`` are settled by it, the others count. Values are not masked.

    Raises:
        ConfigError: the rules are wrong; holds every finding.
        UsageError: a body is neither, or can't be compared.
    """
    production_raw, shadow_raw = _bytes("production_body", production_body), _bytes("shadow_body", shadow_body)
    headers = _JSON if _is_json(production_raw) and _is_json(shadow_raw) else ()
    production, shadow = (Response(_OK, headers, body) for body in (production_raw, shadow_raw))
    match compare(production, shadow, RuleIndexes(_read(rules)).at(endpoint or ""), Masking.NONE):
        case Compared(differences=differences):
            return differences
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


def _read(rules: Rules) -> RuleSet:
    """The rules whose paths are read together, so that a clash of two kinds of rule is found as well."""
    spelt = [_with_why(rule) for rule in rules if isinstance(rule, Mapping)]
    given = iter(_validated(spelt))
    settings = [next(given) if isinstance(rule, Mapping) else rule for rule in rules]
    read = rule_set([rule for rule in settings if isinstance(rule, RuleSettings)])
    return RuleSet([*read.rules, *(rule for rule in settings if isinstance(rule, Rule))])


def _with_why(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {"why": "given by hand", **rule}


def _validated(spelt: Sequence[Mapping[str, Any]]) -> tuple[RuleSettings, ...]:
    try:
        return Settings.model_validate({"rules": tuple(spelt)}).rules
    except ValidationError as error:
        tree = Branch(children={"rules": _node(list(spelt))}, where="diff")
        raise ConfigError(list(findings_of(error, tree))) from None


def _node(value: object) -> Node:
    """A value as the tree in which findings look up what they found."""
    match value:
        case Mapping():
            return Branch(children={str(key): _node(child) for key, child in value.items()}, where="diff")
        case list() | tuple():
            return Items(children=tuple(_node(child) for child in value), where="diff")
        case str() | bool() | int() | float() | None:
            return Leaf(value=value, spelling=str(value), where="diff")
        case _:
            return Leaf(value=str(value), spelling=str(value), where="diff")
