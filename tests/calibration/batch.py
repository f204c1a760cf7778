"""E-values of many simulated runs at once, by the shipped bets and mixture."""

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
    logs = []
    for weight, excess in kinds:
        unit = Sample(units=np.ones(1), weights=np.asarray([weight]), excesses=np.asarray([excess]))
        stake = grid.log_weights(tested)[0]
        with np.errstate(invalid="ignore"):
            logs.append(np.where(np.isfinite(stake), log_capitals(grid, unit, tested)[0] - stake, 0.0))
    return np.asarray(logs)


def log_e(grid: BetGrid, tau: float, kinds: list[tuple[float, float]], counts: np.ndarray) -> np.ndarray:
    """The log e-value of each run.

    Args:
        grid: the bets.
        tau: the tested excess.
        kinds: (weight, excess) of each kind of unit.
        counts: units of each kind; shape (..., kinds).
    """
    log_gains = gains(grid, tau, kinds)
    ruined = (counts[..., np.newaxis] > 0) & np.isneginf(log_gains)
    capitals = grid.log_weights(np.asarray([tau]))[0] + counts @ np.where(np.isfinite(log_gains), log_gains, 0.0)
    flat = np.where(ruined.any(axis=-2), -np.inf, capitals).reshape(-1, log_gains.shape[1])
    return log_mixture(flat).reshape(counts.shape[:-1])


def first_look(logs: Iterable[np.ndarray]) -> np.ndarray:
    """The first look, from 1, at which the evidence of each run was enough; infinity where it never was."""
    first: np.ndarray | None = None
    for look, log in enumerate(logs, start=1):
        first = np.full(log.shape, np.inf) if first is None else first
        first = np.where(np.isinf(first) & (log >= log_threshold(ALPHA)), look, first)
    assert first is not None
    return first


def promotion_looks(tau: float, kinds: list[tuple[float, float]], looks: np.ndarray) -> np.ndarray:
    """The look at which each run is promoted; ``looks``: the new units of each look, shape (runs, looks, kinds)."""
    seen = looks.cumsum(axis=1)
    return first_look(log_e(PROMOTE, tau, kinds, seen[:, look]) for look in range(seen.shape[1]))


def block_looks(
    tau: float, kinds: list[tuple[float, float]], looks: np.ndarray, *, baseline: bool = False
) -> np.ndarray:
    """The look at which each run is blocked."""
    seen, grid = looks.cumsum(axis=1), BLOCK_BASELINE if baseline else BLOCK
    return first_look(log_e(grid, tau, kinds, seen[:, look]) for look in range(seen.shape[1]))


def ever(first: np.ndarray) -> float:
    """The share of runs that have a first look."""
    return float(np.isfinite(first).mean())


def passing_looks(upper: np.ndarray) -> np.ndarray:
    """The first look at which the upper bound lies below the limit; shape (runs, looks) becomes (runs,)."""
    below = upper < TAU
    return np.where(below.any(axis=1), below.argmax(axis=1) + 1.0, np.inf)


def in_batches(runs: int, draw: Callable[[int], tuple[np.ndarray, ...]], at_once: int = 500) -> list[np.ndarray]:
    """The results of ``draw(runs)`` for all runs, drawn in parts because all at once would not fit into memory."""
    parts = [draw(min(at_once, runs - start)) for start in range(0, runs, at_once)]
    return [np.concatenate(column) for column in zip(*parts, strict=True)]
