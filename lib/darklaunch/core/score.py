"""score: from the evidence of an endpoint to its excess, bounds, confidence and what is still missing."""

from dataclasses import dataclass

from darklaunch.core.evidence import Evidence
from darklaunch.stats import confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """What scores depend on besides evidence.

    Attributes:
        alpha: the chance of a wrong claim that is accepted, for each side.
        minimum_sample_rate: the least sample rate; fixes the largest weight before any data.
        minimum_completeness: below this share of answered requests, missing shadows count against the release.
    """

    alpha: float
    minimum_sample_rate: float
    minimum_completeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What the evidence says of one endpoint; None is undefined, and ``pairs == 0`` is then the reason.

    Attributes:
        endpoint: ``METHOD template``, or ``*`` for the fleet.
        tolerated_excess: the excess mismatch rate that is still accepted, a fraction.
        pairs: compared requests.
        units: sessions by hour.
        effective_pairs: the sum of the units' sampling weights.
        bodies_equal: pairs with byte-equal bodies.
        mismatches: pairs that differ after the rules.
        baseline_mismatches: the same of production against baseline; None without a baseline.
        noise: the share of pairs at which the baseline differs; None without a baseline.
        completeness: the share of requests that the shadow answered.
        excess: estimated excess mismatch rate of a session.
        excess_low: its time-uniform lower bound at ``alpha``.
        excess_high: its time-uniform upper bound at ``alpha``.
        log_e_promote: natural log of the e-value against "the excess is as tolerated or worse".
        log_e_block: natural log of the e-value against "the excess is as tolerated or better".
        pairs_needed: clean effective pairs still needed to promote.
    """

    endpoint: str
    tolerated_excess: float
    pairs: int
    units: int
    effective_pairs: float
    bodies_equal: int
    mismatches: int
    baseline_mismatches: int | None
    noise: float | None
    completeness: float | None
    excess: float | None
    excess_low: float
    excess_high: float
    log_e_promote: float
    log_e_block: float
    pairs_needed: float | None

    @property
    def confidence(self) -> float:
        """That the excess is below the tolerated one: 1 - 1/E, anytime-valid; a fraction in [0, 1]."""
        return confidence(self.log_e_promote)

    @property
    def regression_confidence(self) -> float:
        """That the excess is above the tolerated one; a fraction in [0, 1]."""
        return confidence(self.log_e_block)

    @property
    def match_rate(self) -> float | None:
        """The share of compared requests without a mismatch."""
        return 1 - self.mismatches / self.pairs if self.pairs else None


def score(evidence: Evidence, tolerated_excess: float, scoring: Scoring) -> Score:
    """Scores one endpoint.

    Where too many shadows are missing, each of them is a mismatch in the evidence to promote and a match in the
    evidence to block: a shadow that times out on hard requests must not look better for it.
    """
    completeness = evidence.completeness
    complete = completeness is None or completeness >= scoring.minimum_completeness
    rate = scoring.minimum_sample_rate
    compared = evidence.table(rate, missing_differs=None, unpaired_differs=True)
    against = compared if complete else evidence.table(rate, missing_differs=True, unpaired_differs=True)
    in_favour = evidence.table(
        rate, missing_differs=None if complete else False, unpaired_differs=not evidence.baseline
    )
    baseline_pairs, baseline_mismatches = evidence.total("baseline_pairs"), evidence.total("baseline_mismatches")
    return Score(
        endpoint=evidence.endpoint,
        tolerated_excess=tolerated_excess,
        pairs=evidence.total("pairs"),
        units=sum(pattern.units for pattern in evidence.patterns),
        effective_pairs=compared.effective_units,
        bodies_equal=evidence.total("bodies_equal"),
        mismatches=evidence.total("mismatches"),
        baseline_mismatches=baseline_mismatches if evidence.baseline else None,
        noise=baseline_mismatches / baseline_pairs if evidence.baseline else None,
        completeness=completeness,
        excess=compared.estimate,
        excess_low=in_favour.lower(scoring.alpha),
        excess_high=against.upper(scoring.alpha),
        log_e_promote=against.log_e_promote(tolerated_excess),
        log_e_block=in_favour.log_e_block(tolerated_excess),
        pairs_needed=against.units_needed(tolerated_excess, scoring.alpha),
    )
