"""Text and numbers as people read them: the report and the terminal say the same things the same way.

Strings from traffic come from strangers. `visible` turns what would act instead of being read (terminal
escapes, line breaks, bidirectional overrides, invisible characters) into escapes that can be seen; markup
is the business of whoever writes the text into HTML or a terminal.
"""

import json
import math
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import ROUND_DOWN, Decimal
from typing import Any

from darklaunch.text.escape import escape

VERDICTS = ("block", "hold", "promote")
"""Worst first, the order in which people want to read them."""

ARMS = ("production", "shadow", "baseline")

_LONGEST = 600
_MARKS_IN_A_ROW = 4
_ACTING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_NEARLY = 0.9999
_HIGH = 0.99
_LOW = 0.001
_SMALLEST = 1e-8
_FEW = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A number ready to be read, or the reason why there is none."""

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
    return f"{sign}{percent:.{_digits(percent, 3 if percent >= 1 else 2)}f} %"


def floored(value: float) -> str:
    """Returns a confidence or a share in [0, 1] rounded down, so that 94.99 % never reads as 95 %."""
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


def moment(text: str) -> str:
    """Returns an ISO 8601 moment as `2026-05-01 00:00 UTC`; text that is none stays as it is."""
    try:
        parsed = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return text
    zoned = parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)
    return zoned.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")


def shown(entry: Mapping[str, Any], key: str, form: Callable[[float], str]) -> Shown:
    """Returns a number of an entry in its form, or a dash with the reason that stands beside a null."""
    value = entry[key]
    if value is None:
        return Shown(text="-", reason=str(entry.get(f"{key}_reason") or "no reason was recorded"))
    return Shown(text=form(value))


def ranked(endpoints: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Returns the endpoints as people want to read them: block, hold, promote, then by traffic."""
    return sorted(endpoints, key=lambda e: (VERDICTS.index(e["verdict"]), -e["pairs"], e["endpoint"]))
