"""What is usually done instead, from the literature; never shipped."""

import math

import numpy as np
from scipy import stats
from scipy.optimize import brentq

Z_TWO_SIDED = float(stats.norm.ppf(0.975))


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


def tango(b: float, c: float, n: float, z: float = Z_TWO_SIDED) -> tuple[float, float]:
    """Tango 1998: the score interval of the difference of paired proportions, (b - c) / n."""

    def score(delta: float) -> float:
        first = 2 * n
        second = -b - c + (2 * n - b + c) * delta
        third = -c * delta * (1 - delta)
        both = (math.sqrt(max(second * second - 4 * first * third, 0.0)) - second) / (2 * first)
        variance = n * (2 * both + delta * (1 - delta))
        return (b - c - n * delta) / math.sqrt(variance) if variance > 0 else math.copysign(math.inf, b - c - n * delta)

    estimate = (b - c) / n
    edge = 1 - 1e-9
    low = -1.0 if score(-edge) < z else float(brentq(lambda d: min(score(d), 1e9) - z, -edge, estimate + 1e-12))
    high = 1.0 if score(edge) > -z else float(brentq(lambda d: max(score(d), -1e9) + z, estimate - 1e-12, edge))
    return low, high


def newcombe(a: int, b: int, c: int, n: int) -> tuple[float, float]:
    """Newcombe 1998, method 10: the difference of paired proportions from two Wilson intervals."""
    d = n - a - b - c
    first, second = (float((a + one) / n) for one in (b, c))
    (low1, high1), (low2, high2) = ([float(x) for x in wilson(np.asarray(a + one), np.asarray(n))] for one in (b, c))
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


def bh(pvalues: np.ndarray, alpha: float) -> np.ndarray:
    """Benjamini and Hochberg 1995: which of many are rejected."""
    return stats.false_discovery_control(pvalues) <= alpha


def adaptive_bettor(mismatches: np.ndarray, size: int, tau: float, window: int = 6) -> np.ndarray:
    """Log capital by hour of a bettor who bets on what the last hours showed; shape as ``mismatches``.

    It tests that every conditional mean is at least tau, and not their average (section 2.1 of the design).
    """
    log = np.zeros(mismatches.shape[0])
    told = []
    for hour in range(mismatches.shape[1]):
        past = mismatches[:, max(0, hour - window) : hour]
        rate = past.mean(axis=1) / size if hour else np.full(len(log), tau)
        share = np.clip(1.0 - rate / tau, 0.0, 0.95)
        k = mismatches[:, hour]
        log = log + k * np.log1p(-share * (1 - tau)) + (size - k) * np.log1p(share * tau)
        told.append(log)
    return np.stack(told, axis=1)
