"""The types of the arrays that the statistics compute on, and how parts of them are worked on at once."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

_Part = TypeVar("_Part")
_Found = TypeVar("_Found")


def each_at_once(worked: Callable[[_Part], _Found], parts: Iterable[_Part]) -> list[_Found]:
    """What is found of each part, in their order; NumPy works outside of Python's lock, so threads do."""
    every = list(parts)
    if len(every) <= 1:
        return [worked(part) for part in every]
    with ThreadPoolExecutor(max_workers=min(len(every), os.cpu_count() or 1)) as pool:
        return list(pool.map(worked, every))
