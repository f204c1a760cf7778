"""score: from the evidence of an endpoint to its excess, bounds, confidence and what is still missing."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from darklaunch.evidence.dimension import RUNGS, SHARES, Dimension
from darklaunch.evidence.patterns import Evidence
from darklaunch.score.dimension_score import DimensionScore, Scoring, score_dimension
from darklaunch.stats import confidence, log_es_block, log_es_promote, lowers, uppers


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What the evidence says of one endpoint; None is undefined, and ``pairs == 0`` is then the reason.

    Attributes:
        endpoint: ``METHOD template``, or ``*`` for the fleet.
        dimensions: each that it is scored on, the response first.
        units: sessions by hour.
        effective_pairs: the sum of the units' sampling weights.
        bodies_equal: pairs with byte-equal bodies.
        mismatches: pairs that differ after the rules.
        baseline_mismatches: the same of production against baseline; None without a baseline.
        noise: the share of pairs at which the baseline differs; None without a baseline.
        completeness: the share of requests that the shadow answered.
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
        return min(self.dimensions, key=lambda one: one.log_e_promote)

    @property
    def log_e_promote(self) -> float:
        """The least over dimensions, which is an e-value against "it is as bad as tolerated in any of them"."""
        least = self.limiting.log_e_promote
        return least if self.log_e_burst is None else min(least, self.log_e_burst)

    @property
    def log_e_block(self) -> float:
        """The mean over dimensions by their ``SHARES``: a mean of e-values is one."""
        total = sum(SHARES[one.dimension] for one in self.dimensions)
        logs = [one.log_e_block + math.log(SHARES[one.dimension] / total) for one in self.dimensions]
        highest = max(logs)
        if not math.isfinite(highest):
            return highest
        return highest + math.log(sum(math.exp(each - highest) for each in logs))

    @property
    def confidence(self) -> float:
        """That the release is as good as tolerated in every dimension: 1 - 1/E, anytime-valid; in [0, 1]."""
        return confidence(self.log_e_promote)

    @property
    def regression_confidence(self) -> float:
        """That it is worse than tolerated; a fraction in [0, 1]."""
        return confidence(self.log_e_block)

    @property
    def match_rate(self) -> float | None:
        """The share of compared requests without a mismatch."""
        return 1 - self.mismatches / self.pairs if self.pairs else None


def score(
    endpoint: str,
    evidence: Mapping[Dimension, Evidence],
    tolerated_excess: float,
    scoring: Scoring,
    judged: Iterable[Dimension] = (Dimension.BODY, Dimension.STATUS),
) -> Score:
    """Scores one endpoint.

    Where too many shadows are missing, each of them is a mismatch in the evidence to promote and a match in the
    evidence to block: a shadow that times out on hard requests must not look better for it.

    Args:
        endpoint: its name.
        evidence: what is known of it; a dimension without any is one where nothing was seen.
        tolerated_excess: the excess mismatch rate, and rate of server errors, that is still accepted.
        scoring: what else scores depend on.
        judged: the dimensions that it is scored on, chosen without a look at outcomes.
    """
    nothing = Evidence(endpoint=endpoint, patterns=())
    body = evidence.get(Dimension.BODY, nothing)
    completeness = body.completeness
    complete = completeness is None or completeness >= scoring.minimum_completeness
    baseline_pairs, baseline_mismatches = body.total("baseline_pairs"), body.total("baseline_mismatches")
    return Score(
        endpoint=endpoint,
        dimensions=tuple(
            score_dimension(
                evidence.get(one) or Evidence(endpoint=endpoint, patterns=(), dimension=one),
                tolerated,
                scoring,
                complete=complete,
            )
            for one in sorted(set(judged) | {Dimension.BODY}, key=list(Dimension).index)
            for tolerated in [tolerated_excess if one in {Dimension.BODY, Dimension.STATUS} else 0.0]
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


def worked_out(scores: Sequence[Score]) -> list[Score]:
    """The same scores with all e-values worked out at once, and the bounds of rates and of what limits them."""
    every = [one for score in scores for one in score.dimensions]
    if not every:
        return list(scores)
    taus = [one.tolerated_excess for one in every]
    promote = log_es_promote([one.against for one in every], taus)
    block = log_es_block([one.in_favour for one in every], taus)
    places = iter(range(len(every)))
    owned = [[next(places) for _ in score.dimensions] for score in scores]
    limiting = {min(own, key=lambda at: promote[at]) for own in owned}
    rates = [at for at, one in enumerate(every) if one.dimension not in RUNGS or at in limiting]
    lows = lowers([every[at].in_favour for at in rates], every[0].alpha)
    highs = uppers([every[at].against for at in rates], every[0].alpha)
    bounds = dict(zip(rates, zip(lows, highs, strict=True), strict=True))
    known = (
        replace(one, log_es=logs, bounds=bounds.get(at))
        for at, (one, logs) in enumerate(zip(every, zip(promote, block, strict=True), strict=True))
    )
    return [replace(score, dimensions=tuple(next(known) for _ in score.dimensions)) for score in scores]
