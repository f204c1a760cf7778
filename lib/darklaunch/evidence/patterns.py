"""The evidence of one endpoint: groups of units that showed the same counts, and sums over them."""

from dataclasses import dataclass
from enum import Enum
from operator import attrgetter
from typing import NamedTuple

from darklaunch.evidence.dimension import RUNGS, Dimension
from darklaunch.stats import Row, UnitTable


class Side(str, Enum):
    """What a unit is evidence for: what was not seen counts against a promotion and never for a block.

    ``AGAINST`` is unseen requests as mismatches, ``COMPARED`` without them, ``BLOCKING`` without requests that the
    baseline did not answer in an hour in which there was one.
    """

    COMPARED = "compared"
    AGAINST = "against"
    BLOCKING = "blocking"


class UnitPattern(NamedTuple):
    """Units of one sample rate that all showed the same; a tuple, because a fleet has hundreds of thousands of them.

    Attributes:
        sample_rate: probability in (0, 1] with which their requests were sampled.
        baseline_hour: whether the baseline answered anything in their hours.
        m: judged requests of each unit; 0 for clean units, of which only the number matters.
        m_baseline: of these, answered by the baseline too; for clean units 1 if it answered any.
        k_plus: of these, requests at which only the shadow differs from production (discordant, as in McNemar 1947).
        k_minus: at which only the baseline does.
        k_unpaired: at which the shadow differs and there is no baseline answer to set against it; of errors and
            latencies how many more than in production, which may be negative.
        missing: requests of each unit that production answered and that nobody could compare.
        units: how many such units there are.
        pairs: judged requests of all of them.
        bodies_equal: of these, with byte-equal bodies.
        mismatches: of these, at which the shadow differs after the rules or gave no answer.
        baseline_pairs: of these, answered by the baseline too.
        baseline_mismatches: of these, at which the baseline differs after the rules.
        production_missing: requests of which the shadow's row is there and production's is not.
    """

    sample_rate: float
    baseline_hour: bool
    m: int
    m_baseline: int
    k_plus: int
    k_minus: int
    k_unpaired: int
    missing: int
    units: int
    pairs: int
    bodies_equal: int
    mismatches: int
    baseline_pairs: int
    baseline_mismatches: int
    production_missing: int

    @property
    def covered(self) -> bool:
        """Whether the baseline answered all of it that was judged, or took no part: then no side leaves any out."""
        return not self.baseline_hour or (self.k_unpaired == 0 and self.m_baseline == max(self.m, self.pairs > 0))

    def excess(self, side: Side) -> float | None:
        """The excess of each unit, in [-1, 1]; None where it is no evidence on this side."""
        differing, requests = self.k_plus + self.k_unpaired - self.k_minus, self.m
        seen = self.pairs > 0
        match side:
            case Side.AGAINST:
                differing, requests = differing + self.missing, requests + self.missing
            case Side.BLOCKING if self.baseline_hour:
                differing, requests, seen = self.k_plus - self.k_minus, self.m_baseline, self.m_baseline > 0
            case _:
                pass
        if self.m == 0 and self.missing == 0:
            return 0.0 if seen else None
        return differing / requests if requests else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that is known of one endpoint, or of the fleet, in one dimension.

    Attributes:
        endpoint: its name.
        patterns: of its units.
        dimension: what they are about.
        first_rate: the least sample rate in the endpoint's earliest hour: its units weigh 1.
        noise_floor: the share of the first day's requests at which the baseline differed; None: the day is not over, or
            had no baseline.
    """

    endpoint: str
    patterns: tuple[UnitPattern, ...]
    dimension: Dimension = Dimension.BODY
    first_rate: float = 1.0
    noise_floor: float | None = None

    def weight(self, pattern: UnitPattern) -> float:
        """The sampling weight of a unit over that of the rarest units of the endpoint's earliest hour."""
        return self.first_rate / pattern.sample_rate

    def total(self, name: str) -> int:
        """The sum of one of the patterns' sums, such as ``pairs``."""
        return sum(map(attrgetter(name), self.patterns))

    @property
    def missing(self) -> int:
        """Requests that production answered and that nobody could compare."""
        return sum(pattern.missing * pattern.units for pattern in self.patterns)

    @property
    def completeness(self) -> float | None:
        """The share of the requests production answered that were judged; None without a request."""
        requests = self.total("pairs") + self.missing
        return self.total("pairs") / requests if requests else None

    @property
    def baseline(self) -> bool:
        """Whether a baseline took part, so that the excess over it is what is scored."""
        return self.total("baseline_pairs") > 0

    @property
    def signed(self) -> bool:
        """Whether an excess can be negative: errors and latencies are always compared both ways."""
        return self.dimension is not Dimension.BODY or self.baseline

    @property
    def request_excess(self) -> float | None:
        """The excess of a request of the unsampled traffic, in [-1, 1]; None without a judged request."""
        pairs = sum(pattern.pairs / pattern.sample_rate for pattern in self.patterns)
        differing = sum(
            (pattern.k_plus + pattern.k_unpaired - pattern.k_minus) * pattern.units / pattern.sample_rate
            for pattern in self.patterns
        )
        return differing / pairs if pairs else None

    def is_noisy(self, tolerated_excess: float) -> bool:
        """Whether units differ either way about as often as is tolerated, or more, as known before they are scored."""
        if self.dimension in RUNGS:
            return True
        floor = self.noise_floor if self.dimension is Dimension.BODY else None
        return floor is not None and floor >= tolerated_excess

    def table(self, side: Side, *, noisy: bool = False, signed: bool | None = None) -> UnitTable:
        """The units as they count on one side.

        Args:
            side: against a promotion, or for a block.
            noisy: what ``is_noisy`` says of them.
            signed: whether an excess may be negative; None: as of these units.
        """
        rows: list[Row] = []
        for pattern in self.patterns:
            excess = pattern.excess(side)
            if excess is not None:
                rows.append((pattern.units, self.weight(pattern), excess))
        return UnitTable(rows, baseline=self.signed if signed is None else signed, noisy=noisy)
