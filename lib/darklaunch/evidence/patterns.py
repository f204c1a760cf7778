"""The evidence of one endpoint: groups of units that showed the same counts, and sums over them."""

from dataclasses import dataclass

from darklaunch.evidence.dimension import Dimension
from darklaunch.stats import Row, UnitTable


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPattern:
    """Units of one sample rate that all showed the same.

    Attributes:
        sample_rate: probability in (0, 1] with which their requests were sampled.
        m: compared requests of each unit; 0 for clean units, of which only the number matters.
        k_plus: of these, requests at which only the shadow differs from production (discordant, as in McNemar 1947).
        k_minus: at which only the baseline does.
        k_unpaired: at which the shadow differs and there is no baseline answer to set against it.
        missing: requests of each unit that production answered and that could not be compared.
        units: how many such units there are.
        pairs: compared requests of all of them.
        bodies_equal: of these, with byte-equal bodies.
        mismatches: of these, at which the shadow differs after the rules.
        baseline_pairs: of these, answered by the baseline too.
        baseline_mismatches: of these, at which the baseline differs after the rules.
    """

    sample_rate: float
    m: int
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

    def weight(self, minimum_sample_rate: float) -> float:
        """The sampling weight over the largest one that the configuration admits, in (0, 1]."""
        return min(1.0, minimum_sample_rate / self.sample_rate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that is known of one endpoint, or of the fleet, in one dimension."""

    endpoint: str
    patterns: tuple[UnitPattern, ...]
    dimension: Dimension = Dimension.BODY

    def total(self, name: str) -> int:
        """The sum of one of the patterns' sums, such as ``pairs``."""
        return sum(int(getattr(pattern, name)) for pattern in self.patterns)

    @property
    def missing(self) -> int:
        """Requests that production answered and that could not be compared."""
        return sum(pattern.missing * pattern.units for pattern in self.patterns)

    @property
    def completeness(self) -> float | None:
        """The share of the requests production answered that could be compared; None without a request."""
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

    def table(self, minimum_sample_rate: float, *, missing_differs: bool | None, unpaired_differs: bool) -> UnitTable:
        """The unit table of this evidence.

        Args:
            minimum_sample_rate: of the configuration; it fixes the largest weight before any data.
            missing_differs: how a request without the shadow's answer counts: as a mismatch, as a match, or (None)
                not at all.
            unpaired_differs: whether a mismatch of a request that the baseline did not answer counts as excess.
        """
        rows: list[Row] = []
        for pattern in self.patterns:
            requests, differing = _requests(pattern, missing_differs), pattern.k_plus - pattern.k_minus
            if unpaired_differs:
                differing += pattern.k_unpaired
            if missing_differs:
                differing += pattern.missing
            clean = pattern.m == 0 and pattern.pairs > 0
            if requests or clean:
                excess = differing / requests if requests else 0.0
                rows.append((pattern.units, pattern.weight(minimum_sample_rate), excess))
        return UnitTable(rows, baseline=self.signed)


def _requests(pattern: UnitPattern, missing_differs: bool | None) -> int:  # noqa: FBT001 - three-valued, as above
    return pattern.m if missing_differs is None else pattern.m + pattern.missing
