"""Range of the excess that a drawing of many endpoints covers.

Drawings are linear near zero and logarithmic far from it, asinh(excess / tolerated excess): an endpoint with few pairs
reaches far to the right, one with many pairs can still be read against the tolerated excess.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from darklaunch.publish.report.endpoint import EndpointReport
from darklaunch.text.undefined import Undefined

DECADES: Final = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)

_FURTHEST_LEFT: Final = -5
_LEAST_RIGHT: Final = 3
_BEYOND_TOLERATED: Final = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcessRange:
    """From ``low``, at most 0, to ``high``; ``unit`` is the tolerated excess of the fleet."""

    low: float
    high: float
    unit: float

    def __post_init__(self) -> None:
        if not (self.low <= 0 < self.unit < self.high):
            raise ValueError(f"range is {self.low} to {self.high} for a unit of {self.unit}, zero must be in it")

    @classmethod
    def over(cls, fleet: EndpointReport, endpoints: Iterable[EndpointReport]) -> "ExcessRange":
        """Returns the range that holds every bound; the far left, which decides nothing, is cut."""
        reports = (fleet, *endpoints)
        unit = float(fleet.tolerated_excess)
        lows = [each.excess_low for each in reports if not isinstance(each.excess_low, Undefined)]
        highs = [each.excess_high for each in reports if not isinstance(each.excess_high, Undefined)]
        tolerated = [_BEYOND_TOLERATED * each.tolerated_excess for each in reports]
        high = max(*highs, *tolerated, _LEAST_RIGHT * unit)
        return cls(low=max(min([0.0, *lows]), _FURTHEST_LEFT * unit), high=high, unit=unit)
