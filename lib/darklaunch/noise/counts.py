"""Counts that noise is found by: how often baseline and shadow differ from production, path by path."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Final, TypeAlias

from darklaunch.diff.difference import Kind
from darklaunch.diff.values.shape import Shape
from darklaunch.noise.name_limit import within_limit

MAXIMUM_PATHS: Final = 5_000
"""Paths of an endpoint at which the baseline differs that are kept in the end. Chosen by hand."""

PathKey: TypeAlias = tuple[str, str, Kind]
"""Endpoint, path and kind of difference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathCount:
    """Differences of one kind at one path, over the requests that all three arms answered.

    Attributes:
        aa_differs: requests at which the baseline differs from production here, settled by no written rule.
        shadow_differs: requests of the same at which the shadow does.
        shape: that of production's and the baseline's values where they differ; None: no two values.
    """

    aa_differs: int
    shadow_differs: int
    shape: Shape | None = None

    def __post_init__(self) -> None:
        if self.aa_differs < 0 or self.shadow_differs < 0:
            raise ValueError(f"{self.aa_differs} and {self.shadow_differs} requests; a count is at least 0")

    def merged(self, other: "PathCount") -> "PathCount":
        """The counts of both, which share no request."""
        shapes = [shape for shape in (self.shape, other.shape) if shape is not None]
        return PathCount(
            aa_differs=self.aa_differs + other.aa_differs,
            shadow_differs=self.shadow_differs + other.shadow_differs,
            shape=reduce(Shape.merged, shapes) if shapes else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseCounts:
    """All that is counted of some hours; counts of other hours can be merged in.

    Attributes:
        pairs: by endpoint, requests that all three arms answered and that could be compared.
        paths: by endpoint, path and kind.
        beyond: by endpoint, how many paths at which the baseline differs are not listed, at most.
    """

    pairs: Mapping[str, int] = field(default_factory=dict)
    paths: Mapping[PathKey, PathCount] = field(default_factory=dict)
    beyond: Mapping[str, int] = field(default_factory=dict)

    def merged(self, other: "NoiseCounts") -> "NoiseCounts":
        """The counts of both, which share no request; a path that neither lists is ``beyond`` in both."""
        paths = dict(self.paths)
        for key, count in other.paths.items():
            paths[key] = paths[key].merged(count) if key in paths else count
        return NoiseCounts(pairs=_sums(self.pairs, other.pairs), paths=paths, beyond=_sums(self.beyond, other.beyond))

    def cut(self) -> "NoiseCounts":
        """The counts at the most frequent ``MAXIMUM_PATHS`` paths of each endpoint at which the baseline differs.

        Only whole counts are cut, when all others have been merged in: a path that is rare in each part may be
        frequent in all.
        """
        paths, beyond = self._without_crowds()
        listed: dict[PathKey, PathCount] = {}
        for endpoint, counts in _by_endpoint(paths).items():
            noise = [(key, count) for key, count in counts.items() if count.aa_differs > 0]
            noise.sort(key=lambda path: (-path[1].aa_differs, path[0]))
            listed.update(noise[:MAXIMUM_PATHS])
            beyond[endpoint] += max(0, len(noise) - MAXIMUM_PATHS)
        return NoiseCounts(
            pairs=self.pairs, paths=listed, beyond={name: count for name, count in beyond.items() if count}
        )

    def _without_crowds(self) -> tuple[dict[PathKey, PathCount], Counter[str]]:
        """The paths that are not crowded out by other names, and ``beyond`` with those that are."""
        listed: dict[PathKey, PathCount] = {}
        beyond = Counter(self.beyond)
        for endpoint, counts in _by_endpoint(self.paths).items():
            names = within_limit(path for _, path, _ in counts)
            for key, count in counts.items():
                if key[1] in names:
                    listed[key] = count
                else:
                    beyond[endpoint] += count.aa_differs
        return listed, beyond

    def as_dict(self) -> dict[str, Any]:
        """The counts as a JSON object, in an order that depends on nothing but them."""
        return {
            "pairs": dict(sorted(self.pairs.items())),
            "beyond": dict(sorted(self.beyond.items())),
            "paths": [
                {
                    "endpoint": endpoint,
                    "path": path,
                    "kind": kind.value,
                    "aa_differs": count.aa_differs,
                    "shadow_differs": count.shadow_differs,
                    "shape": count.shape.as_dict() if count.shape is not None else None,
                }
                for (endpoint, path, kind), count in sorted(self.paths.items())
            ],
        }

    @classmethod
    def from_dict(cls, written: Mapping[str, Any]) -> "NoiseCounts":
        """Reads what ``as_dict`` wrote."""
        paths = {
            (row["endpoint"], row["path"], Kind(row["kind"])): PathCount(
                aa_differs=row["aa_differs"],
                shadow_differs=row["shadow_differs"],
                shape=Shape.from_dict(row["shape"]) if row["shape"] is not None else None,
            )
            for row in written["paths"]
        }
        return cls(pairs=written["pairs"], paths=paths, beyond=written["beyond"])


def _sums(counts: Mapping[str, int], others: Mapping[str, int]) -> dict[str, int]:
    return {name: counts.get(name, 0) + others.get(name, 0) for name in counts.keys() | others.keys()}


def _by_endpoint(paths: Mapping[PathKey, PathCount]) -> dict[str, dict[PathKey, PathCount]]:
    groups: defaultdict[str, dict[PathKey, PathCount]] = defaultdict(dict)
    for key, count in paths.items():
        groups[key[0]][key] = count
    return groups


def add_counts(counts: Iterable[NoiseCounts]) -> NoiseCounts:
    """Merges the counts of several windows."""
    return reduce(NoiseCounts.merged, counts, NoiseCounts())
