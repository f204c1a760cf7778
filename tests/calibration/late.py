"""C15 to C18: weights that change, and regressions that begin late."""

from collections.abc import Callable

import numpy as np

from darklaunch.stats import BLOCK, BLOCK_BASELINE, PROMOTE, BetGrid, log_threshold
from darklaunch.stats.eprocess import log_mixture
from darklaunch.stats.late import stakes
from tests.calibration.batch import ALPHA, PLAIN, SIGNED, TAU, gains, in_batches
from tests.calibration.row import Claim, Row, Size, at_most_alpha
from tests.calibration.worlds import draw_mismatches

STRETCH = 2.0
HOURS_OF_DAY = 24
MONTH = 720
_LOG_ENOUGH, _LOG_TWICE = log_threshold(ALPHA), log_threshold(ALPHA / 2)

Draw = Callable[[int], np.ndarray]
"""Units of each kind by hour of so many runs; shape (runs, hours, kinds)."""


def hourly_gains(grid: BetGrid, tested: float, kinds: list[tuple[float, float]], units: np.ndarray) -> np.ndarray:
    """The log gain of each node in each hour; shape (runs, hours, nodes)."""
    log_gains = gains(grid, tested, kinds)
    return units @ np.where(np.isfinite(log_gains), log_gains, 0.0)


def late_log_es(grid: BetGrid, tested: float, kinds: list[tuple[float, float]], units: np.ndarray) -> np.ndarray:
    """Log E_late at every hour by its recursion; shape (runs, hours)."""
    step = hourly_gains(grid, tested, kinds, units)
    log_shares = grid.log_weights(np.asarray([tested]))[0]
    shares = stakes(units.shape[1])
    capitals, logs = np.full((units.shape[0], log_shares.size), -np.inf), []
    for hour, share in enumerate(shares):
        capitals = np.logaddexp(capitals, np.log(share) + log_shares) + step[:, hour]
        aside = np.log(max(1.0 - shares[: hour + 1].sum(), 1e-300))
        logs.append(np.logaddexp(log_mixture(capitals), aside))
    return np.stack(logs, axis=1)


def whole_day_log_es(grid: BetGrid, kinds: list[tuple[float, float]], units: np.ndarray) -> np.ndarray:
    """Log E_block of the whole days until every hour; shape (runs, hours)."""
    seen = hourly_gains(grid, TAU, kinds, units).cumsum(axis=1)
    log_es = log_mixture(seen + grid.log_weights(np.asarray([TAU]))[0])
    hours = np.arange(units.shape[1])
    last = (hours + 1) // HOURS_OF_DAY * HOURS_OF_DAY - 1
    return np.where(last >= 0, log_es[:, np.maximum(last, 0)], 0.0)


def verdict_hours(kinds: list[tuple[float, float]], units: np.ndarray, *, baseline: bool) -> tuple[np.ndarray, ...]:
    """The hour, from 1, at which each run is first held, and blocked; infinity where it never is."""
    grid = BLOCK_BASELINE if baseline else BLOCK
    held = late_log_es(grid, TAU, kinds, units) >= _LOG_ENOUGH
    stretch = late_log_es(grid, STRETCH * TAU, kinds, units) >= _LOG_TWICE
    blocked = stretch | (whole_day_log_es(grid, kinds, units) >= _LOG_TWICE)
    return tuple(np.where(each.any(axis=1), each.argmax(axis=1) + 1.0, np.inf) for each in (held, blocked))


def c15(size: Size, rng: np.random.Generator) -> Row:
    """Sampling weights that change while a launch runs."""
    runs, looks, each = size.runs(full=20_000, short=3_000), 60, 1000
    worlds = {
        "constant": np.ones(looks),
        "1, then 10": np.where(np.arange(looks) < looks // 2, 1.0, 10.0),
        "1, then 100": np.where(np.arange(looks) < looks // 2, 1.0, 100.0),
        "1 and 2 in turns": np.where(np.arange(looks) % 2 == 0, 1.0, 2.0),
    }
    claims = []
    for name, weights in worlds.items():
        k = rng.binomial(each, TAU, (runs, looks))
        for verdict, grid in (("promoted", PROMOTE), ("blocked", BLOCK)):
            claims.append(at_most_alpha(f"{verdict}, {name}", _ever_enough(grid, k, each, weights), runs))
    return Row(id="C15", setup="60 looks at the limit, sampling weights that change", claims=(*claims,))


def _ever_enough(grid: BetGrid, k: np.ndarray, each: int, weights: np.ndarray) -> float:
    """The share of runs whose evidence is ever enough, where every look's units have a weight of their own."""
    bets, seen, enough = grid.bet_array(), np.zeros((len(k), grid.bet_array().size)), np.zeros(len(k), bool)
    for look, weight in enumerate(weights.tolist()):
        with np.errstate(divide="ignore", invalid="ignore"):
            wrong, right = (np.log1p(np.maximum(bets * weight * (excess - TAU), -1.0)) for excess in (1.0, 0.0))
            mismatches = k[:, look, np.newaxis]
            step = np.where(mismatches > 0, mismatches * wrong, 0.0) + (each - mismatches) * right
        seen = seen + step
        largest = np.asarray(weights[: look + 1].max())
        capitals = np.where(np.isfinite(seen), seen, -np.inf) + grid.log_weights(np.asarray([TAU]), largest)[0]
        enough |= log_mixture(capitals) >= _LOG_ENOUGH
    return float(enough.mean())


def c16(size: Size, rng: np.random.Generator) -> Row:
    """Late regressions looked for in launches that are at the limit throughout."""
    runs = size.runs(full=2_000, short=200)
    worlds: dict[str, tuple[list[tuple[float, float]], Draw, bool]] = {
        "independent": (PLAIN, lambda some: _independent(rng, some, 100, TAU), False),
        "sessions of 50": (_SESSIONS, lambda some: _sessions(rng, some, 20), False),
        "noise": (SIGNED, lambda some: _noisy(rng, some, 100), True),
    }
    claims = []
    for name, (kinds, draw, baseline) in worlds.items():
        held, blocked = in_batches(
            runs,
            lambda some, kinds=kinds, draw=draw, baseline=baseline: verdict_hours(kinds, draw(some), baseline=baseline),
            at_once=100,
        )
        claims += [
            at_most_alpha(f"held, {name}", float(np.isfinite(held).mean()), runs),
            at_most_alpha(f"blocked, {name}", float(np.isfinite(blocked).mean()), runs),
        ]
    return Row(id="C16", setup="720 hourly looks for a late regression, at the limit throughout", claims=(*claims,))


def c17(size: Size, rng: np.random.Generator) -> Row:
    """How soon a regression is seen that begins after seven clean days."""
    runs = size.runs(full=1_000, short=200)
    stated = {(10_000, 0.005): (7, 17), (10_000, 0.02): (1, 2), (100_000, 0.005): (1, 2), (100_000, 0.02): (1, 2)}
    claims = []
    for (a_day, rate), wanted in stated.items():
        each = a_day // HOURS_OF_DAY
        hours = np.asarray([0.0] * 7 * HOURS_OF_DAY + [rate] * 72)
        k = rng.binomial(each, hours, (runs, hours.size))
        units = np.stack([each - k, k], axis=-1).astype(float)
        for name, found, hour in zip(
            ("held", "blocked"), verdict_hours(PLAIN, units, baseline=False), wanted, strict=True
        ):
            claims.append(
                Claim(
                    name=f"hours until {name}, {a_day:,} a day, {rate:.1%}",
                    measured=float(np.median(found)) - 7 * HOURS_OF_DAY,
                    wanted=f"within 1.5 times {hour}",
                    high=1.5 * hour,
                )
            )
    return Row(id="C17", setup="seven clean days, then a regression", claims=(*claims,))


def c18(size: Size, rng: np.random.Generator) -> Row:
    """A release that is worse by day and better by night, and begins in its bad half."""
    runs = size.runs(full=2_000, short=300)
    bad = np.arange(15 * HOURS_OF_DAY) // 12 % 2 == 0
    rates = np.where(bad, 1.52 * TAU, 0.08 * TAU)
    k = rng.binomial(4_000, rates, (runs, rates.size))
    units = np.stack([4_000 - k, k], axis=-1).astype(float)
    _, blocked = verdict_hours(PLAIN, units, baseline=False)
    return Row(
        id="C18",
        setup="0.8 of the limit on average, 19 to 1 by day and night, the bad half first",
        claims=(at_most_alpha("blocked", float(np.isfinite(blocked).mean()), runs),),
    )


_SESSIONS = [(1.0, k / 50) for k in range(51)]


def _independent(rng: np.random.Generator, runs: int, each: int, rate: float) -> np.ndarray:
    k = rng.binomial(each, rate, (runs, MONTH))
    return np.stack([each - k, k], axis=-1).astype(float)


def _sessions(rng: np.random.Generator, runs: int, each: int) -> np.ndarray:
    wrong = draw_mismatches(rng, np.full(runs * MONTH * each, 50), TAU, 0.2)
    units = np.zeros((runs * MONTH, 51))
    np.add.at(units, (np.arange(wrong.size) // each, wrong), 1)
    return units.reshape(runs, MONTH, 51)


def _noisy(rng: np.random.Generator, runs: int, each: int) -> np.ndarray:
    shares = [1.0 - 0.006 - TAU, 0.003 + TAU, 0.003]
    return rng.multinomial(each, shares, (runs, MONTH)).astype(float)
