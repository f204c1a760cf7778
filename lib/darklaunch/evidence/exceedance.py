"""Exceedances: which requests are slower than a frozen threshold, and in which arm alone."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.evidence.dimension import Dimension
from darklaunch.evidence.latency import LatencyThresholds
from darklaunch.stats.arrays import BoolArray, FloatArray


def rung_counts(
    pairs: pa.Table, compared: BoolArray, missing: BoolArray, thresholds: LatencyThresholds
) -> dict[str, BoolArray]:
    """Says of each request, for each rung, whether it was judged, and in which arm alone it was slow.

    Args:
        pairs: rows of ``pairs_table``.
        compared: whether a request was compared; shape (requests,).
        missing: whether the shadow gave no answer; shape (requests,).
        thresholds: a request is slow in production above the threshold, in the shadow above that many times the ratio.

    Returns:
        ``<rung>_pairs``, ``<rung>_plus``, ``<rung>_minus`` and ``<rung>_missing`` of each rung; shape (requests,).
    """
    begun = pc.greater_equal(pairs["bucket"], pa.scalar(thresholds.begins, pairs["bucket"].type)).to_numpy()
    production_ms, shadow_ms = (_numbers(pairs[f"{arm}_latency_ms"]) for arm in ("production", "shadow"))
    measured = compared & ~np.isnan(production_ms) & ~np.isnan(shadow_ms)
    counts: dict[str, BoolArray] = {}
    for rung in thresholds.rungs:
        limit_ms = _limits_ms(pairs["endpoint"], rung, thresholds)
        judged = begun & ~np.isnan(limit_ms)
        # a comparison with NaN is false
        slow, shadow_slow = production_ms > limit_ms, shadow_ms > limit_ms * thresholds.ratios[rung]
        counts[f"{rung.value}_pairs"] = judged & measured
        counts[f"{rung.value}_plus"] = judged & measured & shadow_slow & ~slow
        counts[f"{rung.value}_minus"] = judged & measured & slow & ~shadow_slow
        counts[f"{rung.value}_missing"] = judged & missing
    return counts


def _limits_ms(endpoints: pa.ChunkedArray, rung: Dimension, thresholds: LatencyThresholds) -> FloatArray:
    """Each request's threshold; NaN where its endpoint has none."""
    coded = endpoints.cast(pa.string()).combine_chunks().dictionary_encode()
    limits = [thresholds.thresholds_ms.get(name, {}).get(rung, np.nan) for name in coded.dictionary.to_pylist()]
    return np.asarray(limits, np.float64)[coded.indices.to_numpy()] if limits else np.empty(0)


def _numbers(column: pa.ChunkedArray) -> FloatArray:
    return pc.fill_null(column, np.nan).to_numpy()  # type: ignore[no-any-return]
