"""Usual methods from the literature, to which the calibration compares darklaunch's; never shipped."""

import math

import numpy as np
from scipy import stats
from scipy.optimize import brentq

Z_TWO_SIDED = float(stats.norm.ppf(0.975))
Z_ONE_SIDED = float(stats.norm.ppf(0.95))


def wilson(k: np.ndarray, n: np.ndarray, z: float = Z_TWO_SIDED) -> tuple[np.ndarray, np.ndarray]:
    """Wilson 1927: the score interval of a proportion."""
    p, shrink = k / n, 1.0 + z * z / n
    centre = (p + z * z / (2 * n)) / shrink
    reach = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / shrink
    return centre - reach, centre + reach


def wald(k: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The textbook's p -+ z * sqrt(p (1 - p) / n)."""
    p = k / n
    reach = Z_TWO_SIDED * np.sqrt(p * (1 - p) / n)
    return p - reach, p + reach


def jeffreys(k: np.ndarray, n: np.ndarray, tail: float = 0.025) -> tuple[np.ndarray, np.ndarray]:
    """Quantiles of the posterior under Jeffreys' prior."""
    return stats.beta.ppf(tail, k + 0.5, n - k + 0.5), stats.beta.ppf(1 - tail, k + 0.5, n - k + 0.5)


def clopper_pearson(k: np.ndarray, n: np.ndarray, tail: float = 0.025) -> tuple[np.ndarray, np.ndarray]:
    """Clopper and Pearson 1934."""
    low = np.where(k == 0, 0.0, stats.beta.ppf(tail, np.maximum(k, 1), n - k + 1))
    return low, stats.beta.ppf(1 - tail, k + 1, n - k)


def tango_score(b: np.ndarray, c: np.ndarray, n: np.ndarray, delta: float) -> np.ndarray:
    """Tango 1998: the score of a difference of paired proportions of ``delta``, standard normal if it is true.

    Args:
        b: pairs where only the first differs.
        c: pairs where only the second differs.
        n: all pairs.
        delta: the tested difference in (-1, 1).
    """
    first, second, third = 2 * n, -b - c + (2 * n - b + c) * delta, -c * delta * (1 - delta)
    # the share of pairs where only the second differs, as likely as can be under delta
    alone = (np.sqrt(np.maximum(second * second - 4 * first * third, 0.0)) - second) / (2 * first)
    with np.errstate(divide="ignore", invalid="ignore"):
        score: np.ndarray = (b - c - n * delta) / np.sqrt(n * (2 * alone + delta * (1 - delta)))
    return score


def tango(b: float, c: float, n: float, z: float = Z_TWO_SIDED) -> tuple[float, float]:
    """Tango 1998: the interval of (b - c) / n, the differences whose score lies within z; needs b + c > 0."""

    def beyond(delta: float, sign: float) -> float:
        return sign * float(tango_score(np.asarray(b), np.asarray(c), np.asarray(n), delta)) - z

    estimate, edge = (b - c) / n, 1 - 1e-9
    low = -1.0 if beyond(-edge, 1.0) < 0.0 else float(brentq(beyond, -edge, estimate, args=(1.0,), xtol=1e-12))
    high = 1.0 if beyond(edge, -1.0) < 0.0 else float(brentq(beyond, estimate, edge, args=(-1.0,), xtol=1e-12))
    return low, high


def newcombe(a: int, b: int, c: int, n: int) -> tuple[float, float]:
    """Newcombe 1998, method 10: the difference of paired proportions from two Wilson intervals."""
    d = n - a - b - c
    first, second = (float((a + only) / n) for only in (b, c))
    (low1, high1), (low2, high2) = ([float(x) for x in wilson(np.asarray(a + only), np.asarray(n))] for only in (b, c))
    product = (a + b) * (c + d) * (a + c) * (b + d)
    cross = a * d - b * c
    phi = 0.0 if product == 0 else (max(cross - n / 2, 0) if cross > 0 else cross) / math.sqrt(product)
    down, up = first - low1, high1 - first
    down2, up2 = second - low2, high2 - second
    theta = first - second
    return (
        theta - math.sqrt(down**2 - 2 * phi * down * up2 + up2**2),
        theta + math.sqrt(up**2 - 2 * phi * up * down2 + down2**2),
    )


def mean_burst(mismatches: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """The size-biased mean number of mismatches of a cluster that has one, at least 1: an estimated design effect.

    Args:
        mismatches: sum of k over clusters.
        squares: sum of k squared.
    """
    return np.maximum(1.0, squares / np.maximum(mismatches, 1))


def bh(pvalues: np.ndarray, alpha: float) -> np.ndarray:
    """Benjamini and Hochberg 1995: whether each hypothesis is rejected."""
    return stats.false_discovery_control(pvalues) <= alpha


def adaptive_bettor(mismatches: np.ndarray, size: int, tau: float, window: int = 6) -> np.ndarray:
    """Log capital by hour of a bettor who bets on what the last hours showed; shape as ``mismatches``.

    It tests that every conditional mean is at least tau, and not their average.
    """
    log = np.zeros(mismatches.shape[0])
    by_hour = []
    for hour in range(mismatches.shape[1]):
        past = mismatches[:, max(0, hour - window) : hour]
        rate = past.mean(axis=1) / size if hour else np.full(len(log), tau)
        share = np.clip(1.0 - rate / tau, 0.0, 0.95)
        k = mismatches[:, hour]
        log = log + k * np.log1p(-share * (1 - tau)) + (size - k) * np.log1p(share * tau)
        by_hour.append(log)
    return np.stack(by_hour, axis=1)
