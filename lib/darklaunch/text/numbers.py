"""Numbers as people read them: every reason, report, table and figure writes them this way."""

import math
from decimal import ROUND_DOWN, Decimal
from typing import Final

NEARLY_ALL: Final = 0.9999
"""The largest share that is written as a number; above it evidence is called more than that."""

_HIGH: Final = 0.99
_LOW: Final = 0.001
_SMALLEST: Final = 1e-8
_FEW: Final = 100


def count(value: float) -> str:
    """Returns `12,345`, or one decimal for a fraction below 100."""
    if float(value).is_integer() or abs(value) >= _FEW:
        return f"{value:,.0f}"
    return f"{value:,.1f}"


def rounded_up(value: float) -> str:
    """Returns a number of things in whole ones: `12,345`."""
    return f"{math.ceil(value):,}"


def decimals(value: float, significant: int) -> int:
    """Returns the places after the point that show so many significant digits."""
    return max(0, significant - 1 - math.floor(math.log10(value)))


def rate(value: float) -> str:
    """Returns a fraction in [-1, 1] as a percentage with two to four digits, such as `0.13 %`."""
    size = abs(value)
    sign = "-" if value < 0 else ""
    if size in (0, 1):
        return f"{sign}{size:.0%}".replace("%", " %")
    if size > _HIGH:
        return f"{sign}{floored(size)}"
    if size < _SMALLEST:
        return f"{'>-' if value < 0 else '<'}0.000001 %"
    percent = 100 * size
    return f"{sign}{percent:.{decimals(percent, 3 if percent >= 1 else 2)}f} %"


def floored(value: float) -> str:
    """Returns a confidence or a share in [0, 1] rounded down, so that 94.99 % never reads as 95 %.

    Unlike `rate`, it has a fixed number of decimals: one, from 99 % on two, none where the percentage is whole.
    """
    exact = Decimal(str(value)) * 100
    if NEARLY_ALL < value < 1:
        return ">99.99 %"
    if 0 < value < _LOW:
        return "<0.1 %"
    step = Decimal(1) if exact == int(exact) else Decimal("0.01") if value >= _HIGH else Decimal("0.1")
    return f"{exact.quantize(step, ROUND_DOWN)} %"
