"""Route templates proposed from the paths that were seen, as few of them as one asks for."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from darklaunch.capture.templates.route import Route, Routes, by_specificity
from darklaunch.capture.templates.segments import is_writable, kind_of, split_ending

MOST_WORDS: Final = 30
"""Different words at one place of a path; more of them are values, such as the slugs of articles."""

MOST_TEMPLATES: Final = 200
_MOST_NODES: Final = 20_000
_DEEPEST: Final = 12
_REST: Final = "{rest...}"
_SLUG: Final = "slug"
_LEAST_SLUGS_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedRoute:
    """A proposed template.

    Attributes:
        template: the template.
        rows: that it names.
        example: a path of them.
        known: whether it was given, by a description of the service, and not made of paths.
    """

    template: str
    rows: int
    example: str
    known: bool = False


@dataclass(slots=True)
class _Node:
    """One place of a path: how many rows end here, and what follows."""

    rows: int = 0
    example: str = ""
    children: "dict[str, _Node]" = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    many: bool = False

    def absorb(self, other: "_Node") -> None:
        self.rows += other.rows
        self.example = self.example or other.example
        self.kinds += other.kinds
        self.many |= other.many
        for name, child in other.children.items():
            self.children.setdefault(name, _Node()).absorb(child)


class RouteSuggestions:
    """Learns paths, in memory that grows with the number of templates and not with that of paths."""

    def __init__(self, known: Routes | None = None, *, most_words: int = MOST_WORDS) -> None:
        """Begins with none.

        Args:
            known: routes that a description of the service gives; what they fit needs no other.
            most_words: different words at one place that are no values yet.
        """
        self._known = known or Routes()
        self._counts: dict[str, SuggestedRoute] = {}
        self._most_words = most_words
        self._root = _Node()
        self._size = 1

    def add(self, path: str, rows: int) -> None:
        """Takes a path in that so many rows have."""
        known = self._known.route_of(path)
        if known is not None:
            before = self._counts.get(known.template)
            self._counts[known.template] = SuggestedRoute(
                template=known.template,
                rows=rows + (before.rows if before else 0),
                example=before.example if before else path,
                known=True,
            )
            return
        node = self._root
        for segment in _segments(path):
            place = segment if segment == _REST else _place(segment)
            if place.startswith("{"):
                node.kinds[f"{place} {kind_of(split_ending(segment)[0]) or _SLUG}"] += rows
            node = self._child(node, place)
        node.rows += rows
        node.example = node.example or path

    def routes(self, most: int = MOST_TEMPLATES) -> list[SuggestedRoute]:
        """The proposed templates, at most so many, in the order in which they are to be tried."""
        while len(found := list(_templates(self._root, ""))) > most and self._narrow():
            pass
        # what is rarest is named together, whatever it is
        found.sort(key=lambda each: -each.rows)
        by_template = {each.template: each for each in (*self._counts.values(), *found[:most])}
        ordered = by_specificity(Route(template=name, name=name) for name in by_template)
        return [by_template[route.template] for route in ordered.routes]

    def _child(self, node: _Node, place: str) -> _Node:
        if place not in node.children:
            if not place.startswith("{") and not node.many and _words(node) >= self._most_words:
                self._merge_words(node)
            place = self._bounded(node, place)
        if place not in node.children:
            self._size += 1
            if self._size > _MOST_NODES and self._narrow():
                self._size = sum(1 for _ in _nodes(self._root))
            node.children[place] = _Node()
        return node.children[place]

    def _bounded(self, node: _Node, place: str) -> str:
        """The place under which a segment is filed where there are many of its kind already."""
        if node.many and not place.startswith("{"):
            place = _variable(place)
            node.kinds[f"{place} {_SLUG}"] += 1
        endings = sum(name.startswith("{}.") for name in node.children)
        many_endings = place.startswith("{}.") and place not in node.children and endings >= self._most_words
        return "{}" if many_endings else place

    def _merge_words(self, node: _Node) -> None:
        """Makes one variable of the words at one place, for those to come as well."""
        node.many = True
        words = [name for name in node.children if not name.startswith("{")]
        for name in words:
            child, place = node.children.pop(name), self._bounded(node, _variable(name))
            node.kinds[f"{place} {_SLUG}"] += max(1, child.rows)
            node.children.setdefault(place, _Node()).absorb(child)

    def _narrow(self) -> bool:
        """Merges words where there are most of them; whether there was anything to merge."""
        widest = max(_nodes(self._root), key=_words)
        if _words(widest) < 2:  # noqa: PLR2004 - two words are the least that can become one
            return False
        self._merge_words(widest)
        return True


def _segments(path: str) -> list[str]:
    segments = [segment for segment in path.split("/") if segment]
    return [*segments[: _DEEPEST - 1], _REST] if len(segments) > _DEEPEST else segments


def _place(segment: str) -> str:
    """A word as it is; of a value only that it is one, with its ending."""
    stem, ending = split_ending(segment)
    if kind_of(segment) is not None:
        return "{}"
    return f"{{}}{ending}" if kind_of(stem) is not None or not is_writable(segment) else segment


def _variable(word: str) -> str:
    """The place of a word that is taken for a value."""
    return f"{{}}{split_ending(word)[1]}"


def _words(node: _Node) -> int:
    return sum(not name.startswith("{") for name in node.children)


def _nodes(node: _Node) -> Iterator[_Node]:
    yield node
    for child in node.children.values():
        yield from _nodes(child)


def _templates(node: _Node, before: str) -> Iterator[SuggestedRoute]:
    if node.rows:
        yield SuggestedRoute(template=before or "/", rows=node.rows, example=node.example)
    for place, child in node.children.items():
        if not place.startswith("{}"):
            yield from _templates(child, f"{before}/{place}")
            continue
        kinds = Counter(
            {key.partition(" ")[2]: count for key, count in node.kinds.items() if key.partition(" ")[0] == place}
        )
        yield from _templates(child, f"{before}/{{{_parameter(kinds)}}}{place[2:]}")


def _parameter(kinds: Counter[str]) -> str:
    """The name of a variable: that of its kind, ``id`` where several kinds of ids stand there."""
    if not kinds:
        return "id"
    (first, count), *others = kinds.most_common()
    if not others or (first == _SLUG and count >= _LEAST_SLUGS_SHARE * kinds.total()):
        return first
    return "id"


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedRoutes:
    """The proposal for a capture log.

    Attributes:
        routes: in the order in which they are to be tried.
        rows: of the log.
        unnamed_rows: those that name no endpoint, for which the routes are.
        unreadable_files: that were left out.
    """

    routes: tuple[SuggestedRoute, ...]
    rows: int
    unnamed_rows: int
    unreadable_files: int
