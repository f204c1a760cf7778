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

from darklaunch.errors import UsageError
from darklaunch.text import numbers
from darklaunch.text.escape import escape
from darklaunch.text.numbers import NEARLY_ALL, decimals, floored
from darklaunch.text.undefined import Maybe, Undefined
from darklaunch.window import parse_moment

_LONGEST = 600
_MARKS_IN_A_ROW = 4
_DRAWN_AS_MARKS = frozenset("\u0e33\u0eb3")
"""Letters that join the one before them as marks do, so that no line can break between them."""

_ACTING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


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
    if len(text) <= longest and text.isascii() and text.isprintable():
        return text[:longest]  # a word of an enum as plain text; most text comes this way, a hundred thousand a page
    pieces: list[str] = []
    marks = 0
    for character in text[:longest]:
        category = unicodedata.category(character)
        marks = marks + 1 if category[0] == "M" or character in _DRAWN_AS_MARKS else 0
        # A tower of combining marks is drawn over the lines around it, a row of them beyond the page.
        acting = category in _ACTING or marks > _MARKS_IN_A_ROW
        pieces.append(escape(character) if acting else character)
    if len(text) > longest:
        pieces.append(f"… ({len(text) - longest:,} more characters)")
    return "".join(pieces)


def confidence(value: float) -> str:
    """Returns a confidence in [0, 1] rounded down; evidence is never complete, so never `100 %`.

    0 is the absence of evidence, which `0 %` would read as a certainty.
    """
    if value <= 0.0:
        return "none"
    return ">99.99 %" if value > NEARLY_ALL else floored(value)


def needed(value: float) -> str:
    """Returns what is still needed, rounded up to three digits."""
    if value <= 0:
        return "none"
    step = 10 ** max(0, math.floor(math.log10(value)) - 2)
    return f"{math.ceil(value / step) * step:,}"


def milliseconds(value: float) -> str:
    """Returns a latency such as `12.3 ms`."""
    digits = decimals(value, 3) if value >= 1 else 2
    return f"{value:,.{digits}f} ms"


def moment(when: datetime | str) -> str:
    """Returns a moment, or ISO 8601 text, as `2026-05-01 00:00 UTC`; text that is no moment stays as it is."""
    try:
        parsed = parse_moment(when) if isinstance(when, str) else when
    except UsageError:
        return str(when)
    return parsed.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")


def and_more_paths(count: int) -> str:
    """What follows a path that stands for others too: `` and 2 more paths``; nothing where there are none."""
    return f" and {count:,} more path{'' if count == 1 else 's'}" if count else ""


def formatted(value: Maybe, form: Callable[[float], str]) -> FormattedNumber:
    """Returns a number in its form, or a dash with the reason why it is undefined."""
    if isinstance(value, Undefined):
        return FormattedNumber(text="-", reason=value.reason or "no reason was recorded")
    return FormattedNumber(text=form(value))


def bounds(low: Maybe, high: Maybe) -> str:
    """The bounds of an excess as text; a dash where there are none."""
    match low, high:
        case (Undefined(), _) | (_, Undefined()):
            return "-"
        case lower, upper:
            return f"{numbers.rate(lower)} to {numbers.rate(upper)}"
