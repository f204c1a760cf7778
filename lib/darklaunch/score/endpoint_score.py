"""The score of an endpoint, over all dimensions of its evidence."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from darklaunch.evidence.dimension import ALWAYS, BLOCK_ONLY, SHARES, Dimension
from darklaunch.evidence.patterns import Evidence
from darklaunch.score.dimension_score import LOG_HALF, DimensionScore, Scoring, score_dimension
from darklaunch.stats import confidence


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
        baseline_share: the share of the judged requests that the baseline answered too; None without a baseline.
        answered: requests that production answered, judged or not.
        completeness: the share of the requests production answered that could be judged.
        least_completeness: the share that is wanted.
        production_missing: the share of the shadow's rows of which production's row is missing.
        request_excess: the excess of a request, where ``response.excess`` is that of a session; None without one.
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
    baseline_share: float | None
    answered: int
    least_completeness: float
    production_missing: float
    request_excess: float | None

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
        promoting = [each for each in self.dimensions if each.dimension not in BLOCK_ONLY]
        return min(promoting, key=lambda dimension: dimension.log_e_promote)

    @property
    def log_e_promote(self) -> float:
        """Natural log of the least e-value over dimensions.

        It is an e-value against "the release is as bad as tolerated in at least one dimension" (intersection-union).
        """
        return self.limiting.log_e_promote

    @property
    def log_e_block(self) -> float:
        """Natural log of the e-value to block: on whole days, or on a stretch that is several times as bad.

        Each is the mean over dimensions by their ``SHARES``, and a mean of e-values is one.
        """
        whole_days = self._mean(lambda each: each.log_e_whole_days)
        return max(whole_days, self._mean(lambda each: each.log_e_stretch)) + LOG_HALF

    @property
    def log_e_late(self) -> float:
        """Natural log of the e-value against "no stretch ending now is worse than tolerated"."""
        return self._mean(lambda each: each.log_e_late)

    def _mean(self, log_e_of: Callable[[DimensionScore], float]) -> float:
        total = sum(SHARES[each.dimension] for each in self.dimensions)
        logs = [log_e_of(each) + math.log(SHARES[each.dimension] / total) for each in self.dimensions]
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
    judged: Mapping[Dimension, str | None] | None = None,
    *,
    whole_days: Mapping[Dimension, Evidence] | None = None,
    promoting: Mapping[Dimension, Evidence] | None = None,
) -> EndpointScore:
    """Scores one endpoint.

    Where too many requests could not be judged, each of them is a mismatch in the evidence to promote and nothing in
    the evidence to block: a shadow that times out on hard requests must not look better for it.

    Args:
        endpoint: its name.
        evidence: its units by dimension; a dimension that is absent has none.
        tolerated_excess: the excess mismatch rate, and rate of server errors, that is still accepted.
        scoring: the parameters of scores.
        judged: the dimensions that it is scored on, chosen without a look at outcomes, each with the reason why it
            can't be judged; None: responses and errors.
        whole_days: the units of the launch's whole days; None: all are.
        promoting: the units that count towards a promotion; None: all do.
    """
    body = evidence.get(Dimension.BODY, Evidence(endpoint=endpoint, patterns=()))
    completeness, least = body.completeness, scoring.least_completeness(tolerated_excess)
    complete = completeness is None or completeness >= least
    baseline_pairs, baseline_mismatches = body.total("baseline_pairs"), body.total("baseline_mismatches")
    pairs, orphans = body.total("pairs"), body.total("production_missing")
    of_days = evidence if whole_days is None else whole_days
    dimensions: dict[Dimension, str | None] = {Dimension.BODY: None}
    dimensions |= judged if judged is not None else dict.fromkeys(ALWAYS)
    # where something was learned and the baseline answered, what was learned away stays watched
    dimensions |= {dimension: None for dimension in BLOCK_ONLY if dimension in evidence}

    def dimension_score(dimension: Dimension) -> DimensionScore:
        nothing = Evidence(endpoint=endpoint, patterns=(), dimension=dimension)
        tolerated = scoring.tolerated(dimension, tolerated_excess)
        own, days = evidence.get(dimension, nothing), of_days.get(dimension, nothing)
        counting = own if promoting is None else promoting.get(dimension, nothing)
        return score_dimension(
            own,
            days,
            tolerated,
            scoring,
            promoting=counting,
            complete=complete,
            unjudged=dimensions[dimension],
        )

    return EndpointScore(
        endpoint=endpoint,
        dimensions=tuple(map(dimension_score, sorted(dimensions, key=list(Dimension).index))),
        units=sum(pattern.units for pattern in body.patterns if pattern.pairs),
        effective_pairs=sum(pattern.units * body.weight(pattern) for pattern in body.patterns if pattern.pairs),
        bodies_equal=body.total("bodies_equal"),
        mismatches=body.total("mismatches"),
        baseline_mismatches=baseline_mismatches if body.baseline else None,
        noise=baseline_mismatches / baseline_pairs if body.baseline else None,
        completeness=completeness,
        baseline_share=baseline_pairs / pairs if body.baseline else None,
        answered=pairs + body.missing,
        least_completeness=least,
        production_missing=orphans / (pairs + orphans) if orphans else 0.0,
        request_excess=body.request_excess,
    )
