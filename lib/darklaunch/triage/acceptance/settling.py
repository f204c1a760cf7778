"""The trial of a rule on a difference that was seen, by the comparison itself."""

from typing import Final

from darklaunch.diff.collector import ABSENT, DifferenceCollector, one_sided, type_changed, value_changed
from darklaunch.diff.difference import Kind
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import PathNode, RuleIndexes
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.diff.values.json_path import JsonPath
from darklaunch.diff.walk import walk
from darklaunch.triage.acceptance.seen import Hidden, NoValue, SeenDifference, SeenValue

_HIDDEN_TEXT: Final = "\0 hidden \0"
"""Stands for a text that is not known; no pattern that is proposed matches it."""


class Trial:
    """One rule, tried on differences."""

    def __init__(self, rule: Rule) -> None:
        self._indexes = RuleIndexes(RuleSet([rule]))

    def settles(self, seen: SeenDifference, path: JsonPath) -> bool:
        """Whether the rule settles a difference.

        Args:
            seen: the difference.
            path: its steps.
        """
        node: PathNode = self._indexes.at(seen.endpoint).root
        for step in path:
            node = node.child(step)
        production, shadow = _stand_in(seen.production), _stand_in(seen.shadow)
        collector = DifferenceCollector(Masking.NONE)
        match seen.kind:
            case Kind.MISSING | Kind.EXTRA:
                one_sided(node, production, shadow, collector)
            case Kind.TYPE_CHANGED:
                type_changed(node, production, shadow, collector)
            case Kind.VALUE_CHANGED:
                value_changed(node, production, shadow, collector)
            case Kind.REORDERED:
                walk(node, [1, 2], [2, 1], collector)
            case _:
                # no rule settles a body that can't be read
                return False
        return not collector.mismatch


def _stand_in(value: SeenValue) -> object:
    match value:
        case NoValue():
            return ABSENT
        case Hidden.OBJECT:
            return {"hidden": True}
        case Hidden.ARRAY:
            return ["hidden"]
        case Hidden.SCALAR:
            return _HIDDEN_TEXT
        case _:
            return value
