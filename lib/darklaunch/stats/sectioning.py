"""The interval of a ratio by sectioning (Asmussen and Glynn 2007, III.5a), on the log scale.

The traffic is cut into K parts, the ratio is taken in each, and the spread of the parts around the whole is that of
the whole. Pairs stay together in their part, so that what production and shadow share cancels; intervals that ignore
it are two to three times as wide.
"""

import math
from collections.abc import Sequence

from scipy.special import stdtrit


def section_interval(log_ratios: Sequence[float], centre: float, level: float) -> tuple[float, float]:
    """The interval of a ratio: exp(centre -+ t * sqrt(sum((q_k - centre)^2) / (K * (K - 1)))), t with K - 1 degrees.

    Args:
        log_ratios: the log ratio of each section; at least two.
        centre: the log ratio of the whole, which is not their mean.
        level: coverage in (0, 1).

    Raises:
        ValueError: fewer than two sections, a log ratio that isn't finite, or a level outside (0, 1).
    """
    sections = len(log_ratios)
    if sections < 2 or not 0.0 < level < 1.0:  # noqa: PLR2004 - a spread needs two
        raise ValueError(f"{sections} sections at level {level}: give two or more, and a level such as 0.95")
    if not all(math.isfinite(one) for one in (*log_ratios, centre)):
        raise ValueError(f"log ratios {list(log_ratios)} around {centre}: give finite ones, or no interval")
    spread = math.sqrt(sum((one - centre) ** 2 for one in log_ratios) / (sections * (sections - 1)))
    reach = float(stdtrit(sections - 1, 0.5 + level / 2.0)) * spread
    return math.exp(centre - reach), math.exp(centre + reach)
