"""The score of one dimension of an endpoint."""

from dataclasses import dataclass

from darklaunch.evidence.dimension import Dimension
from darklaunch.evidence.patterns import Evidence
from darklaunch.stats import UnitTable, confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """Parameters of scores.

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
    """The score of one dimension of an endpoint.

    E-values and bounds are computed when they are asked for, or those of many endpoints at once by ``precompute``.

    Attributes:
        dimension: the dimension scored.
        tolerated_excess: a fraction; 0 for latency, where the ratio holds what is tolerated.
        alpha: the chance of a wrong claim that is accepted, for each side.
        pairs: compared requests.
        compared: the units as they were compared.
        against: the units as they count against the release.
        in_favour: the units as they count in its favour.
        log_es: natural logs of the e-values to promote and to block; None: not computed yet.
        bounds: the time-uniform bounds; None: not computed yet.
    """

    dimension: Dimension
    tolerated_excess: float
    alpha: float
    pairs: int
    compared: UnitTable
    against: UnitTable
    in_favour: UnitTable
    log_es: tuple[float, float] | None = None
    bounds: tuple[float, float] | None = None

    @property
    def excess(self) -> float | None:
        """Estimated excess rate of a session; None without a compared request."""
        return self.compared.estimate

    @property
    def log_e_promote(self) -> float:
        """Natural log of the e-value against "the excess is as tolerated or worse"."""
        return self.against.log_e_promote(self.tolerated_excess) if self.log_es is None else self.log_es[0]

    @property
    def log_e_block(self) -> float:
        """Natural log of the e-value against "the excess is as tolerated or better"."""
        return self.in_favour.log_e_block(self.tolerated_excess) if self.log_es is None else self.log_es[1]

    @property
    def excess_low(self) -> float:
        """The time-uniform lower bound at ``alpha``."""
        return self.in_favour.lower(self.alpha) if self.bounds is None else self.bounds[0]

    @property
    def excess_high(self) -> float:
        """The time-uniform upper bound at ``alpha``."""
        return self.against.upper(self.alpha) if self.bounds is None else self.bounds[1]

    @property
    def clean_needed(self) -> float | None:
        """Clean effective pairs still needed to promote; None: no number would do."""
        return self.against.units_needed(self.tolerated_excess, self.alpha)

    @property
    def expected_needed(self) -> float | None:
        """Effective pairs still needed at the estimated excess; None: no number would do."""
        return self.against.units_expected(self.tolerated_excess, self.alpha)

    @property
    def confidence(self) -> float:
        """Confidence that the excess is below the tolerated one; a fraction in [0, 1]."""
        return confidence(self.log_e_promote)

    @property
    def regression_confidence(self) -> float:
        """Confidence that the excess is above the tolerated one; a fraction in [0, 1]."""
        return confidence(self.log_e_block)


def score_dimension(evidence: Evidence, tolerated_excess: float, scoring: Scoring, *, complete: bool) -> DimensionScore:
    """Scores one dimension of an endpoint.

    Args:
        evidence: its units.
        tolerated_excess: the excess rate that is still accepted.
        scoring: the parameters of scores.
        complete: whether enough requests have a shadow response; else missing ones count against the release.
    """
    compared, against, in_favour = _tables(evidence, scoring.minimum_sample_rate, complete=complete)
    return DimensionScore(
        dimension=evidence.dimension,
        tolerated_excess=tolerated_excess,
        alpha=scoring.alpha,
        pairs=evidence.total("pairs"),
        compared=compared,
        against=against,
        in_favour=in_favour,
    )


def _tables(evidence: Evidence, rate: float, *, complete: bool) -> tuple[UnitTable, UnitTable, UnitTable]:
    """The units as compared, as they count against the release, and as they count in its favour."""
    compared = evidence.table(rate, missing_differs=None, unpaired_differs=True)
    unpaired = evidence.baseline and any(pattern.k_unpaired for pattern in evidence.patterns)
    if complete and not unpaired:
        return compared, compared, compared
    against = compared if complete else evidence.table(rate, missing_differs=True, unpaired_differs=True)
    missing = None if complete else False
    in_favour = evidence.table(rate, missing_differs=missing, unpaired_differs=not evidence.baseline)
    return compared, against, in_favour
