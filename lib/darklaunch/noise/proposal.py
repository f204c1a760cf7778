"""The proposal of noise rules: from A/A counts and a plan to learned rules, and to refusals that say why."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from darklaunch.diff.difference import Kind
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.values.json_path import JsonPath
from darklaunch.noise import refusals
from darklaunch.noise.candidate import LEVEL, VolatilePath, path_steps
from darklaunch.noise.counts import NoiseCounts, PathCount
from darklaunch.noise.refusals import MINIMUM_PAIRS
from darklaunch.stats import clopper_pearson

RARE: Final = 0.02
"""A rarer A/A difference is left to the excess over the baseline: a rule could hide a regression of the same size.

Chosen by hand."""

MAXIMUM_REFUSED: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Rules that the counts speak for, and those refused.

    Attributes:
        learned: paths whose values are volatile, by endpoint and path.
        refused: noise that stays in the count, the most frequent first; at most ``MAXIMUM_REFUSED``.
        refused_beyond: how many more were refused.
    """

    learned: tuple[VolatilePath, ...] = ()
    refused: tuple[VolatilePath, ...] = ()
    refused_beyond: int = 0


def propose_rules(counts: NoiseCounts, written: Iterable[Rule], floor: Callable[[str], float]) -> Proposal:
    """Judges every path at which the baseline differs.

    A path is volatile when the lower bound of its A/A rate exceeds the floor: half the tolerated excess, or ``RARE``,
    below which the excess over the baseline takes the noise out.

    Args:
        counts: of the hours learned from.
        written: the declared rules, which come first.
        floor: by endpoint, the A/A rate from which a path is volatile, a fraction.
    """
    rules = tuple(written)
    crowded = refusals.crowded(counts)
    judged: list[VolatilePath] = []
    accepted: dict[str, list[JsonPath]] = defaultdict(list)
    for (endpoint, path, kind), count in sorted(counts.paths.items()):
        candidate = _measured(endpoint, path, kind, count, counts.pairs.get(endpoint, 0))
        if candidate.aa_pairs >= MINIMUM_PAIRS and candidate.aa_low <= floor(endpoint):
            continue
        steps = path_steps(path)
        reason = next(refusals.refusals(candidate, steps, rules, crowded, accepted[endpoint]), None)
        if reason is None:
            accepted[endpoint].append(steps)
        judged.append(replace(candidate, refused=reason))
    refused = sorted(
        (noise for noise in judged if noise.refused),
        key=lambda noise: (-noise.aa_differs, noise.endpoint, noise.path),
    )
    return Proposal(
        learned=tuple(noise for noise in judged if not noise.refused),
        refused=tuple(refused[:MAXIMUM_REFUSED]),
        refused_beyond=max(0, len(refused) - MAXIMUM_REFUSED) + sum(counts.beyond.values()),
    )


def _measured(endpoint: str, path: str, kind: Kind, count: PathCount, pairs: int) -> VolatilePath:
    low, high = clopper_pearson(count.aa_differs, pairs, LEVEL) or (0.0, 1.0)
    return VolatilePath(
        endpoint=endpoint,
        path=path,
        kind=kind,
        shape=count.shape,
        aa_pairs=pairs,
        aa_differs=count.aa_differs,
        aa_low=low,
        aa_high=high,
        shadow_differs=count.shadow_differs,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoisePlan:
    """The settings of noise learning.

    Attributes:
        learn: whether rules are learned from the baseline arm.
        learning_hours: hours of a launch that are learned from.
        tolerated_excess: the excess mismatch rate that is tolerated, a fraction.
        tolerated_excess_of: the same of single endpoints, where it differs.
    """

    learn: bool
    learning_hours: int
    tolerated_excess: float
    tolerated_excess_of: Mapping[str, float]

    def least_rate(self, endpoint: str) -> float:
        """The A/A rate below which no rule is learned at an endpoint, a fraction."""
        return max(self.tolerated_excess_of.get(endpoint, self.tolerated_excess) / 2, RARE)
