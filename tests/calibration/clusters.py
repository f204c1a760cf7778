"""C4 to C6: sessions and clusters at the tolerated limit, whose mismatches are correlated."""

import numpy as np

from tests.calibration import rivals
from tests.calibration.batch import PLAIN, TAU, block_looks, ever, in_batches, passing_looks, promotion_looks
from tests.calibration.row import Claim, Row, Size, about, at_most_alpha
from tests.calibration.worlds import Sessions

ICC = 0.1


def _requests(world: Sessions) -> np.ndarray:
    return np.stack([world.requests - world.mismatches, world.mismatches], axis=-1).astype(float)


def _wilson(world: Sessions) -> np.ndarray:
    k, n = world.mismatches.cumsum(axis=1), world.requests.cumsum(axis=1).astype(float)
    return passing_looks(rivals.wilson(k, n, rivals.Z_ONE_SIDED)[1])


def c4(size: Size, rng: np.random.Generator) -> Row:
    """Sessions whose requests go together."""
    runs = size.runs(full=20_000, short=2_000)

    def draw(some: int) -> tuple[np.ndarray, ...]:
        world = Sessions(rng, (some, 30, 500), None, TAU, ICC)
        ours = promotion_looks(TAU, world.kinds, world.looks), block_looks(TAU, world.kinds, world.looks)
        return *ours, _wilson(world), promotion_looks(TAU, PLAIN, _requests(world))

    promote, block, wilson, requests = (ever(first) for first in in_batches(runs, draw))
    return Row(
        id="C4",
        setup="30 looks of 500 sessions, 3 requests on average, correlation 0.1 within",
        claims=(
            at_most_alpha("promoted", promote, runs),
            at_most_alpha("blocked", block, runs),
            about("Wilson by request", wilson, 0.307, runs, size),
            about("e-value by request", requests, 0.047, runs, size),
        ),
    )


def c5(size: Size, rng: np.random.Generator) -> Row:
    """Large clusters."""
    runs = size.runs(full=20_000, short=2_000)

    def draw(some: int) -> tuple[np.ndarray, ...]:
        world = Sessions(rng, (some, 30, 200), 50, TAU, ICC)
        bursts = rivals.mean_burst(world.mismatches.cumsum(axis=1), world.squares.cumsum(axis=1))
        tempered = _requests(world).cumsum(axis=1) / bursts[..., np.newaxis]
        # the whole evidence is tempered anew at each look, so what is new at a look may be negative
        estimated = promotion_looks(TAU, PLAIN, np.diff(tempered, axis=1, prepend=0.0))
        ours = promotion_looks(TAU, world.kinds, world.looks)
        return ours, _wilson(world), promotion_looks(TAU, PLAIN, _requests(world)), estimated

    ours, wilson, requests, estimated = (ever(first) for first in in_batches(runs, draw))
    return Row(
        id="C5",
        setup="30 looks of 200 clusters of 50 requests, correlation 0.1 within",
        claims=(
            at_most_alpha("promoted", ours, runs),
            about("Wilson by request", wilson, 0.69, runs, size),
            about("e-value by request", requests, 0.395, runs, size),
            _estimated(estimated, runs, size),
        ),
    )


def _estimated(share: float, runs: int, size: Size) -> Claim:
    measured = 0.18
    reach = 0.02 + size.chance(measured, runs)
    return Claim(
        name="e-value, estimated design effect",
        measured=share,
        wanted=f"about {measured:g}, measured here",
        low=measured - reach,
        high=measured + reach,
        rival=True,
        unmet="the design states 0.25 without naming the estimator; sum k^2 / sum k gives 0.18",
    )


def c6(size: Size, rng: np.random.Generator) -> Row:
    """A stratum sampled at 5 % beside one sampled whole."""
    runs = size.runs(full=5_000, short=400)

    def draw(some: int) -> tuple[np.ndarray, ...]:
        bulk = Sessions(rng, (some, 30, 1000), None, 1.25 * TAU, ICC)
        together = np.concatenate([bulk.looks, np.full((some, 30, 1), 5000.0)], axis=2)
        weighted, unweighted = ([*bulk.kinds, (weight, 0.0)] for weight in (0.05, 1.0))
        return promotion_looks(TAU, weighted, together), promotion_looks(TAU, unweighted, together)

    ours, unweighted = (ever(first) for first in in_batches(runs, draw))
    return Row(
        id="C6",
        setup="1,000 sessions sampled at 5 % with all the excess, 5,000 sampled whole without any",
        claims=(
            at_most_alpha("promoted", ours, runs),
            about("without weights", unweighted, 1.0, runs, size),
        ),
    )
