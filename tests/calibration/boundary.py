"""C1 to C8: a release exactly at the tolerated limit, looked at again and again."""

import numpy as np
from scipy import stats

from darklaunch.stats import log_threshold
from tests.calibration import rivals
from tests.calibration.batch import ALPHA, blocked, ever, promoted
from tests.calibration.row import Claim, Row, about, at_most_alpha
from tests.calibration.worlds import Sessions, iid

TAU = 1e-3
ONE_SIDED = float(stats.norm.ppf(0.95))
PLAIN = [(1.0, 0.0), (1.0, 1.0)]
SIGNED = [(1.0, 0.0), (1.0, 1.0), (1.0, -1.0)]


def _passes(upper: np.ndarray) -> float:
    return float((upper < TAU).any(axis=1).mean())


def _units(k: np.ndarray, size: int) -> np.ndarray:
    return np.stack([size - k, k], axis=-1).astype(float)


def c1(runs: int, rng: np.random.Generator) -> Row:  # noqa: ARG001 - it is enumerated
    """Coverage of the usual intervals at one look."""
    n, p = np.asarray(1000.0), 1e-3
    k = np.arange(0, 60)
    mass = stats.binom.pmf(k, int(n), p)
    expected = {"wald": 0.632, "wilson": 0.920, "jeffreys": 0.981, "clopper_pearson": 0.981}
    claims = []
    for name, wanted in expected.items():
        low, high = getattr(rivals, name)(k, n)
        found = float(mass[(low <= p) & (p <= high)].sum())
        claims.append(Claim(name=name, found=found, low=wanted - 1e-3, high=wanted + 1e-3, rival=True))
    return Row(id="C1", setup="coverage of usual 95 % intervals, 1,000 requests, rate 0.1 %, one look", claims=claims)


def c2(runs: int, rng: np.random.Generator) -> Row:
    """Thirty looks at independent requests."""
    k = iid(rng, runs, 30, 1000, TAU)
    seen, n = k.cumsum(axis=1), np.arange(1, 31) * 1000.0
    return Row(
        id="C2",
        setup="30 looks of 1,000 independent requests",
        claims=[
            at_most_alpha("promoted", ever(promoted(TAU, PLAIN, _units(k, 1000))), runs),
            about("Wilson", _passes(rivals.wilson(seen, n, ONE_SIDED)[1]), 0.180, runs),
            about("Clopper-Pearson", _passes(rivals.clopper_pearson(seen, n, 0.05)[1]), 0.168, runs),
            about("Jeffreys", _passes(rivals.jeffreys(seen, n, 0.05)[1]), 0.270, runs),
        ],
    )


def c3(runs: int, rng: np.random.Generator) -> Row:
    """Hourly looks for a month."""
    runs = max(200, runs // 4)
    k = iid(rng, runs, 720, 100, TAU)
    seen, n = k.cumsum(axis=1), np.arange(1, 721) * 100.0
    return Row(
        id="C3",
        setup="720 looks of 100 independent requests",
        claims=[
            at_most_alpha("promoted", ever(promoted(TAU, PLAIN, _units(k, 100))), runs),
            about("Wilson", _passes(rivals.wilson(seen, n, ONE_SIDED)[1]), 0.271, runs),
        ],
    )


def c4(runs: int, rng: np.random.Generator) -> Row:
    """Sessions whose requests go together."""
    runs = max(200, runs // 6)
    world = Sessions(rng, (runs, 30, 500), None, TAU, 0.1)
    requests = np.stack([world.requests - world.mismatches, world.mismatches], axis=-1).astype(float)
    seen = [array.cumsum(axis=1) for array in (world.mismatches, world.requests.astype(float))]
    return Row(
        id="C4",
        setup="30 looks of 500 sessions, 3 requests on average, correlation 0.1 within",
        claims=[
            at_most_alpha("promoted", ever(promoted(TAU, world.kinds, world.looks)), runs),
            at_most_alpha("blocked", ever(blocked(TAU, world.kinds, world.looks)), runs),
            about("Wilson by request", _passes(rivals.wilson(*seen, ONE_SIDED)[1]), 0.307, runs, 0.03),
            about("e-value by request", ever(promoted(TAU, PLAIN, requests)), 0.047, runs),
        ],
    )


def c5(runs: int, rng: np.random.Generator) -> Row:
    """Large clusters."""
    runs = max(100, runs // 10)
    world = Sessions(rng, (runs, 30, 200), 50, TAU, 0.1)
    requests = np.stack([world.requests - world.mismatches, world.mismatches], axis=-1).astype(float)
    k, n = world.mismatches.cumsum(axis=1), world.requests.cumsum(axis=1).astype(float)
    return Row(
        id="C5",
        setup="30 looks of 200 clusters of 50 requests, correlation 0.1 within",
        claims=[
            at_most_alpha("promoted", ever(promoted(TAU, world.kinds, world.looks)), runs),
            about("Wilson by request", _passes(rivals.wilson(k, n, ONE_SIDED)[1]), 0.69, runs, 0.06),
            about("e-value by request", ever(promoted(TAU, PLAIN, requests)), 0.395, runs, 0.04),
        ],
    )


def c6(runs: int, rng: np.random.Generator) -> Row:
    """A stratum sampled at 5 % beside one sampled whole."""
    runs = max(100, runs // 20)
    bulk = Sessions(rng, (runs, 30, 1000), None, 1.25 * TAU, 0.1)
    rare = np.full((runs, 30, 1), 5000.0)
    together = np.concatenate([bulk.looks, rare], axis=2)
    weighted, unweighted = ([*bulk.kinds, (weight, 0.0)] for weight in (0.05, 1.0))
    return Row(
        id="C6",
        setup="1,000 sessions sampled at 5 % with all the excess, 5,000 sampled whole without any",
        claims=[
            at_most_alpha("promoted", ever(promoted(TAU, weighted, together)), runs),
            about("without weights", ever(promoted(TAU, unweighted, together)), 1.0, runs),
        ],
    )


def c7(runs: int, rng: np.random.Generator) -> Row:
    """A noisy production and a noisy baseline."""
    runs, noise, size = max(200, runs // 4), 1e-3, 2000
    cells = rng.multinomial(size, [noise + TAU, noise, noise, 1 - 3 * noise - TAU], (runs, 30))
    plus, minus, both = (cells[:, :, at] for at in range(3))
    units = np.stack([size - plus - minus, plus, minus], axis=-1).astype(float)
    alone = np.stack([size - plus - both, plus + both], axis=-1).astype(float)
    few = slice(0, min(runs, 400))
    b, c, n = plus[few].cumsum(axis=1), minus[few].cumsum(axis=1), np.arange(1, 31) * float(size)
    uppers = {
        (x, y, z): rivals.tango(x, y, z, ONE_SIDED)[1]
        for x, y, z in {
            (int(x), int(y), float(z))
            for x, y, z in zip(b.ravel(), c.ravel(), np.broadcast_to(n, b.shape).ravel(), strict=True)
        }
    }
    tango = np.asarray(
        [
            [uppers[int(x), int(y), float(z)] < TAU for x, y, z in zip(p, q, n, strict=True)]
            for p, q in zip(b, c, strict=True)
        ]
    )
    return Row(
        id="C7",
        setup="noise of 0.1 % in production and baseline, 30 looks of 2,000 pairs",
        claims=[
            at_most_alpha("promoted", ever(promoted(TAU, SIGNED, units)), runs),
            at_most_alpha("blocked", ever(blocked(TAU, SIGNED, units, baseline=True)), runs),
            about("blocked without baseline", ever(blocked(TAU, PLAIN, alone)), 1.0, runs),
            about("Tango", float(tango.any(axis=1).mean()), 0.23, len(tango), 0.05),
        ],
    )


def c8(runs: int, rng: np.random.Generator) -> Row:
    """An excess that changes twice a day and is at the limit on average."""
    runs = max(100, runs // 20)
    rates = np.where(np.arange(15 * 24) // 12 % 2 == 0, 1.9 * TAU, 0.1 * TAU)
    k = rng.binomial(3000, rates, (runs, len(rates)))
    bettor = rivals.adaptive_bettor(k, 3000, TAU) >= log_threshold(ALPHA)
    return Row(
        id="C8",
        setup="an excess of 1.9 and 0.1 times the limit in turns of 12 hours, hourly looks for 15 days",
        claims=[
            at_most_alpha("promoted", ever(promoted(TAU, PLAIN, _units(k, 3000))), runs),
            about("adaptive bets", float(bettor.any(axis=1).mean()), 1.0, runs),
        ],
    )
