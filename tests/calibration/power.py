"""C9 to C14: power, fleets, latency, and the order in which evidence is added up."""

import numpy as np
from scipy import stats

from darklaunch.stats import UnitTable, e_bh
from darklaunch.stats.latency import LOG_STEP, latency_ratio
from tests.calibration import rivals
from tests.calibration.batch import ALPHA, BLOCK, blocked, ever, log_e, promoted
from tests.calibration.boundary import PLAIN, SIGNED, TAU
from tests.calibration.row import Claim, Row, at_most_alpha
from tests.calibration.worlds import Sessions, iid


def c9(runs: int, rng: np.random.Generator) -> Row:
    """How soon a good release is promoted."""
    runs = max(60, runs // 20)
    wanted = {0.0: (4, 1.0), 0.1: (5, 1.0), 0.3: (6, 0.995), 0.5: (15, 0.87)}
    claims = []
    for share, (day, least) in wanted.items():
        world = Sessions(rng, (runs, 30, 1000), None, share * TAU, 0.1)
        found = promoted(TAU, world.kinds, world.looks)
        median = float(np.median(found))
        # half of the runs are promoted within a day or two of each other, so that the median wavers
        reach = 2.0 if share < 0.4 else 4.0
        claims.append(
            Claim(name=f"day of promotion at {share:g} of the limit", found=median, low=day - reach, high=day + reach)
        )
        slack = 3 * np.sqrt(least * (1 - least) / runs)
        claims.append(Claim(name=f"promoted in 30 days at {share:g}", found=ever(found), low=least - slack))
    return Row(id="C9", setup="1,000 sessions a day that are better than the limit", claims=claims)


def c10(runs: int, rng: np.random.Generator) -> Row:
    """How soon a bad release is blocked."""
    runs = max(60, runs // 40)
    plain = Sessions(rng, (runs, 5, 1000), None, 5 * TAU, 0.1)
    first = blocked(TAU, plain.kinds, plain.looks)
    noise, size = 1e-3, 3000
    cells = rng.multinomial(size, [noise + 5 * TAU, noise, 1 - 2 * noise - 5 * TAU], (runs, 5))
    units = np.stack([cells[:, :, 2], cells[:, :, 0], cells[:, :, 1]], axis=-1).astype(float)
    second = blocked(TAU, SIGNED, units, baseline=True)
    return Row(
        id="C10",
        setup="5 times the limit, 1,000 sessions a day, without and with a noisy baseline",
        claims=[
            Claim(name="day of block", found=float(np.median(first)), high=1),
            Claim(name="day of block with noise", found=float(np.median(second)), high=2),
            Claim(name="blocked", found=min(ever(first), ever(second)), low=1.0),
        ],
    )


def c11(runs: int, rng: np.random.Generator) -> Row:
    """Five hundred endpoints, most of them exactly at the limit."""
    runs, endpoints, looks = max(10, runs // 200), 500, 30
    rates, lost, usual = [], [], []
    for _ in range(runs):
        bad = rng.permutation(endpoints) < endpoints // 20
        size = np.maximum(1, rng.lognormal(5.5, 1.5, endpoints)).astype(int)
        k = rng.binomial(size[:, None], np.where(bad, 5 * TAU, TAU)[:, None], (endpoints, looks)).cumsum(axis=1)
        n = size[:, None] * np.arange(1, looks + 1)
        ours, sticky = np.zeros(endpoints, bool), np.zeros(endpoints, bool)
        worst = 0.0
        for look in range(looks):
            logs = log_e(BLOCK, TAU, PLAIN, np.stack([n[:, look] - k[:, look], k[:, look]], axis=-1).astype(float))
            ours = np.isin(np.arange(endpoints), e_bh(logs.tolist(), ALPHA, endpoints))
            worst = max(worst, (ours & ~bad).sum() / max(1, ours.sum()))
            sticky |= rivals.bh(stats.binom.sf(k[:, look] - 1, n[:, look], TAU), ALPHA)
        rates.append((ours & ~bad).sum() / max(1, ours.sum()))
        lost.append(worst)
        usual.append((sticky & ~bad).sum() / max(1, sticky.sum()))
    return Row(
        id="C11",
        setup="500 endpoints, 5 % at 5 times the limit, the others exactly at it",
        claims=[
            at_most_alpha("false discoveries at the last look", float(np.mean(rates)), runs),
            at_most_alpha("false discoveries at the worst look", float(np.mean(lost)), runs),
            Claim(name="BH at every look, kept", found=float(np.mean(usual)), low=0.1, rival=True),
        ],
    )


def c12(runs: int, rng: np.random.Generator) -> Row:
    """Does the interval of a latency ratio cover the truth?"""
    runs, size, ratio = max(200, runs // 20), 10_000, 1.1
    covered = dict.fromkeys((0.5, 0.95, 0.99), 0)
    for _ in range(runs):
        shared, own, other = rng.normal(size=(3, size))
        logs = np.stack([0.7**0.5 * shared + 0.3**0.5 * each for each in (own, other)]) + 3.0
        logs[1] += np.log(ratio)
        bins = np.floor(logs / LOG_STEP).astype(int)
        first, sections = int(bins.min()), np.arange(size) % 20
        arms = np.zeros((2, 20, int(bins.max()) - first + 1))
        for arm in range(2):
            np.add.at(arms[arm], (sections, bins[arm] - first), 1)
        for q in covered:
            found = latency_ratio(arms[0], arms[1], np.bincount(sections).astype(float), first, q, 0.95)
            assert found is not None
            assert found.low is not None
            assert found.high is not None
            covered[q] += found.low <= ratio <= found.high
    wanted = {0.5: 0.953, 0.95: 0.962, 0.99: 0.935}
    reach = 0.03 + 2 * np.sqrt(0.05 * 0.95 / runs)
    return Row(
        id="C12",
        setup="95 % interval of a latency ratio of 1.1, 10,000 pairs, sections of 2 % histograms",
        claims=[
            Claim(name=f"coverage at p{q * 100:g}", found=hits / runs, low=wanted[q] - reach, high=wanted[q] + reach)
            for q, hits in covered.items()
        ],
    )


def c13(runs: int, rng: np.random.Generator) -> Row:
    """A shadow exactly as slow at p99 as is tolerated."""
    runs, size, ratio = max(200, runs // 20), 2000, 1.25
    limit = float(stats.norm.ppf(0.99))
    looks = np.zeros((runs, 30, 3))
    for run in range(runs):
        shared, own, other = rng.normal(size=(3, 30, size))
        slow, shadow_slow = (0.7**0.5 * shared + 0.3**0.5 * each > limit for each in (own, other))
        plus, minus = (shadow_slow & ~slow).sum(axis=1), (slow & ~shadow_slow).sum(axis=1)
        looks[run] = np.stack([size - plus - minus, plus, minus], axis=-1)
    return Row(
        id="C13",
        setup=f"p99 of the shadow exactly {ratio} times production's, 30 looks of 2,000 pairs",
        claims=[
            at_most_alpha("promoted", ever(promoted(0.0, SIGNED, looks)), runs),
            at_most_alpha("blocked", ever(blocked(0.0, SIGNED, looks, baseline=True)), runs),
        ],
    )


def c14(runs: int, rng: np.random.Generator) -> Row:  # noqa: ARG001 - it is exact
    """Evidence of thirty hours, added up in any order."""
    k = iid(rng, 1, 30, 1000, 3 * TAU)[0]
    tables = [UnitTable([(1000.0 - one, 1.0, 0.0), (float(one), 1.0, 1.0)]) for one in k]
    whole = UnitTable([row for table in tables for row in table.rows])
    worst = 0.0
    for _ in range(20):
        added = UnitTable([])
        for at in rng.permutation(30):
            added = added + tables[at]
        worst = max(worst, abs(added.log_e_block(TAU) - whole.log_e_block(TAU)))
    return Row(
        id="C14",
        setup="evidence of 30 hours added up in any order and at once",
        claims=[Claim(name="largest difference of a log e-value", found=worst, high=1e-9)],
    )
