"""Outcomes of requests as flags, by which the evidence is counted."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.flags import flags
from darklaunch.pair.outcome import Outcome
from darklaunch.stats.arrays import BoolArray


def has_outcome(outcome: pa.ChunkedArray, outcomes: Sequence[Outcome]) -> BoolArray:
    """Whether each request has one of some outcomes; shape (requests,)."""
    whole = outcome.combine_chunks()
    # there are a handful of words, of which each is looked up once
    coded = whole if isinstance(whole, pa.DictionaryArray) else whole.dictionary_encode()
    wanted = np.flatnonzero(flags(pc.is_in(coded.dictionary, value_set=pa.array([each.value for each in outcomes]))))
    has: BoolArray = np.isin(coded.indices.to_numpy(), wanted)
    return has
