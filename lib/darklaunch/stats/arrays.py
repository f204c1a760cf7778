"""Types of the arrays that the statistics compute on, and a map over parts of them in threads."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
IntArray: TypeAlias = npt.NDArray[np.int64]

_Part = TypeVar("_Part")
_Result = TypeVar("_Result")


def map_in_threads(compute: Callable[[_Part], _Result], parts: Iterable[_Part]) -> list[_Result]:
    """The results of all parts in their order; NumPy computes outside of Python's lock, so threads are enough."""
    listed = list(parts)
    if len(listed) <= 1:
        return [compute(part) for part in listed]
    with ThreadPoolExecutor(max_workers=min(len(listed), os.cpu_count() or 1)) as pool:
        return list(pool.map(compute, listed))
