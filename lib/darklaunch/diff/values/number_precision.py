"""Numbers in JSON text that a double does not hold exactly."""

import re
from typing import Final

_DIGITS: Final = bytes(
    ord("0") if chr(c) in "0123456789." else {101: 101, 69: 101, 45: 45}.get(c, 32) for c in range(256)
)
"""A table for ``bytes.translate``: digits and points become 0, E becomes e, minus stays, the rest is blank."""

_MANY_DIGITS: Final = b"0" * 16
_RUN: Final = re.compile(rb"0{16,}")
_SMALL_EXPONENT: Final = b"0e-000"
_MANY_ZEROS: Final = b"." + b"0" * 180
_BEFORE_NUMBER: Final = b"-:,[ \t\r\n"
_SAFE_DIGITS: Final = 15
_LONGEST_INTEGER: Final = 18


def doubles_are_exact(raw: bytes, rewritten: bytes) -> bool:
    """Whether doubles held every number of a JSON text.

    Those beyond the largest double are not sought: the quick parser refuses them.

    Args:
        raw: the text.
        rewritten: what a parser that reads decimals as doubles writes for it, in the same order.
    """
    # a look at the text with all digits made equal: a regular expression takes twenty times as long
    digits = raw.translate(_DIGITS)
    many = _MANY_DIGITS in digits
    if (b"-" in raw and _SMALL_EXPONENT in digits) or (many and _MANY_ZEROS in raw):
        # so near to nothing, doubles have fewer digits or none
        return False
    return not many or _long_numbers(raw, digits) == _long_numbers(rewritten, rewritten.translate(_DIGITS))


def _long_numbers(raw: bytes, digits: bytes) -> tuple[bytes, ...]:
    numbers = []
    start = digits.find(_MANY_DIGITS)
    while run := _RUN.match(digits, start) if start >= 0 else None:
        end = run.end()
        number = raw[start:end]
        has_exponent = raw[end : end + 1] in {b"e", b"E"}
        # what stands in a text, as the long numbers of most bodies do, begins behind a quote or a letter
        if raw[max(start - 1, 0) : start] in _BEFORE_NUMBER and _is_long(number, has_exponent=has_exponent):
            numbers.append(number)
        start = digits.find(_MANY_DIGITS, end)
    return tuple(numbers)


def _is_long(number: bytes, *, has_exponent: bool) -> bool:
    if not has_exponent and len(number) <= _LONGEST_INTEGER and b"." not in number:
        return False
    return len(number.replace(b".", b"").lstrip(b"0")) > _SAFE_DIGITS
