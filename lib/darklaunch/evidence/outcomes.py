"""Outcomes of requests as flags, by which the evidence is counted."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.flags import flags
from darklaunch.pair.outcome import Outcome
from darklaunch.stats.arrays import BoolArray


def has_outcome(outcome: pa.ChunkedArray, outcomes: Sequence[Outcome]) -> BoolArray:
    """Whether each request has one of some outcomes; shape (requests,)."""
    return flags(pc.is_in(outcome.cast(pa.string()), value_set=pa.array([each.value for each in outcomes])))
