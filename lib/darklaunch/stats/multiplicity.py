"""Decisions about many endpoints at once: e-BH (Wang and Ramdas 2022), under any dependence between them."""

import math
from collections.abc import Sequence

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
