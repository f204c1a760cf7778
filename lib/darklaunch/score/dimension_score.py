"""The score of one dimension of an endpoint."""

import math
from dataclasses import dataclass

from darklaunch.evidence.dimension import TOLERATED_LEVEL, Dimension
from darklaunch.evidence.patterns import Evidence, Side
from darklaunch.score.late import Late, WorseSince
from darklaunch.stats import UnitTable, confidence

LOG_HALF = math.log(0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """Parameters of scores.

    Attributes:
        alpha: the chance of a wrong claim that is accepted, for each side.
        minimum_completeness: below this share of answered requests, unseen ones count against the release; None: where
            more than the tolerated excess was not seen.
        tolerated_volatile: how much more often the shadow's values at learned paths may differ than the baseline's.
        tolerated_stretch: a stretch of hours blocks where it is worse than so many times the tolerated excess.
        number: so many sets of rules, this one included, have been tried on these releases: a promotion needs its
            square times the evidence, so that to try many gains little.
    """

    alpha: float
    minimum_completeness: float | None = None
    tolerated_volatile: float = 0.02
    tolerated_stretch: float = 2.0
    number: int = 1

    def tolerated(self, dimension: Dimension, tolerated_excess: float) -> float:
        """The excess that is tolerated in a dimension, where so much is of mismatches and errors."""
        match dimension:
            case Dimension.BODY | Dimension.STATUS:
                return tolerated_excess
            case Dimension.VOLATILE:
                return self.tolerated_volatile
            case Dimension.LEVEL_HIGHER | Dimension.LEVEL_LOWER:
                return TOLERATED_LEVEL
            case _:
                # the ratio holds what is tolerated of a latency
                return 0.0

    def least_completeness(self, tolerated_excess: float) -> float:
        """The share of answered requests that has to be judged."""
        return 1.0 - tolerated_excess if self.minimum_completeness is None else self.minimum_completeness


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionScore:
    """The score of one dimension of an endpoint.

    E-values and bounds are computed when they are asked for, or those of many endpoints at once by ``precompute``.

    Attributes:
        dimension: the dimension scored.
        tolerated_excess: a fraction; 0 for latency, where the ratio holds what is tolerated.
        alpha: the chance of a wrong claim that is accepted, for each side.
        number: as of ``Scoring``.
        pairs: judged requests.
        compared: the units as they were judged.
        against: the units as they count against the release.
        blocking: the units as they count for a block.
        whole_days: the same of the launch's whole days alone, which a block rests on: a release that is worse by day
            and better by night is not to be judged at noon.
        late: what speaks for a regression since some hour; None: no unit is worse.
        unjudged: the reason why it can't be judged, which holds the endpoint; None: it can.
        log_es: natural logs of the e-values to promote, and to block on whole days; None: not computed yet.
        bounds: the time-uniform bounds; None: not computed yet.
        last_day_high: the upper bound at ``alpha`` of the last 24 hours alone; None: it has not enough evidence to
            promote, or no unit in these hours.
    """

    dimension: Dimension
    tolerated_excess: float
    alpha: float
    number: int
    pairs: int
    compared: UnitTable
    against: UnitTable
    blocking: UnitTable
    whole_days: UnitTable
    late: Late | None = None
    unjudged: str | None = None
    log_es: tuple[float, float] | None = None
    bounds: tuple[float, float] | None = None
    last_day_high: float | None = None

    @property
    def excess(self) -> float | None:
        """Estimated excess rate of a session; None without a judged request."""
        return self.compared.estimate

    @property
    def log_e_promote(self) -> float:
        """Natural log of the e-value against "the excess is as tolerated or worse"; -inf where it can't be judged."""
        if self.unjudged is not None:
            return -math.inf
        log_e = self.against.log_e_promote(self.tolerated_excess) if self.log_es is None else self.log_es[0]
        return log_e - 2.0 * math.log(self.number)

    @property
    def alpha_promote(self) -> float:
        """The chance of a wrong promotion that is left to this set of rules."""
        return self.alpha / self.number**2

    @property
    def log_e_whole_days(self) -> float:
        """Natural log of the e-value against "the excess of the whole days is as tolerated or better"."""
        if self.unjudged is not None:
            return -math.inf
        return self.whole_days.log_e_block(self.tolerated_excess) if self.log_es is None else self.log_es[1]

    @property
    def log_e_late(self) -> float:
        """Natural log of the e-value against "no stretch ending now is worse than tolerated"; -inf where none is."""
        return -math.inf if self.late is None or self.unjudged is not None else self.late.at_tolerated.log_e

    @property
    def log_e_stretch(self) -> float:
        """The same at several times the tolerated excess, as a block asks for."""
        return -math.inf if self.late is None or self.unjudged is not None else self.late.at_stretch.log_e

    @property
    def log_e_block(self) -> float:
        """Natural log of the e-value to block: half of the larger of both, which is at most their mean."""
        return max(self.log_e_whole_days, self.log_e_stretch) + LOG_HALF

    @property
    def excess_low(self) -> float:
        """The time-uniform lower bound at ``alpha``."""
        return self.blocking.lower(self.alpha) if self.bounds is None else self.bounds[0]

    @property
    def excess_high(self) -> float:
        """The time-uniform upper bound at ``alpha``."""
        return self.against.upper(self.alpha_promote) if self.bounds is None else self.bounds[1]

    @property
    def clean_needed(self) -> float | None:
        """Clean effective pairs still needed to promote; None: no number would do."""
        return self.against.units_needed(self.tolerated_excess, self.alpha_promote)

    @property
    def expected_needed(self) -> float | None:
        """Effective pairs still needed at the estimated excess; None: no number would do."""
        return self.against.units_expected(self.tolerated_excess, self.alpha_promote)

    @property
    def confidence(self) -> float:
        """Confidence that the excess is below the tolerated one; a fraction in [0, 1]."""
        return confidence(self.log_e_promote)

    @property
    def regression_confidence(self) -> float:
        """Confidence that the excess is above the tolerated one; a fraction in [0, 1]."""
        return confidence(self.log_e_block)

    def worse_since(self) -> WorseSince | None:
        """The stretch that speaks most for a regression, and the least excess in it; None: no unit is worse."""
        return None if self.late is None else self.late.worse_since(self.alpha)


def score_dimension(
    evidence: Evidence,
    whole_days: Evidence,
    tolerated_excess: float,
    scoring: Scoring,
    *,
    promoting: Evidence,
    complete: bool,
    unjudged: str | None = None,
) -> DimensionScore:
    """Scores one dimension of an endpoint; late regressions are looked for in many at once by ``precompute``.

    Args:
        evidence: its units.
        whole_days: those of the launch's whole days.
        tolerated_excess: the excess rate that is still accepted.
        scoring: the parameters of scores.
        promoting: those that count towards a promotion.
        complete: whether enough requests were judged; else those that were not count against the release.
        unjudged: the reason why it can't be judged; None: it can.
    """
    noisy = evidence.is_noisy(tolerated_excess)
    compared = evidence.table(Side.COMPARED, noisy=noisy)
    covered = all(pattern.covered for pattern in evidence.patterns)
    blocking = compared if covered else evidence.table(Side.BLOCKING)
    signed = evidence.signed
    of_days = blocking if whole_days is evidence else whole_days.table(Side.BLOCKING, signed=signed)
    side = Side.COMPARED if complete else Side.AGAINST
    return DimensionScore(
        dimension=evidence.dimension,
        tolerated_excess=tolerated_excess,
        alpha=scoring.alpha,
        number=scoring.number,
        pairs=evidence.total("pairs"),
        compared=compared,
        against=compared if complete and promoting is evidence else promoting.table(side, noisy=noisy, signed=signed),
        blocking=blocking,
        whole_days=of_days,
        unjudged=unjudged,
    )
