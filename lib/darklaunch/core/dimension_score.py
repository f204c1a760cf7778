"""The score of one dimension of an endpoint."""

from dataclasses import dataclass

from darklaunch.core.dimension import Dimension
from darklaunch.core.evidence import Evidence
from darklaunch.stats import UnitTable, confidence


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
class DimensionScore:
    """What the evidence says of one dimension of an endpoint.

    Attributes:
        dimension: which.
        tolerated_excess: a fraction; of latency 0, as what is tolerated lies in the ratio.
        pairs: compared requests.
        excess: estimated excess rate of a session; None: nothing was compared.
        excess_low: its time-uniform lower bound at ``alpha``.
        excess_high: its time-uniform upper bound at ``alpha``.
        log_e_promote: natural log of the e-value against "the excess is as tolerated or worse".
        log_e_block: natural log of the e-value against "the excess is as tolerated or better".
        clean_needed: clean effective pairs still needed to promote; None: no number would do.
        expected_needed: effective pairs still needed if the excess stays what it seems; None: it would not do.
    """

    dimension: Dimension
    tolerated_excess: float
    pairs: int
    excess: float | None
    excess_low: float
    excess_high: float
    log_e_promote: float
    log_e_block: float
    clean_needed: float | None
    expected_needed: float | None

    @property
    def confidence(self) -> float:
        """That the excess is below the tolerated one; a fraction in [0, 1]."""
        return confidence(self.log_e_promote)

    @property
    def regression_confidence(self) -> float:
        """That the excess is above the tolerated one; a fraction in [0, 1]."""
        return confidence(self.log_e_block)


def score_dimension(evidence: Evidence, tolerated_excess: float, scoring: Scoring, *, complete: bool) -> DimensionScore:
    """Scores one dimension of an endpoint.

    Args:
        evidence: what is known of it.
        tolerated_excess: the excess rate that is still accepted.
        scoring: what else scores depend on.
        complete: whether enough shadows answered; else missing ones count against the release.
    """
    compared, against, in_favour = _tables(evidence, scoring.minimum_sample_rate, complete=complete)
    return DimensionScore(
        dimension=evidence.dimension,
        tolerated_excess=tolerated_excess,
        pairs=evidence.total("pairs"),
        excess=compared.estimate,
        excess_low=in_favour.lower(scoring.alpha),
        excess_high=against.upper(scoring.alpha),
        log_e_promote=against.log_e_promote(tolerated_excess),
        log_e_block=in_favour.log_e_block(tolerated_excess),
        clean_needed=against.units_needed(tolerated_excess, scoring.alpha),
        expected_needed=against.units_expected(tolerated_excess, scoring.alpha),
    )


def _tables(evidence: Evidence, rate: float, *, complete: bool) -> tuple[UnitTable, UnitTable, UnitTable]:
    """What was compared; what counts against the release; what counts in its favour."""
    compared = evidence.table(rate, missing_differs=None, unpaired_differs=True)
    unpaired = evidence.baseline and any(pattern.k_unpaired for pattern in evidence.patterns)
    if complete and not unpaired:
        return compared, compared, compared
    against = compared if complete else evidence.table(rate, missing_differs=True, unpaired_differs=True)
    missing = None if complete else False
    in_favour = evidence.table(rate, missing_differs=missing, unpaired_differs=not evidence.baseline)
    return compared, against, in_favour
