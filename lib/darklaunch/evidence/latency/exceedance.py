"""Exceedances: which requests are slower than a frozen threshold, and in which arm alone."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.arm import Arm
from darklaunch.capture.around import microseconds
from darklaunch.capture.flags import valid
from darklaunch.capture.id_hash import hash_ids
from darklaunch.evidence.latency.thresholds import LatencyThresholds
from darklaunch.pair.outcome import COMPARED
from darklaunch.pair.outcome_flags import has_outcome
from darklaunch.stats.arrays import BoolArray, FloatArray, IntArray

_HASHES: Final = 2.0**32


def rung_counts(pairs: pa.Table, missing: BoolArray, thresholds: LatencyThresholds) -> dict[str, BoolArray | IntArray]:
    """Says of each request, for each rung, whether it was judged, and in which arm alone it was slow.

    The baseline is the reference where it answered: its requests went through the same mirror.

    Args:
        pairs: rows of ``pairs_table``.
        missing: whether nobody could compare the answers; shape (requests,).
        thresholds: a request is slow in the reference above the threshold, in the shadow above that many times the
            ratio.

    Returns:
        ``<rung>_pairs``, ``<rung>_baseline`` (of these, with a baseline's latency), ``<rung>_plus``, ``<rung>_minus``,
        ``<rung>_unpaired`` and ``<rung>_missing`` of each rung; shape (requests,).
    """
    names, codes = _coded(pairs["endpoint"])
    begins = np.asarray([microseconds(thresholds.learned.begins_at(name)) for name in names], np.int64)
    begun = pairs["bucket"].cast(pa.int64()).to_numpy() >= begins[codes] if names else np.zeros(0, bool)
    production_ms, shadow_ms, baseline_ms = _latencies_ms(pairs, thresholds.learned.resolution_ms)
    compared = has_outcome(pairs["outcome"], COMPARED)
    answered = compared & ~np.isnan(baseline_ms) & ~np.isnan(shadow_ms) & valid(pairs["baseline_mismatch"])
    alone = compared & ~answered & ~np.isnan(production_ms) & ~np.isnan(shadow_ms)
    counts: dict[str, BoolArray | IntArray] = {}
    for rung in thresholds.rungs:
        limits_ms = [thresholds.learned.limits_ms.get(name, {}).get(rung, np.nan) for name in names]
        limit_ms = np.asarray(limits_ms, np.float64)[codes] if names else np.zeros(0)
        judged = begun & ~np.isnan(limit_ms)
        # a comparison with NaN is false
        slow, baseline_slow = production_ms > limit_ms, baseline_ms > limit_ms
        shadow_slow = shadow_ms > limit_ms * thresholds.ratios[rung]
        more = (judged & alone & shadow_slow & ~slow).astype(np.int64) - (judged & alone & slow & ~shadow_slow)
        counts |= {
            f"{rung.value}_pairs": judged & (answered | alone),
            f"{rung.value}_baseline": judged & answered,
            f"{rung.value}_plus": judged & answered & shadow_slow & ~baseline_slow,
            f"{rung.value}_minus": judged & answered & baseline_slow & ~shadow_slow,
            f"{rung.value}_unpaired": more,
            f"{rung.value}_missing": judged & missing,
        }
    return counts


def _coded(endpoints: pa.ChunkedArray) -> tuple[list[str], IntArray]:
    """The names of endpoints, and each request's place among them."""
    coded = endpoints.cast(pa.string()).combine_chunks().dictionary_encode()
    return coded.dictionary.to_pylist(), coded.indices.to_numpy()


def _latencies_ms(pairs: pa.Table, resolution_ms: Mapping[Arm, float]) -> list[FloatArray]:
    """The latencies of each arm, those of a coarse clock spread evenly over its step by a hash of the request."""
    arms = [_numbers(pairs[f"{arm.value}_latency_ms"]) for arm in Arm]
    if not resolution_ms:
        return arms
    ids = pairs["request_id"].to_pylist()
    share = hash_ids([each.encode() for each in ids]) / _HASHES
    return [latency_ms + resolution_ms.get(arm, 0.0) * share for arm, latency_ms in zip(Arm, arms, strict=True)]


def _numbers(column: pa.ChunkedArray) -> FloatArray:
    return pc.fill_null(column, np.nan).to_numpy()  # type: ignore[no-any-return]
