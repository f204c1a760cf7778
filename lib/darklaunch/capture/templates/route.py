"""The routes of a service: templates of paths, the more specific first."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from darklaunch.capture.endpoint import template_pattern

_REMEMBERED: Final = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A template with the endpoint's name, which is the template unless the team calls it something else."""

    template: str
    name: str


@dataclass(frozen=True, slots=True)
class Routes:
    """The routes of a service; the first that fits a path names its endpoint.

    Attributes:
        routes: in their order.
    """

    routes: tuple[Route, ...] = ()
    _find: Callable[[str], Route | None] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        patterns = [(re.compile(template_pattern(route.template)), route) for route in self.routes]

        def find(path: str) -> Route | None:
            return next((route for pattern, route in patterns if pattern.search(path)), None)

        object.__setattr__(self, "_find", lru_cache(_REMEMBERED)(find))

    def name_of(self, path: str) -> str | None:
        """The name of a path's endpoint; None where no template fits."""
        route = self._find(path)
        return None if route is None else route.name

    def route_of(self, path: str) -> Route | None:
        """The route of a path; None where no template fits."""
        return self._find(path)


def by_specificity(routes: Iterable[Route]) -> Routes:
    """Routes in an order in which none hides another: what is written out comes before what is variable."""
    return Routes(tuple(sorted(routes, key=_generality)))


def _generality(route: Route) -> tuple[tuple[tuple[int, int], ...], str]:
    """Sorts ``/users/me`` before ``/users/{id}`` before ``/users/{rest...}``, segment by segment."""
    segments = route.template.strip("/").split("/")
    return tuple(_segment_generality(segment) for segment in segments), route.template


def _segment_generality(segment: str) -> tuple[int, int]:
    if "{" not in segment:
        return 0, 0
    literal = len(re.sub(r"\{[^}]*\}", "", segment))
    return (2 if "...}" in segment else 1), -literal
