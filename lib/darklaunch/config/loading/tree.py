"""Tree of a YAML document, in which every value knows where it was written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from darklaunch.text.escape import cut, quoted

Scalar: TypeAlias = str | int | float | bool | None
KeyPath: TypeAlias = tuple[str | int, ...]
"""The way to a setting: keys, and indexes of lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A scalar: its value, and how it was spelt."""

    value: Scalar
    spelling: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list."""

    children: "tuple[Node, ...]"
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A mapping."""

    children: "Mapping[str, Node]" = field(default_factory=dict)
    where: str = "defaults"


Node: TypeAlias = Leaf | Items | Branch


def plain(node: Node) -> object:
    """The values alone, lists as tuples."""
    match node:
        case Leaf(value=value):
            return value
        case Items(children=items):
            return tuple(plain(child) for child in items)
        case Branch(children=named):
            return {key: plain(child) for key, child in named.items()}


def described(node: Node) -> str:
    """A node as a finding names it: a text in quotes, a number as it was spelt, the rest in words."""
    match node:
        case Leaf(value=None):
            return "nothing"
        case Leaf(value=str(text)):
            return quoted(text)
        case Leaf(spelling=spelling):
            return cut(spelling)
        case Items():
            return "a list"
        case Branch():
            return "a mapping"


def below(node: Node, step: str | int) -> Node | None:
    """The child of a node; None where there is none."""
    match node, step:
        case Branch(children=named), str():
            return named.get(step)
        case Items(children=items), int() if step < len(items):
            return items[step]
        case _:
            return None


def along(tree: Node, path: Sequence[str | int]) -> list[Node]:
    """The nodes along a path, from the root on, as far as they go."""
    nodes = [tree]
    for step in path:
        child = below(nodes[-1], step)
        if child is None:
            break
        nodes.append(child)
    return nodes


def overlay(under: Node, over: Node) -> Node:
    """Mappings merged key by key; of anything else the upper one."""
    match under, over:
        case Branch(children=lower), Branch(children=upper):
            both = {key: overlay(lower[key], child) if key in lower else child for key, child in upper.items()}
            return Branch(children={**lower, **both}, where=over.where)
        case _:
            return over


def clashes(first: Node, second: Node, path: KeyPath = ()) -> list[tuple[KeyPath, Node, Node]]:
    """Every path at which two trees both have a value and not both a mapping, with the two nodes."""
    match first, second:
        case Branch(children=old), Branch(children=new):
            shared = [key for key in new if key in old]
            return [clash for key in shared for clash in clashes(old[key], new[key], (*path, key))]
        case _:
            return [(path, first, second)]
