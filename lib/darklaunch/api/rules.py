"""Rules as Python code gives them: spelt as in the YAML, or as values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias, overload

from pydantic import ValidationError

from darklaunch.config.domain import rule_set
from darklaunch.config.loading.findings import findings_of
from darklaunch.config.loading.load import load
from darklaunch.config.loading.tree import Branch, Items, Leaf, Node
from darklaunch.config.settings.model import Settings
from darklaunch.config.settings.rules import RuleSettings
from darklaunch.diff.rule_index import RuleIndexes
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.errors import ConfigError
from darklaunch.publish.notebook.cells import table_cell

GivenRule: TypeAlias = Rule | RuleSettings | Mapping[str, Any]


@dataclass(frozen=True, slots=True, init=False)
class Rules(Sequence[Rule]):
    """Rules of which no two settle the same path, checked once and used as often as wanted.

    Args:
        given: each as in the YAML, with any of its actions, where ``why`` may be left out; or a ``Rule``.

    Attributes:
        values: the rules in the order in which they were given.

    Raises:
        ConfigError: the rules are wrong, or two can settle the same path; holds every finding.

    Examples:
        >>> import darklaunch
        >>> rules = darklaunch.Rules([{"path": "$.body.at", "within": "2s", "why": "two clocks"}])
        >>> [rule.name for rule in rules]
        ['within 2 s at $.body.at']
        >>> len(darklaunch.Rules([*rules, {"path": "$.body.id", "ignore": True}]))
        2
    """

    values: tuple[Rule, ...]
    indexes: RuleIndexes = field(repr=False, compare=False)

    def __init__(self, given: Iterable[GivenRule] = ()) -> None:
        rules = _read(tuple(given))
        object.__setattr__(self, "values", rules.rules)
        object.__setattr__(self, "indexes", RuleIndexes(rules))

    @classmethod
    def read(cls, conf: str | Path, env: str | None = None) -> "Rules":
        """Reads the rules of a configuration.

        Args:
            conf: a YAML file, or a folder of them with ``base/`` and overlays, as ``--conf`` takes.
            env: the overlay, as ``--env`` takes.

        Raises:
            UsageError: there is no such path or overlay.
            ConfigError: something in the configuration is wrong; holds every finding.
        """
        return cls(load(conf=Path(conf), env=env, overrides=()).rules)

    @overload
    def __getitem__(self, place: int) -> Rule: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Rule, ...]: ...
    def __getitem__(self, place: int | slice) -> Rule | tuple[Rule, ...]:
        return self.values[place]

    def __len__(self) -> int:
        return len(self.values)

    def _repr_html_(self) -> str:
        """The rules as a table, for a notebook's cell."""
        rows = [(rule.name, rule.why) for rule in self.values]
        return table_cell(f"{len(rows):,} rules", ("rule", "why"), rows)


def _read(given: Sequence[GivenRule]) -> RuleSet:
    """The rules whose paths are read together, so that a clash of two kinds of rule is found as well."""
    spelt = [{"why": "given by hand", **rule} for rule in given if isinstance(rule, Mapping)]
    validated = iter(_validated(spelt))
    settings = [next(validated) if isinstance(rule, Mapping) else rule for rule in given]
    read = iter(rule_set([rule for rule in settings if isinstance(rule, RuleSettings)]).rules)
    return RuleSet([next(read) if isinstance(rule, RuleSettings) else rule for rule in settings])


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
