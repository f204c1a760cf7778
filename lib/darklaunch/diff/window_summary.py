"""Summary of a window's differences: what leaves the engine for the report."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeVar

from darklaunch.diff.difference import Kind
from darklaunch.diff.rules.severity import Severity

LISTED: Final = 20
"""So many differing paths of an endpoint are listed, the most frequent ones; the table of differences has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCount:
    """Compared requests of one endpoint by the status classes of both arms: 2 is 2xx."""

    endpoint: str
    production_class: int
    shadow_class: int
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One request that shows a difference; a value is None where the arm has none at the path."""

    request_id: str
    production: str | None
    shadow: str | None


class PathKey(NamedTuple):
    """A differing path as it is counted; an empty rule means that it counts."""

    endpoint: str
    path: str
    kind: str
    rule: str
    severity: str


class PathCount(NamedTuple):
    """Requests that differ at a path, and the one with the least id as an example."""

    requests: int
    example: Example

    def merged(self, other: "PathCount") -> "PathCount":
        """The count of both, which share no request."""
        first = min(self.example, other.example, key=lambda example: example.request_id)
        return PathCount(self.requests + other.requests, first)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopDifference:
    """A differing path of one endpoint; ``rank`` counts from 1, and ``rule`` None means that it counts."""

    endpoint: str
    path: str
    kind: Kind
    rule: str | None
    severity: Severity
    requests: int
    rank: int
    example: Example


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomparableCount:
    """Requests whose answers could not be compared for one reason, with the least of their ids."""

    reason: str
    requests: int
    request_id: str

    def merged(self, other: "IncomparableCount") -> "IncomparableCount":
        """The count of both, which share no request."""
        return IncomparableCount(
            reason=self.reason,
            requests=self.requests + other.requests,
            request_id=min(self.request_id, other.request_id),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CollapsedPath:
    """A path at which production hardly ever repeats a value, and the shadow hardly ever has another one."""

    endpoint: str
    path: str
    requests: int
    production_values: int
    shadow_values: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VolatileLevel:
    """The level of the shadow's numbers at a path at which they never are production's, as a learned rule allows.

    Attributes:
        endpoint: its name.
        path: masked.
        requests: at which they differ.
        above: at which the shadow's is greater.
        below: at which it is less.
        median_difference: shadow less production, of a sample of these requests.
    """

    endpoint: str
    path: str
    requests: int
    above: int
    below: int
    median_difference: float


Row = TypeVar("Row", StatusCount, TopDifference)


def by_endpoint(rows: Iterable[Row]) -> Mapping[str, Sequence[Row]]:
    """Groups rows by endpoint, the endpoints in order of their names."""
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.endpoint, []).append(row)
    return {endpoint: tuple(grouped[endpoint]) for endpoint in sorted(grouped)}
