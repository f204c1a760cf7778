"""C7: a baseline arm beside the shadow, with noise in both."""

import numpy as np

from tests.calibration import rivals
from tests.calibration.batch import PLAIN, SIGNED, TAU, block_looks, ever, promotion_looks
from tests.calibration.row import Claim, Row, Size, about, at_most_alpha

NOISE = 1e-3


def c7(size: Size, rng: np.random.Generator) -> Row:
    """Shadow and baseline differ alone by noise, and together where production itself is noisy."""
    runs, pairs = size.runs(full=20_000, short=4_000), 2000
    cells = rng.multinomial(pairs, [NOISE + TAU, NOISE, NOISE, 1 - 3 * NOISE - TAU], (runs, 30))
    plus, minus, both = (cells[:, :, at] for at in range(3))
    signed = np.stack([pairs - plus - minus, plus, minus], axis=-1).astype(float)
    alone = np.stack([pairs - plus - both, plus + both], axis=-1).astype(float)
    n = np.arange(1, 31) * float(pairs)
    # the upper bound lies below the limit exactly when the score there is below -z
    score = rivals.tango_score(plus.cumsum(axis=1), minus.cumsum(axis=1), n, TAU)
    return Row(
        id="C7",
        setup="noise of 0.1 % in production and baseline, 30 looks of 2,000 pairs",
        claims=(
            at_most_alpha("promoted", ever(promotion_looks(TAU, SIGNED, signed)), runs),
            at_most_alpha("blocked", ever(block_looks(TAU, SIGNED, signed, baseline=True)), runs),
            about("blocked without the baseline", ever(block_looks(TAU, PLAIN, alone)), 1.0, runs, size),
            about("promoted by Tango", float((score < -rivals.Z_ONE_SIDED).any(axis=1).mean()), 0.23, runs, size),
            _blocked_by_tango(float((score > rivals.Z_ONE_SIDED).any(axis=1).mean()), runs, size),
        ),
    )


def _blocked_by_tango(share: float, runs: int, size: Size) -> Claim:
    # the design gives blocking as a range
    low, high = 0.23, 0.26
    slack = size.chance(high, runs)
    words = f"{low:g} to {high:g}"
    return Claim(name="blocked by Tango", measured=share, wanted=words, low=low - slack, high=high + slack, rival=True)
