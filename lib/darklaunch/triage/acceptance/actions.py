"""Actions that may settle what was seen at one path, from the narrowest to the widest."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final, TypeAlias

from darklaunch.diff.difference import Kind
from darklaunch.diff.rules.action import Action
from darklaunch.diff.rules.actions import (
    ANYTHING,
    Expected,
    Ignore,
    Matches,
    NormalisedText,
    Side,
    Tolerance,
    Within,
)
from darklaunch.diff.rules.array_actions import Unordered
from darklaunch.diff.rules.comparators import exact_number
from darklaunch.diff.values.timestamps import infer_timestamp, read_timestamp
from darklaunch.triage.acceptance.patterns import text_pattern
from darklaunch.triage.acceptance.seen import Hidden, NoValue, SeenDifference, SeenValue

_CLOSE: Final = Decimal("0.1")
"""Numbers this near to each other, relative to the larger one, differ by rounding; chosen by judgement."""

_REACHES_S: Final = (1, 2, 5, 10, 30, 60, 300, 600, 1800, 3600, 21_600, 86_400)
"""Distances of times that people would write down."""

_MOST_DIGITS: Final = 15
"""Decimal digits that a double holds."""

_Pairs: TypeAlias = Sequence[tuple[SeenValue, SeenValue]]


def actions(seen: Sequence[SeenDifference]) -> Iterator[Action]:
    """The actions to try, the narrowest first; each still has to be tried on what was seen.

    Args:
        seen: at one path, at least one.
    """
    kinds = {difference.kind for difference in seen}
    pairs = [(difference.production, difference.shadow) for difference in seen]
    if Kind.REORDERED in kinds:
        yield Unordered()
    is_status = seen[0].path == "$.status"
    if kinds == {Kind.VALUE_CHANGED} and not is_status:
        yield from _of_values(pairs)
    yield from _expected(pairs)
    if kinds == {Kind.VALUE_CHANGED} and not is_status:
        yield from _of_texts(pairs)
        yield from _tolerances(pairs)
    if kinds <= {Kind.VALUE_CHANGED, Kind.REORDERED}:
        yield Ignore()
    yield Ignore(presence=False)


def _of_values(pairs: _Pairs) -> Iterator[Action]:
    """What is told by how far numbers and times lie apart."""
    if all(infer_timestamp(value) is not None for pair in pairs for value in pair):
        yield from _within(pairs)
    # a whole number that changes to one other is a value, not a measure
    is_one_whole = len(pairs) == 1 and all(isinstance(value, int) for value in pairs[0])
    numbers = _numbers(pairs)
    if numbers and not is_one_whole and max(_relative(pair) for pair in numbers) <= _CLOSE:
        yield from _tolerances(pairs)
    yield from _within(pairs)


def _numbers(pairs: _Pairs) -> list[tuple[Decimal, Decimal]]:
    """The values as numbers; none where one is none."""
    numbers = [(exact_number(production), exact_number(shadow)) for production, shadow in pairs]
    both = [(one, other) for one, other in numbers if one is not None and other is not None]
    return both if len(both) == len(pairs) else []


def _relative(pair: tuple[Decimal, Decimal]) -> Decimal:
    largest = max(abs(number) for number in pair)
    return abs(pair[0] - pair[1]) / largest if largest else Decimal(0)


def _tolerances(pairs: _Pairs) -> Iterator[Action]:
    """A bound at the next power of ten: a relative one first where numbers are of very different sizes."""
    numbers = _numbers(pairs)
    if not numbers:
        return
    absolute = _next_power(max(abs(one - other) for one, other in numbers))
    relative = _next_power(max(map(_relative, numbers)))
    if absolute is None or relative is None:
        return
    if relative * min(max(map(abs, pair)) for pair in numbers) < absolute / 10 and relative < 1:
        yield Tolerance(relative=float(relative))
    yield Tolerance(absolute=float(absolute))


def _next_power(number: Decimal) -> Decimal | None:
    """The smallest power of ten that is no less; None where a double has none."""
    if not number:
        return None
    power = Decimal(10) ** number.adjusted()
    power = power if power >= number else power * 10
    return power if Decimal("1e-300") < power < Decimal("1e300") else None


def _within(pairs: _Pairs) -> Iterator[Action]:
    apart = Decimal(0)
    for pair in pairs:
        production, shadow = map(read_timestamp, pair)
        if production is None or shadow is None:
            return
        apart = max(apart, abs(production.seconds - shadow.seconds))
    yield from (Within(seconds=reach) for reach in _REACHES_S if apart <= reach)


def _expected(pairs: _Pairs) -> Iterator[Action]:
    """A wanted change, of which one side or both are the same in all pairs."""
    production, shadow = ({_key(pair[side]): pair[side] for pair in pairs} for side in (0, 1))
    sides = [_side(next(iter(values.values()))) if len(values) == 1 else ANYTHING for values in (production, shadow)]
    one, other = sides
    if one is not ANYTHING or other is not ANYTHING:
        yield Expected(production=one, shadow=other)


def _key(value: SeenValue) -> tuple[str, str]:
    return type(value).__name__, str(value)


def _side(value: SeenValue) -> Side:
    """A value as a rule can name it; anything where it can't."""
    match value:
        case Hidden() | NoValue():
            return ANYTHING
        case Decimal():
            number = float(value)
            return (
                number if Decimal(repr(number)) == value and len(value.as_tuple().digits) <= _MOST_DIGITS else ANYTHING
            )
        case _:
            return value


def _of_texts(pairs: _Pairs) -> Iterator[Action]:
    texts = [value for pair in pairs for value in pair if isinstance(value, str)]
    if len(texts) != 2 * len(pairs):
        return
    yield NormalisedText(whitespace=True)
    yield NormalisedText(case=True)
    yield NormalisedText(case=True, whitespace=True)
    pattern = text_pattern(texts)
    if pattern is not None:
        yield Matches(regex=pattern)
