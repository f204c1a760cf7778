"""Values as people may see them: short, printable, and with secrets and personal data left out."""

import json
import re
from collections.abc import Iterable
from enum import Enum
from typing import Any, Final

MAXIMUM_LENGTH: Final = 200
"""Characters of a value that a difference keeps."""


class Masking(str, Enum):
    """How much of a value leaves the diff stage."""

    NONE = "none"
    SENSITIVE = "sensitive"
    ALL = "all"


_SECRET_NAME: Final = re.compile(
    r"authori[sz]ation|cookie|passw|passphrase|secret|token|api[-_]?key|credential|session|signature"
    r"|e[-_]?mail|phone|mobile|ssn|iban|card[-_]?number|cvv|cvc",
    re.IGNORECASE,
)
_SECRET_SHAPE: Final = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.-]+"  # e-mail
    r"|eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*"  # JSON web token
    r"|(?i:bearer|basic)\s+[\w.~+/=-]{8,}"
    r"|(?<![\d.])(?:\d[ -]?){13,19}(?![\d.])"  # card
    r"|\+\d[\d ()/-]{7,}\d"  # phone
)


def is_secret(names: Iterable[object]) -> bool:
    """Says whether the steps of a path name something secret or personal."""
    return any(_SECRET_NAME.search(str(name)) is not None for name in names)


def show(value: Any, masking: Masking, *, secret: bool) -> str:  # noqa: ANN401 - any JSON value
    """Writes a value for people.

    Args:
        value: a JSON value, or text.
        masking: what has to be left out.
        secret: the value lies at a path that ``is_secret``.

    Returns:
        JSON text of a scalar, cut to ``MAXIMUM_LENGTH``; of an object or array only how much it holds.
    """
    match value:
        case dict():
            return f"{{{len(value)} members}}"
        case list():
            return f"[{len(value)} elements]"
    if masking is Masking.ALL or (masking is Masking.SENSITIVE and secret):
        return f"masked {_kind(value)}"
    text = value if isinstance(value, str) else _number(value)
    cut = text[: MAXIMUM_LENGTH * 4]
    if masking is Masking.SENSITIVE:
        cut = _SECRET_SHAPE.sub(_mask, cut)
    shown = json.dumps(cut, ensure_ascii=False) if isinstance(value, str) else cut
    return shown if len(shown) <= MAXIMUM_LENGTH else shown[: MAXIMUM_LENGTH - 1] + "…"


def _mask(found: re.Match[str]) -> str:
    digits = [int(character) for character in found[0] if character.isdigit()]
    only_digits = not re.search(r"[^\d -]", found[0])
    return found[0] if only_digits and not _luhn(digits) else "[masked]"


def _luhn(digits: list[int]) -> bool:
    """The check digit of card numbers (ISO/IEC 7812-1), so that other long numbers stay readable."""
    doubled = [sum(divmod(2 * digit, 10)) if at % 2 else digit for at, digit in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case str():
            return "text"
        case _:
            return "number"


def _number(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)
