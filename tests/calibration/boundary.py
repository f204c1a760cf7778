"""C1 to C3 and C8: independent requests at the tolerated limit, under one look and under many."""

import numpy as np
from scipy import stats

from darklaunch.stats import log_threshold
from tests.calibration import rivals
from tests.calibration.batch import ALPHA, PLAIN, TAU, block_looks, ever, in_batches, passing_looks, promotion_looks
from tests.calibration.row import Claim, Row, Size, about, at_most_alpha
from tests.calibration.worlds import iid


def units(k: np.ndarray, size: int) -> np.ndarray:
    """Counts of requests that agree and that differ; shape (..., 2)."""
    return np.stack([size - k, k], axis=-1).astype(float)


def c1(size: Size, rng: np.random.Generator) -> Row:  # noqa: ARG001 - it is enumerated
    """Coverage of the usual intervals at one look."""
    n, p = np.asarray(1000.0), 1e-3
    k = np.arange(0, 1001)
    mass = stats.binom.pmf(k, int(n), p)
    expected = {"Wald": 0.632, "Wilson": 0.920, "Jeffreys": 0.981, "Clopper-Pearson": 0.981}
    intervals = (rivals.wald, rivals.wilson, rivals.jeffreys, rivals.clopper_pearson)
    claims = []
    for (name, wanted), interval in zip(expected.items(), intervals, strict=True):
        low, high = interval(k, n)
        measured = float(mass[(low <= p) & (p <= high)].sum())
        words = f"{wanted:g} of 0.95"
        claims.append(
            Claim(name=name, measured=measured, wanted=words, low=wanted - 1e-3, high=wanted + 1e-3, rival=True),
        )
    return Row(id="C1", setup="coverage of 95 % intervals at one look at 1,000 requests, rate 0.1 %", claims=(*claims,))


def c2(size: Size, rng: np.random.Generator) -> Row:
    """Thirty looks at independent requests."""
    runs = size.runs(full=20_000, short=6_000)
    k = iid(rng, runs, 30, 1000, TAU)
    seen, n = k.cumsum(axis=1), np.arange(1, 31) * 1000.0
    return Row(
        id="C2",
        setup="30 looks of 1,000 independent requests",
        claims=(
            at_most_alpha("promoted", ever(promotion_looks(TAU, PLAIN, units(k, 1000))), runs),
            at_most_alpha("blocked", ever(block_looks(TAU, PLAIN, units(k, 1000))), runs),
            about("Wilson", ever(passing_looks(rivals.wilson(seen, n, rivals.Z_ONE_SIDED)[1])), 0.180, runs, size),
            about("Clopper-Pearson", ever(passing_looks(rivals.clopper_pearson(seen, n, 0.05)[1])), 0.168, runs, size),
            about("Jeffreys", ever(passing_looks(rivals.jeffreys(seen, n, 0.05)[1])), 0.270, runs, size),
        ),
    )


def c3(size: Size, rng: np.random.Generator) -> Row:
    """Hourly looks for a month."""
    runs = size.runs(full=20_000, short=2_000)
    n = np.arange(1, 721) * 100.0

    def draw(some: int) -> tuple[np.ndarray, ...]:
        k = iid(rng, some, 720, 100, TAU)
        wilson = rivals.wilson(k.cumsum(axis=1), n, rivals.Z_ONE_SIDED)[1]
        return promotion_looks(TAU, PLAIN, units(k, 100)), passing_looks(wilson)

    ours, wilson = in_batches(runs, draw)
    return Row(
        id="C3",
        setup="720 looks of 100 independent requests",
        claims=(
            at_most_alpha("promoted", ever(ours), runs),
            about("Wilson", ever(wilson), 0.271, runs, size),
        ),
    )


def c8(size: Size, rng: np.random.Generator) -> Row:
    """An excess that changes twice a day and is at the limit on average.

    It starts high, so that the running average never falls below the limit: a promotion is always wrong.
    """
    runs = size.runs(full=5_000, short=500)
    rates = np.where(np.arange(15 * 24) // 12 % 2 == 0, 1.9 * TAU, 0.1 * TAU)
    k = rng.binomial(3000, rates, (runs, len(rates)))
    bettor = rivals.adaptive_bettor(k, 3000, TAU) >= log_threshold(ALPHA)
    return Row(
        id="C8",
        setup="an excess of 1.9 and 0.1 times the limit in turns of 12 hours, hourly looks for 15 days",
        claims=(
            at_most_alpha("promoted", ever(promotion_looks(TAU, PLAIN, units(k, 3000))), runs),
            about("adaptive bets", float(bettor.any(axis=1).mean()), 1.0, runs, size),
        ),
    )
