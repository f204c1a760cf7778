"""Inference of the narrowest shape that holds given values."""

from collections.abc import Iterable
from decimal import Decimal
from functools import reduce
from typing import Any

from darklaunch.diff.values.character_class import MAXIMUM_INSPECTED, character_classes
from darklaunch.diff.values.json_text import Constant
from darklaunch.diff.values.json_types import LARGEST_DOUBLE, ShapeType, enclosing_range, is_integer, shape_type
from darklaunch.diff.values.shape import NO_FORMATS, Shape, is_uuid
from darklaunch.diff.values.timestamps import infer_timestamp


def infer_shape(values: Iterable[object]) -> Shape:
    """The narrowest shape that holds all values.

    Raises:
        ValueError: there is no value.
    """
    shapes = [_single_shape(value) for value in values]
    if not shapes:
        raise ValueError("no value; a shape is that of at least one")
    return reduce(Shape.merged, shapes)


def _single_shape(value: object) -> Shape:
    kind, timestamp = shape_type(value), infer_timestamp(value)
    day = timestamp.day if timestamp is not None else None
    common: dict[str, Any] = {
        "types": kind,
        "moment": timestamp is not None,
        "forms": timestamp.format if timestamp is not None else NO_FORMATS,
        "first_day": day,
        "last_day": day,
    }
    match value:
        case str():
            length = min(len(value), MAXIMUM_INSPECTED)
            classes = character_classes(value)
            return Shape(**common, uuid=is_uuid(value), characters=classes, shortest=length, longest=length)
        case Constant():
            return Shape(**common, low=-LARGEST_DOUBLE, high=LARGEST_DOUBLE)
        case int() | float() | Decimal() if kind is ShapeType.NUMBER:
            low, high = enclosing_range(value)
            return Shape(**common, low=low, high=high, whole=is_integer(value))
        case _:
            return Shape(**common)
