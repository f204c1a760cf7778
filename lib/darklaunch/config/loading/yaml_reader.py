"""Reader of YAML: a tree of a text, with every finding in it.

Plain scalars are resolved as YAML 1.2's core schema does, because 1.1 reads ``on`` as true, ``1:30`` as 90,
``0123`` as 83 and ``1e-3`` as a text, and releases, endpoints and shares are spelt like that.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import yaml

from darklaunch.config.loading.tree import Branch, Items, Leaf, Node, Scalar
from darklaunch.text.escape import cut, quoted

MAXIMUM_NODES: Final = 100_000
"""An alias of an alias of an alias can stand for billions of values."""

MAXIMUM_FLOW_DEPTH: Final = 100
"""Braces and brackets within each other."""

_DIGITS: Final = "-+0123456789"
_SCALARS: Final = (
    ("null", r"(?:~|null|Null|NULL)?", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", ["t", "T", "f", "F"]),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", [*_DIGITS]),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?", [*_DIGITS, "."]),
)


class _Loader(yaml.SafeLoader):
    # Without a table of its own, add_implicit_resolver would start from all that YAML 1.1 resolves.
    yaml_implicit_resolvers = {}  # noqa: RUF012 - PyYAML's own name and type

    def fetch_flow_collection_start(self, TokenClass: type[yaml.Token]) -> None:  # noqa: N803 - PyYAML's own name
        """Refuses braces in braces beyond any need: each further token looks at all of them."""
        if self.flow_level >= MAXIMUM_FLOW_DEPTH:
            raise yaml.scanner.ScannerError(problem="nested too deeply", problem_mark=self.get_mark())
        super().fetch_flow_collection_start(TokenClass)


for _name, _spelling, _initials in _SCALARS:
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(rf"(?:{_spelling})\Z"), _initials)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The tree of a text, None where it can't be read at all, and what is wrong with the text."""

    tree: Node | None
    findings: tuple[str, ...] = ()


def read(text: str, where: Callable[[int], str]) -> Reading:
    """Reads one YAML document.

    Args:
        text: the document; an empty one is null.
        where: says for a line, counted from 1, how findings name it.
    """
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        walk = _Walk(loader=loader, where=where)
        tree = Leaf(value=None, spelling="", where=where(1)) if root is None else walk.node(root)
        return Reading(tree=tree, findings=tuple(walk.findings))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, what = (mark.line + 1 if mark else 1), f"{error.problem}"
    except yaml.reader.ReaderError as error:
        line, what = text.count("\n", 0, error.position) + 1, f"{error.reason}"
    except RecursionError:
        line, what = 1, "nested too deeply"
    finding = f"{where(line)}: found broken YAML ({cut(what)}), wanted it mended, or a text put in quotes"
    return Reading(tree=None, findings=(finding,))


@dataclass(slots=True, kw_only=True)
class _Walk:
    """A walk through a document, gathering findings."""

    loader: _Loader
    where: Callable[[int], str]
    findings: list[str] = field(default_factory=list)
    nodes: int = 0

    def node(self, node: yaml.Node, key: yaml.Node | None = None) -> Node:
        """The tree of a node; that of a mapping's value lies where its key stands."""
        self.nodes += 1
        if self.nodes > MAXIMUM_NODES:
            raise _problem(node, "too many values")
        where = self.where((key or node).start_mark.line + 1)
        match node:
            case yaml.MappingNode(tag="tag:yaml.org,2002:map"):
                return Branch(children=self._children(node), where=where)
            case yaml.SequenceNode(tag="tag:yaml.org,2002:seq"):
                return Items(children=tuple(self.node(child) for child in node.value), where=where)
            case yaml.ScalarNode():
                return Leaf(value=self._scalar(node), spelling=node.value, where=where)
            case _:
                raise _problem(node, f"unknown tag {node.tag}")

    def _children(self, node: yaml.MappingNode) -> dict[str, Node]:
        children: dict[str, Node] = {}
        for key, value in node.value:
            where = self.where(key.start_mark.line + 1)
            name = self._scalar(key) if isinstance(key, yaml.ScalarNode) else None
            if not isinstance(name, str):
                spelling = quoted(key.value) if isinstance(key, yaml.ScalarNode) else "a structure"
                self.findings.append(f"{where}: found {spelling} as a key, wanted a text; put it in quotes")
            elif name in children:
                first = children[name].where
                self.findings.append(f"{where}: found the key {quoted(name)} again, wanted it once; see {first}")
            else:
                children[name] = self.node(value, key)
        return children

    def _scalar(self, node: yaml.ScalarNode) -> Scalar:
        try:
            value = self.loader.construct_object(node)
        except (ValueError, LookupError):  # a tag that lies, or more digits than Python reads
            return str(node.value)
        if value is None or isinstance(value, str | int | float):
            return value
        raise _problem(node, f"unknown tag {node.tag}")


def _problem(node: yaml.Node, text: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=text, problem_mark=node.start_mark)
