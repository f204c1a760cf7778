"""Regular expressions of rules: RE2's, because they meet texts of strangers and have to take linear time."""

from collections.abc import Callable
from typing import Final

import re2

from darklaunch.diff.values.json_text import Constant
from darklaunch.errors import UsageError

MAXIMUM_MATCHED: Final = 10_000
"""Characters of the longest text that a pattern is matched with; a longer one never matches."""

_OPTIONS: Final = re2.Options()
_OPTIONS.log_errors = False
# with groups to fill, a failed match of 10,000 characters takes twenty times as long
_OPTIONS.never_capture = True


def check_regex(regex: str) -> None:
    """Checks a regular expression.

    Raises:
        UsageError: it is none, or asks for more than RE2 can do.
    """
    try:
        re2.compile(regex, _OPTIONS)
    except (re2.error, UnicodeEncodeError) as error:
        reason = error.args[0] if isinstance(error, re2.error) else str(error)
        reason = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
        wanted = "a regular expression as RE2 reads it, without backreferences and lookarounds"
        shown = f"{ascii(regex)[:80]} ({ascii(reason)[1:-1][:80]})"
        raise UsageError(f"pattern: found {shown}, wanted {wanted}") from error


def pair_matcher(regex: str) -> Callable[[object, object], bool]:
    """A predicate: whether two scalars, as text, both match a regular expression from start to end."""
    pattern = re2.compile(regex, _OPTIONS)

    def matches(value: object) -> bool:
        if isinstance(value, bool | Constant) or value is None:
            return False
        text = str(value)
        try:
            # bytes, because for text the wrapper counts characters
            return len(text) <= MAXIMUM_MATCHED and pattern.fullmatch(text.encode()) is not None
        except UnicodeEncodeError:  # half of a surrogate pair
            return False

    return lambda production, other: matches(production) and matches(other)
