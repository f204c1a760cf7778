"""Values read back from what a difference shows of them, as far as a shape looks at them."""

import json
from decimal import Decimal
from typing import Any, Final

from darklaunch.diff.values.character_class import MAXIMUM_INSPECTED
from darklaunch.diff.values.json_text import Constant

_CUT = "…"
_FILL = "_"
# made once: for options json.loads makes a decoder every time
_DECODER: Final = json.JSONDecoder(parse_float=Decimal, parse_constant=Constant)


def value_of(shown: str) -> Any:  # noqa: ANN401 - any JSON value
    """Reads what ``show`` wrote without masking.

    Returns:
        The value; of a text that was cut at least ``MAXIMUM_INSPECTED`` characters, of a number that was cut its
        constant, and an empty object for anything that holds others.
    """
    try:
        return _DECODER.decode(shown)
    except ValueError:
        pass
    if not shown.endswith(_CUT):
        return {}
    start = shown.removesuffix(_CUT)
    return _text(start) if start.startswith('"') else Constant("a number of many digits")


def _text(start: str) -> str:
    # the cut may have gone through an escape, which has up to six characters
    for lost in range(7):
        try:
            start_of_text: str = json.loads(start[: len(start) - lost] + '"')
        except ValueError:
            continue
        return start_of_text.ljust(MAXIMUM_INSPECTED, start_of_text[-1:] or _FILL)
    return _FILL * MAXIMUM_INSPECTED
