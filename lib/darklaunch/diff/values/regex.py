"""Regular expressions held against texts of strangers, so in linear time: RE2's, which PyArrow brings."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from darklaunch.diff.values.json_text import Constant
from darklaunch.errors import UsageError

MAXIMUM_MATCHED: Final = 10_000
"""Characters of a text that a pattern is held against; a longer one matches none."""


def refuse_regex(regex: str) -> None:
    """Checks a regular expression.

    Raises:
        UsageError: it is none, or asks for more than RE2 can do.
    """
    from pyarrow.lib import ArrowInvalid

    try:
        for whole in (regex, _whole(regex)):  # alone too, because "a)|(b" is sound only between parentheses
            _all_match(whole, [""])
    except (ArrowInvalid, UnicodeEncodeError) as error:
        reason = str(error).removeprefix("Invalid regular expression: ")
        wanted = "a regular expression as RE2 reads it, without backreferences and lookarounds"
        found = f"{ascii(regex)[:80]} ({ascii(reason)[1:-1][:80]})"
        raise UsageError(f"pattern: found {found}, wanted {wanted}") from error


def matching(regex: str) -> Callable[[object, object], bool]:
    """The function that says whether two scalars both match as a whole."""
    whole = _whole(regex)

    def both_match(one: object, another: object) -> bool:
        texts = [text for value in (one, another) if (text := _text(value)) is not None]
        try:
            return len(texts) == 2 and _all_match(whole, texts)  # noqa: PLR2004
        except UnicodeEncodeError:  # half of a surrogate pair
            return False

    return both_match


def _text(value: object) -> str | None:
    if isinstance(value, bool | Constant) or value is None:
        return None
    text = str(value)
    return text if len(text) <= MAXIMUM_MATCHED else None


@lru_cache(maxsize=1024)
def _options(regex: str) -> Any:  # noqa: ANN401 - PyArrow has no types
    import pyarrow.compute as pc

    return pc.MatchSubstringOptions(regex)


def _whole(regex: str) -> str:
    return rf"\A(?:{regex})\z"


def _all_match(regex: str, texts: list[str]) -> bool:
    """Says whether each text holds a match, in time linear in its length: texts come from strangers."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pc.call_function("match_substring_regex", [pa.array(texts, pa.string())], _options(regex))
    return bool(pc.all(found).as_py())
