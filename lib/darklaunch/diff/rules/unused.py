"""The likely reason why a rule settled nothing."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from darklaunch.diff.rules.array_actions import Key, Unordered
from darklaunch.diff.rules.remark import Remark, RemarkKind
from darklaunch.diff.rules.rule import Rule
from darklaunch.pair.headers import PRESENCE_ONLY_HEADERS, TRANSPORT_HEADERS

_SENTENCES: Final = {
    RemarkKind.NO_KEY: "at its path no array has this key in every element, each of another value",
    RemarkKind.UNREADABLE: "it could not read the values that differ at its path",
    RemarkKind.BEYOND: "the values at its path differ by more than it allows",
    RemarkKind.OTHER_KIND: "at its path values are missing, are extra, or are of other types",
}
_POSITIONS: Final = "[*]"
_HEADER: Final = re.compile(r"\$\.headers(?:\.([\w-]+)|\['([\w-]+)'\])")


def likely_reason(rule: Rule, remarks: Mapping[Remark, int], paths: Collection[str], endpoints: Collection[str]) -> str:
    """Says why a rule may have settled nothing.

    Args:
        rule: one that settled nothing.
        remarks: how many requests each was made of.
        paths: at which something differs that no rule settles, of the rule's endpoint or of all.
        endpoints: at which something was compared; empty: unknown.
    """
    if rule.endpoint is not None and endpoints and rule.endpoint not in endpoints:
        return "no request of its endpoint was compared"
    counts = {kind: remarks.get(Remark(rule.name, kind), 0) for kind in _SENTENCES}
    kind = max(counts, key=lambda each: counts[each])
    if counts[kind]:
        return f"{_SENTENCES[kind]} ({counts[kind]} request{'' if counts[kind] == 1 else 's'})"
    header = _HEADER.fullmatch(rule.path)
    name = (header[1] or header[2]).lower() if header is not None else ""
    if name in TRANSPORT_HEADERS:
        return "this header is not compared"
    if name in PRESENCE_ONLY_HEADERS:
        return "of this header only the presence is compared"
    similar = sorted(path for path in paths if path != rule.path and _loosely(path) == _loosely(rule.path))
    if similar:
        return f"nothing differs at its path, but at {similar[0]}"
    if isinstance(rule.action, Key | Unordered):
        return "no array at its path came in another order"
    return "nothing differs at its path"


def _loosely(path: str) -> str:
    """A path without its positions, its quotes and its case."""
    return re.sub(r"\['([^']*)'\]", r".\1", path.replace(_POSITIONS, "")).casefold()
