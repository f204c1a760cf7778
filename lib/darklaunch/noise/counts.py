"""Counts that noise is found by: how often baseline and shadow differ from production, path by path."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, TypeAlias

from darklaunch.diff.difference import Kind
from darklaunch.diff.values.shape import Shape

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
        beyond: by endpoint, how many differing paths are not listed.
    """

    pairs: Mapping[str, int] = field(default_factory=dict)
    paths: Mapping[PathKey, PathCount] = field(default_factory=dict)
    beyond: Mapping[str, int] = field(default_factory=dict)

    def merged(self, other: "NoiseCounts") -> "NoiseCounts":
        """The counts of both, which share no request; ``beyond`` is then the lesser bound that is known."""
        paths = dict(self.paths)
        for key, count in other.paths.items():
            paths[key] = paths[key].merged(count) if key in paths else count
        endpoints, beyond = self.pairs.keys() | other.pairs.keys(), self.beyond.keys() | other.beyond.keys()
        return NoiseCounts(
            pairs={name: self.pairs.get(name, 0) + other.pairs.get(name, 0) for name in endpoints},
            paths=paths,
            beyond={name: max(self.beyond.get(name, 0), other.beyond.get(name, 0)) for name in beyond},
        )

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


def add_counts(counts: Iterable[NoiseCounts]) -> NoiseCounts:
    """Merges the counts of several windows."""
    return reduce(NoiseCounts.merged, counts, NoiseCounts())
