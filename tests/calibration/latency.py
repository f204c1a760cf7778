"""C12 and C13: latencies that are lognormal, with production's and the shadow's answer to a request correlated."""

import numpy as np

from darklaunch.stats.latency import LOG_STEP, latency_ratio, quantiles_ms
from tests.calibration.batch import SIGNED, block_looks, ever, in_batches, promotion_looks
from tests.calibration.row import Claim, Row, Size, at_most_alpha
from tests.calibration.worlds import log_latencies

SECTIONS = 20


def histograms(logs: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    """Histograms by arm and section, the requests of each section, and the first bin; ``logs``: shape (arms, pairs)."""
    bins = np.floor(logs / LOG_STEP).astype(int)
    first, sections = int(bins.min()), np.arange(logs.shape[1]) % SECTIONS
    arms = np.zeros((len(logs), SECTIONS, int(bins.max()) - first + 1))
    for arm, placed in zip(arms, bins, strict=True):
        np.add.at(arm, (sections, placed - first), 1)
    return arms, np.bincount(sections, minlength=SECTIONS).astype(float), first


def c12(size: Size, rng: np.random.Generator) -> Row:
    """Does the interval of a latency ratio cover the truth?"""
    runs, pairs, ratio = size.runs(full=5_000, short=600), 10_000, 1.1
    wanted = {0.5: 0.953, 0.95: 0.962, 0.99: 0.935}
    covered = dict.fromkeys(wanted, 0)
    for _ in range(runs):
        (production, shadow), counts, first = histograms(log_latencies(rng, (pairs,), ratio))
        for q in covered:
            interval = latency_ratio(production, shadow, counts, first, q, 0.95)
            assert interval is not None
            assert interval.low is not None
            assert interval.high is not None
            covered[q] += interval.low <= ratio <= interval.high
    claims = []
    for q, hits in covered.items():
        reach = 0.03 + size.chance(wanted[q], runs)
        low, high = wanted[q] - reach, min(wanted[q] + reach, 1.0)
        words = f"about {wanted[q]:g}"
        claims.append(Claim(name=f"coverage at p{q * 100:g}", measured=hits / runs, wanted=words, low=low, high=high))
    setup = "95 % interval of a latency ratio of 1.1, 10,000 pairs, 20 sections of 2 % histograms"
    return Row(id="C12", setup=setup, claims=(*claims,))


def c13(size: Size, rng: np.random.Generator) -> Row:
    """A shadow exactly as slow at p99 as is tolerated; the threshold is taken from a first day that is left out."""
    runs, pairs, ratio = size.runs(full=5_000, short=500), 2000, 1.25

    def draw(some: int) -> tuple[np.ndarray, ...]:
        looks = np.zeros((some, 30, 3))
        for run in range(some):
            (before, _), _, first = histograms(log_latencies(rng, (pairs,), ratio))
            limit = np.log(quantiles_ms(before.sum(axis=0), first, 0.99))
            production, shadow = log_latencies(rng, (30, pairs), ratio)
            slow, shadow_slow = production > limit, shadow > limit + np.log(ratio)
            plus, minus = (shadow_slow & ~slow).sum(axis=1), (slow & ~shadow_slow).sum(axis=1)
            looks[run] = np.stack([pairs - plus - minus, plus, minus], axis=-1)
        return promotion_looks(0.0, SIGNED, looks), block_looks(0.0, SIGNED, looks, baseline=True)

    promote, block = (ever(first) for first in in_batches(runs, draw))
    return Row(
        id="C13",
        setup=f"p99 of the shadow exactly {ratio} times production's, 30 looks of 2,000 pairs",
        claims=(at_most_alpha("promoted", promote, runs), at_most_alpha("blocked", block, runs)),
    )
