"""The score of an endpoint, over all dimensions of its evidence."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from darklaunch.evidence.dimension import RUNGS, SHARES, Dimension
from darklaunch.evidence.patterns import Evidence
from darklaunch.score.dimension_score import DimensionScore, Scoring, score_dimension
from darklaunch.stats import confidence, log_es_block, log_es_promote, lowers, uppers


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointScore:
    """The score of one endpoint; None is undefined, and ``pairs == 0`` is then the reason.

    Attributes:
        endpoint: ``METHOD template``, or ``*`` for the fleet.
        dimensions: the score of each dimension, that of the responses first.
        units: sessions, counted once in every hour.
        effective_pairs: the sum of the units' sampling weights.
        bodies_equal: pairs with byte-equal bodies.
        mismatches: pairs that differ after the rules.
        baseline_mismatches: pairs at which the baseline differs from production; None without a baseline.
        noise: the share of pairs at which the baseline differs; None without a baseline.
        completeness: the share of the requests production answered that could be compared.
        log_e_burst: natural log of the e-value to promote where an hour is one unit; None: mismatches are spread.
    """

    endpoint: str
    dimensions: tuple[DimensionScore, ...]
    units: int
    effective_pairs: float
    bodies_equal: int
    mismatches: int
    baseline_mismatches: int | None
    noise: float | None
    completeness: float | None
    log_e_burst: float | None = None

    def __post_init__(self) -> None:
        if not self.dimensions or self.dimensions[0].dimension is not Dimension.BODY:
            raise ValueError(f"{self.endpoint}: an endpoint is scored on its responses first")

    @property
    def response(self) -> DimensionScore:
        """The score of the responses, which is that of mismatches."""
        return self.dimensions[0]

    @property
    def pairs(self) -> int:
        """Compared requests."""
        return self.response.pairs

    @property
    def tolerated_excess(self) -> float:
        """The excess mismatch rate that is still accepted, a fraction."""
        return self.response.tolerated_excess

    @property
    def limiting(self) -> DimensionScore:
        """The dimension with the least evidence to promote."""
        return min(self.dimensions, key=lambda dimension: dimension.log_e_promote)

    @property
    def log_e_promote(self) -> float:
        """Natural log of the least e-value over dimensions, by hours too where mismatches came in a burst.

        It is an e-value against "the release is as bad as tolerated in at least one dimension" (intersection-union).
        """
        least = self.limiting.log_e_promote
        return least if self.log_e_burst is None else min(least, self.log_e_burst)

    @property
    def log_e_block(self) -> float:
        """Natural log of the mean e-value over dimensions by their ``SHARES``: a mean of e-values is one."""
        total = sum(SHARES[each.dimension] for each in self.dimensions)
        logs = [each.log_e_block + math.log(SHARES[each.dimension] / total) for each in self.dimensions]
        highest = max(logs)
        if not math.isfinite(highest):
            return highest
        return highest + math.log(sum(math.exp(log - highest) for log in logs))

    @property
    def confidence(self) -> float:
        """Confidence that the release is better than tolerated in all dimensions: 1 - 1/E, anytime-valid."""
        return confidence(self.log_e_promote)

    @property
    def regression_confidence(self) -> float:
        """Confidence that the release is worse than tolerated; a fraction in [0, 1]."""
        return confidence(self.log_e_block)

    @property
    def match_rate(self) -> float | None:
        """The share of compared requests without a mismatch."""
        return 1 - self.mismatches / self.pairs if self.pairs else None


def score_endpoint(
    endpoint: str,
    evidence: Mapping[Dimension, Evidence],
    tolerated_excess: float,
    scoring: Scoring,
    judged: Iterable[Dimension] = (Dimension.BODY, Dimension.STATUS),
) -> EndpointScore:
    """Scores one endpoint.

    Where too many requests could not be compared, each of them is a mismatch in the evidence to promote and a match
    in the evidence to block: a shadow that times out on hard requests must not look better for it.

    Args:
        endpoint: its name.
        evidence: its units by dimension; a dimension that is absent has none.
        tolerated_excess: the excess mismatch rate, and rate of server errors, that is still accepted.
        scoring: the parameters of scores.
        judged: the dimensions that it is scored on, chosen without a look at outcomes.
    """
    body = evidence.get(Dimension.BODY, Evidence(endpoint=endpoint, patterns=()))
    completeness = body.completeness
    complete = completeness is None or completeness >= scoring.minimum_completeness
    baseline_pairs, baseline_mismatches = body.total("baseline_pairs"), body.total("baseline_mismatches")
    return EndpointScore(
        endpoint=endpoint,
        dimensions=tuple(
            score_dimension(
                evidence.get(dimension) or Evidence(endpoint=endpoint, patterns=(), dimension=dimension),
                0.0 if dimension in RUNGS else tolerated_excess,
                scoring,
                complete=complete,
            )
            for dimension in sorted(set(judged) | {Dimension.BODY}, key=list(Dimension).index)
        ),
        units=sum(pattern.units for pattern in body.patterns),
        effective_pairs=sum(
            pattern.units * pattern.weight(scoring.minimum_sample_rate) for pattern in body.patterns if pattern.pairs
        ),
        bodies_equal=body.total("bodies_equal"),
        mismatches=body.total("mismatches"),
        baseline_mismatches=baseline_mismatches if body.baseline else None,
        noise=baseline_mismatches / baseline_pairs if body.baseline else None,
        completeness=completeness,
    )


def precompute(scores: Sequence[EndpointScore]) -> list[EndpointScore]:
    """Computes the e-values of all scores at once, and the bounds that the report shows; the numbers stay the same.

    Bounds of latencies that don't limit an endpoint are left to whoever asks: they take most of the time.
    """
    dimensions = [dimension for score in scores for dimension in score.dimensions]
    if not dimensions:
        return list(scores)
    taus = [dimension.tolerated_excess for dimension in dimensions]
    promote = log_es_promote([dimension.against for dimension in dimensions], taus)
    block = log_es_block([dimension.in_favour for dimension in dimensions], taus)
    positions = iter(range(len(dimensions)))
    by_score = [[next(positions) for _ in score.dimensions] for score in scores]
    limiting = {min(of_score, key=lambda index: promote[index]) for of_score in by_score}
    bounded = [i for i, dimension in enumerate(dimensions) if dimension.dimension not in RUNGS or i in limiting]
    lows = lowers([dimensions[index].in_favour for index in bounded], dimensions[0].alpha)
    highs = uppers([dimensions[index].against for index in bounded], dimensions[0].alpha)
    bounds = dict(zip(bounded, zip(lows, highs, strict=True), strict=True))
    computed = [
        replace(dimension, log_es=(promote[index], block[index]), bounds=bounds.get(index))
        for index, dimension in enumerate(dimensions)
    ]
    return [
        replace(score, dimensions=tuple(computed[index] for index in of_score))
        for score, of_score in zip(scores, by_score, strict=True)
    ]
