"""Text and numbers as people read them: the report and the terminal say the same things the same way.

Strings from traffic come from strangers. `visible` turns what would act instead of being read (terminal
escapes, line breaks, bidirectional overrides, invisible characters) into escapes that can be seen; markup
is the business of whoever writes the text into HTML or a terminal.
"""

import json
import math
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import ROUND_DOWN, Decimal

from darklaunch.errors import UsageError
from darklaunch.text.escape import escape
from darklaunch.text.undefined import Maybe, Undefined
from darklaunch.window import parse_moment

_LONGEST = 600
_MARKS_IN_A_ROW = 4
_ACTING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_NEARLY = 0.9999
_HIGH = 0.99
_LOW = 0.001
_SMALLEST = 1e-8
_FEW = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class FormattedNumber:
    """A number as text, or a dash with the reason why there is none."""

    text: str
    reason: str | None = None


def visible(value: object, *, longest: int = _LONGEST) -> str:
    """Returns text that shows every character and does nothing; more than `longest` characters are cut.

    A value that is not a string is written as JSON, and None as `(nothing)`.
    """
    if value is None:
        return "(nothing)"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    pieces: list[str] = []
    marks = 0
    for character in text[:longest]:
        category = unicodedata.category(character)
        marks = marks + 1 if category[0] == "M" else 0
        # A tower of combining marks is drawn over the lines around it.
        acting = category in _ACTING or marks > _MARKS_IN_A_ROW
        pieces.append(escape(character) if acting else character)
    if len(text) > longest:
        pieces.append(f"… ({len(text) - longest:,} more characters)")
    return "".join(pieces)


def count(value: float) -> str:
    """Returns `12,345`, or one decimal for a fraction below 100."""
    if float(value).is_integer() or abs(value) >= _FEW:
        return f"{value:,.0f}"
    return f"{value:,.1f}"


def _digits(value: float, significant: int) -> int:
    return max(0, significant - 1 - math.floor(math.log10(value)))


def rate(value: float) -> str:
    """Returns a fraction in [-1, 1] as a percentage with two to four digits, such as `0.13 %`.

    The report, the terminal and the figures write every measured rate so. `text.numbers.percent`, which the reasons of
    a verdict use, has three significant digits at any size and drops zeros at the end: `0.124 %`, `5 %`.
    """
    size = abs(value)
    sign = "-" if value < 0 else ""
    if size in (0, 1):
        return f"{sign}{size:.0%}".replace("%", " %")
    if size > _HIGH:
        return f"{sign}{floored(size)}"
    if size < _SMALLEST:
        return f"{'>-' if value < 0 else '<'}0.000001 %"
    percent = 100 * size
    return f"{sign}{percent:.{_digits(percent, 3 if percent >= 1 else 2)}f} %"


def floored(value: float) -> str:
    """Returns a confidence or a share in [0, 1] rounded down, so that 94.99 % never reads as 95 %.

    Unlike `rate`, it has a fixed number of decimals: one, from 99 % on two, none where the percentage is whole.
    """
    exact = Decimal(str(value)) * 100
    if _NEARLY < value < 1:
        return ">99.99 %"
    if 0 < value < _LOW:
        return "<0.1 %"
    step = Decimal(1) if exact == int(exact) else Decimal("0.01") if value >= _HIGH else Decimal("0.1")
    return f"{exact.quantize(step, ROUND_DOWN)} %"


def confidence(value: float) -> str:
    """Returns a confidence in [0, 1] rounded down; evidence is never complete, so never `100 %`."""
    return ">99.99 %" if value > _NEARLY else floored(value)


def needed(value: float) -> str:
    """Returns what is still needed, rounded up to three digits."""
    if value <= 0:
        return "none"
    step = 10 ** max(0, math.floor(math.log10(value)) - 2)
    return f"{math.ceil(value / step) * step:,}"


def milliseconds(value: float) -> str:
    """Returns a latency such as `12.3 ms`."""
    digits = _digits(value, 3) if value >= 1 else 2
    return f"{value:,.{digits}f} ms"


def moment(when: datetime | str) -> str:
    """Returns a moment, or ISO 8601 text, as `2026-05-01 00:00 UTC`; text that is no moment stays as it is."""
    try:
        parsed = parse_moment(when) if isinstance(when, str) else when
    except UsageError:
        return str(when)
    return parsed.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")


def formatted(value: Maybe, form: Callable[[float], str]) -> FormattedNumber:
    """Returns a number in its form, or a dash with the reason why it is undefined."""
    if isinstance(value, Undefined):
        return FormattedNumber(text="-", reason=value.reason or "no reason was recorded")
    return FormattedNumber(text=form(value))
