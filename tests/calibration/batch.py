"""Many simulated runs at once, through the shipped bets and mixture."""

from collections.abc import Callable, Iterable

import numpy as np

from darklaunch.stats import BLOCK, BLOCK_BASELINE, PROMOTE, BetGrid, log_threshold
from darklaunch.stats.eprocess import log_capitals, log_mixture
from darklaunch.stats.sample import Sample

ALPHA = 0.05
TAU = 1e-3

PLAIN = [(1.0, 0.0), (1.0, 1.0)]
"""(weight, excess) of a unit that agrees and of one that differs."""

SIGNED = [*PLAIN, (1.0, -1.0)]
"""The same with a baseline arm, which may differ alone."""


def gains(grid: BetGrid, tau: float, kinds: list[tuple[float, float]]) -> np.ndarray:
    """The log gain of each node by one unit of each (weight, excess); shape (kinds, nodes)."""
    tested = np.asarray([tau])
    found = []
    for weight, excess in kinds:
        one = Sample(units=np.ones(1), weights=np.asarray([weight]), excesses=np.asarray([excess]))
        stake = grid.log_weights(tested)[0]
        with np.errstate(invalid="ignore"):
            found.append(np.where(np.isfinite(stake), log_capitals(grid, one, tested)[0] - stake, 0.0))
    return np.asarray(found)


def log_e(grid: BetGrid, tau: float, kinds: list[tuple[float, float]], counts: np.ndarray) -> np.ndarray:
    """The log e-value of each run.

    Args:
        grid: the bets.
        tau: the tested excess.
        kinds: (weight, excess) of a sort of unit.
        counts: units of each sort; shape (..., kinds).
    """
    each = gains(grid, tau, kinds)
    ruined = (counts[..., np.newaxis] > 0) & np.isneginf(each)
    capitals = grid.log_weights(np.asarray([tau]))[0] + counts @ np.where(np.isfinite(each), each, 0.0)
    flat = np.where(ruined.any(axis=-2), -np.inf, capitals).reshape(-1, each.shape[1])
    return log_mixture(flat).reshape(counts.shape[:-1])


def first_look(logs: Iterable[np.ndarray]) -> np.ndarray:
    """The first look, from 1, at which the evidence of each run was enough; infinity where it never was."""
    found: np.ndarray | None = None
    for look, log in enumerate(logs, start=1):
        found = np.full(log.shape, np.inf) if found is None else found
        found = np.where(np.isinf(found) & (log >= log_threshold(ALPHA)), look, found)
    assert found is not None
    return found


def promoted(tau: float, kinds: list[tuple[float, float]], looks: np.ndarray) -> np.ndarray:
    """When each run is promoted; ``looks`` are units new at each look, of shape (runs, looks, kinds)."""
    seen = looks.cumsum(axis=1)
    return first_look(log_e(PROMOTE, tau, kinds, seen[:, look]) for look in range(seen.shape[1]))


def blocked(tau: float, kinds: list[tuple[float, float]], looks: np.ndarray, *, baseline: bool = False) -> np.ndarray:
    """When each run is blocked."""
    seen, grid = looks.cumsum(axis=1), BLOCK_BASELINE if baseline else BLOCK
    return first_look(log_e(grid, tau, kinds, seen[:, look]) for look in range(seen.shape[1]))


def ever(first: np.ndarray) -> float:
    """The share of runs in which it happened."""
    return float(np.isfinite(first).mean())


def passes(upper: np.ndarray) -> np.ndarray:
    """When the upper bound of each run first lies below the limit; shape (runs, looks) becomes (runs,)."""
    below = upper < TAU
    return np.where(below.any(axis=1), below.argmax(axis=1) + 1.0, np.inf)


def in_batches(runs: int, draw: Callable[[int], tuple[np.ndarray, ...]], at_once: int = 500) -> list[np.ndarray]:
    """What ``draw(runs)`` gives for so many runs, drawn in parts because all of them would not fit into memory."""
    parts = [draw(min(at_once, runs - start)) for start in range(0, runs, at_once)]
    return [np.concatenate(column) for column in zip(*parts, strict=True)]
