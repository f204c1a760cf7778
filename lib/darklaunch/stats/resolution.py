"""The resolution of a clock, told from a histogram of latencies, and latencies spread over it.

Whole milliseconds tie: where most answers take 12 ms, a threshold lies on a tie, and rounding decides on which side of
it a request falls. Spread evenly over the millisecond that was rounded away, ties are as rare as they were.
"""

from typing import Final

import numpy as np

from darklaunch.stats.arrays import FloatArray
from darklaunch.stats.latency import LOG_STEP, bin_of

_STEPS_MS: Final = (1000.0, 100.0, 10.0, 1.0, 0.1, 0.01)
_TELLING: Final = 0.5
"""Share of the requests that has to lie in bins too narrow to hold a multiple by chance.

Chosen by judgement: above fifty steps a bin of 2 % always holds one, and a step matters little there.
"""

_LEAST_BINS: Final = 3
_ROUNDING: Final = 1e-9


def resolution_ms(requests: FloatArray, first_bin: int) -> float | None:
    """The largest step that all latencies of a histogram are multiples of.

    Args:
        requests: by bin; shape (bins,).
        first_bin: the number of the first bin.

    Returns:
        None where they are no multiples of any step, or too large beside it to tell.
    """
    total = float(requests.sum())
    low, high = _edges(requests.size, first_bin)
    seen = requests > 0.0
    # 0 is a multiple of every step, and lies in the bin of the least latency
    zero = first_bin + np.arange(requests.size) == bin_of(0.0)
    for step in _STEPS_MS:
        narrow = seen & (high - low < step / 2.0)
        holding = (_least_multiple(low, step) < high) | zero
        if not (narrow & ~holding).any():
            telling = narrow & holding
            if telling.sum() >= _LEAST_BINS and requests[telling].sum() >= _TELLING * total:
                return step
    return None


def spread(requests: FloatArray, first_bin: int, step_ms: float) -> tuple[FloatArray, int]:
    """The histogram of latencies that are evenly spread from each multiple of a step to the next.

    Args:
        requests: by bin; shape (bins,).
        first_bin: the number of the first bin.
        step_ms: of which all latencies are multiples; 0: they are left as they are.

    Returns:
        The histogram, longer by some bins, and the number of its first bin.
    """
    if step_ms <= 0.0 or not requests.any():
        return requests, first_bin
    low, high = _edges(requests.size, first_bin)
    single = (high - low < step_ms) & (first_bin + np.arange(requests.size) != bin_of(0.0))
    start = np.where(single, _least_multiple(low, step_ms), low)
    end = np.where(single | (high < step_ms), start, high) + step_ms
    size = int(np.ceil(np.log(end.max()) / LOG_STEP)) - first_bin + 1
    edges = np.exp(LOG_STEP * (first_bin + np.arange(size + 1)))
    # of each bin's requests, the share below each edge
    below = np.clip(edges, start[:, np.newaxis], end[:, np.newaxis]) - start[:, np.newaxis]
    shares = below / (end - start)[:, np.newaxis]
    made: FloatArray = requests @ np.diff(shares, axis=1)
    return made, first_bin


def _edges(bins: int, first_bin: int) -> tuple[FloatArray, FloatArray]:
    edges = np.exp(LOG_STEP * (first_bin + np.arange(bins + 1)))
    return edges[:-1], edges[1:]


def _least_multiple(low: FloatArray, step: float) -> FloatArray:
    """The least multiple of a step in each bin or above it; one that lies on the edge counts."""
    multiple: FloatArray = np.ceil(low / step - _ROUNDING) * step
    return multiple
