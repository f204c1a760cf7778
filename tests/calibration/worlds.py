"""Simulated traffic with a known excess, as counts of units by look."""

import numpy as np

LARGEST_SESSION = 30


def iid(rng: np.random.Generator, runs: int, looks: int, size: int, rate: float) -> np.ndarray:
    """Mismatches of each look; shape (runs, looks)."""
    return rng.binomial(size, rate, (runs, looks))


def session_sizes(rng: np.random.Generator, count: int, mean: float = 3.0) -> np.ndarray:
    """One request and a geometric number more, at most 30 in all."""
    return np.minimum(rng.geometric(1.0 / mean, count), LARGEST_SESSION)


def draw_mismatches(rng: np.random.Generator, sizes: np.ndarray, rate: float, icc: float) -> np.ndarray:
    """Mismatches of each session: beta-binomial, so that those of one session go together."""
    if rate == 0.0:
        return np.zeros(len(sizes), int)
    both = (1.0 - icc) / icc
    return rng.binomial(sizes, rng.beta(rate * both, (1.0 - rate) * both, len(sizes)))


class Sessions:
    """Sessions of many runs, collapsed to counts of excesses.

    Attributes:
        excesses: the distinct excesses of a session, 0 first.
        looks: sessions by excess; shape (runs, looks, excesses).
        requests: requests of each look; shape (runs, looks).
        mismatches: of these, those that differ.
        squares: the sum of squared mismatches of a session, by look.
    """

    def __init__(
        self, rng: np.random.Generator, shape: tuple[int, int, int], sizes: int | None, rate: float, icc: float
    ) -> None:
        """Draws (runs, looks, sessions a look); ``sizes`` requests each, None: as ``session_sizes``."""
        runs, looks, each = shape
        drawn = []
        for run in range(runs):
            size = session_sizes(rng, looks * each) if sizes is None else np.full(looks * each, sizes)
            mismatches = draw_mismatches(rng, size, rate, icc)
            at = np.flatnonzero(mismatches)
            by_look = [array.reshape(looks, each).sum(axis=1) for array in (size, mismatches, mismatches**2)]
            drawn.append((np.full(len(at), run), at // each, mismatches[at] / size[at], *by_look))
        positions = [np.concatenate([run_arrays[column] for run_arrays in drawn]) for column in range(3)]
        self.requests, self.mismatches, self.squares = (
            np.stack([run_arrays[3 + n] for run_arrays in drawn]) for n in range(3)
        )
        distinct, indices = np.unique(positions[2], return_inverse=True)
        self.excesses = [0.0, *distinct.tolist()]
        self.looks = np.zeros((runs, looks, len(self.excesses)))
        np.add.at(self.looks, (positions[0], positions[1], indices + 1), 1)
        self.looks[:, :, 0] = each - self.looks[:, :, 1:].sum(axis=2)

    @property
    def kinds(self) -> list[tuple[float, float]]:
        """Weight 1 and excess of each kind of session."""
        return [(1.0, excess) for excess in self.excesses]


def paired_sessions(
    rng: np.random.Generator, shape: tuple[int, int, int], rate: float, icc: float, noise: float
) -> tuple[list[tuple[float, float]], np.ndarray]:
    """Sessions with a baseline arm: kinds of units (weight, excess) and their counts, shape (runs, looks, kinds).

    Shadow differs for ``rate`` of the requests, those of one session together; besides, shadow and baseline each differ
    alone for ``noise`` of the requests.
    """
    runs, looks, each = shape
    size = session_sizes(rng, runs * looks * each)
    worse = draw_mismatches(rng, size, rate, icc)
    plus = worse + rng.binomial(size - worse, noise)
    minus = rng.binomial(size - plus, noise)
    excesses, indices = np.unique((plus - minus) / size, return_inverse=True)
    counts = np.zeros((runs * looks, len(excesses)))
    np.add.at(counts, (np.arange(size.size) // each, indices), 1)
    return [(1.0, excess) for excess in excesses.tolist()], counts.reshape(runs, looks, -1)


def log_latencies(rng: np.random.Generator, shape: tuple[int, ...], ratio: float) -> np.ndarray:
    """Logs of latencies in ms of production and shadow, correlation 0.7, deviation 1; shape (2, *shape)."""
    shared, *own = rng.normal(size=(3, *shape))
    logs = np.stack([0.7**0.5 * shared + 0.3**0.5 * each for each in own]) + 3.0
    logs[1] += np.log(ratio)
    return logs
