"""Decisions about many endpoints at once, under any dependence between them: e-BH and its closure.

e-BH is by Wang and Ramdas (2022), the closure by Xu, Solari, Fischer, de Heide, Ramdas and Goeman (2025).
"""

import math
from collections.abc import Sequence

import numpy as np

from darklaunch.stats.arrays import FloatArray
from darklaunch.stats.eprocess import log_threshold


def e_bh(log_es: Sequence[float], alpha: float, denominator: int) -> tuple[int, ...]:
    """The hypotheses rejected with a false discovery rate of at most alpha.

    Rejects the k largest e-values for the largest k with E_(k) >= denominator / (alpha * k). Works on logs,
    because an e-value of long evidence overflows. Pass today's e-values, not their running maxima: those do
    not control the rate.

    Args:
        log_es: natural logs of the e-values; -inf and inf are allowed.
        alpha: the rate in (0, 1).
        denominator: how many hypotheses there are in all, chosen without looking at outcomes; at least
            as many as there are e-values.

    Returns:
        Indices into log_es, ascending. Equal e-values are rejected together or not at all.

    Raises:
        ValueError: alpha or the denominator is out of range, or an e-value is NaN.
    """
    threshold = log_threshold(alpha)
    if denominator < len(log_es):
        raise ValueError(f"denominator == {denominator} for {len(log_es)} e-values, must be at least as many")
    if any(math.isnan(log_e) for log_e in log_es):
        raise ValueError("log_es holds NaN, must be numbers: leave out hypotheses without evidence")
    order = sorted(range(len(log_es)), key=lambda index: log_es[index], reverse=True)
    rejected = 0
    for rank, index in enumerate(order, start=1):
        if log_es[index] >= math.log(denominator) + threshold - math.log(rank):
            rejected = rank
    return tuple(sorted(order[:rejected]))


def closed_e_bh(log_es: Sequence[float], alpha: float) -> tuple[int, ...]:
    """The hypotheses rejected by the closure of e-BH, at the same false discovery rate and never fewer.

    A set R may be rejected where every set S of hypotheses has a mean e-value of at least |S and R| / (alpha |R|).
    Looks for R among the largest e-values, none of them below 1/alpha, so that each is evidence by itself too.

    Args:
        log_es: natural logs of the e-values, 0 evidence being -inf; every hypothesis that was chosen to be judged.
        alpha: the rate in (0, 1).

    Returns:
        Indices into log_es, ascending; of equal e-values the first.

    Raises:
        ValueError: alpha is out of range, or an e-value is NaN.
    """
    least = len(e_bh(log_es, alpha, len(log_es)))
    order = sorted(range(len(log_es)), key=lambda index: log_es[index], reverse=True)
    # beyond this an e-value is enough for any set it is in, and no sum overflows
    most = 2.0 * math.log(max(len(log_es), 1)) + log_threshold(alpha) + 1.0
    descending = np.exp(np.minimum(np.asarray([log_es[index] for index in order]), most))
    alone = sum(log_es[index] >= log_threshold(alpha) for index in order)
    rejected = next((size for size in range(alone, least, -1) if _may_reject(descending, size, alpha)), least)
    return tuple(sorted(order[:rejected]))


def _may_reject(descending: FloatArray, size: int, alpha: float) -> bool:
    """Whether the closure rejects the largest so many e-values.

    Of all sets with so many members inside and outside, the one with the least e-values is the hardest; and of those
    outside just the ones are taken in that lower the mean below what is asked.
    """
    inside, outside = descending[:size][::-1], descending[size:][::-1]
    members = np.arange(1, size + 1)
    sums = np.concatenate([[0.0], outside.cumsum()])
    outsiders = np.searchsorted(outside * (alpha * size), members, side="left")
    total = alpha * size * (inside.cumsum() + sums[outsiders])
    return bool((total >= (members + outsiders) * members).all())
