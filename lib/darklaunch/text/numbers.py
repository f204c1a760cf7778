"""Numbers in sentences."""

import math


def percent(share: float) -> str:
    """A fraction as a percentage with three significant digits: ``0.124 %``."""
    value = 100 * share
    if value == 0 or not math.isfinite(value):
        return f"{value:.0f} %"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + " %"


def count(number: float) -> str:
    """A number of things, in whole ones: ``12,345``."""
    return f"{math.ceil(number):,}"
