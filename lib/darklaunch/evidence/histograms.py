"""Histograms of latencies in bins of 2 %, which add up, and a sample of each hour's units."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.arm import Arm
from darklaunch.capture.endpoint import FLEET
from darklaunch.capture.flags import valid
from darklaunch.capture.sums import add_rows
from darklaunch.evidence.panel import KEPT
from darklaunch.pair.outcome import COMPARED
from darklaunch.pair.outcome_flags import has_outcome
from darklaunch.stats.arrays import BoolArray
from darklaunch.stats.latency import LEAST_MS, LOG_STEP, MOST_MS

_HISTOGRAM: Final = ("endpoint", "bucket", "arm", "bin", "sample_rate")


def count_latencies(pairs: pa.Table) -> pa.Table:
    """Counts the latencies of compared requests of which the shadow has one, and production or the baseline.

    Args:
        pairs: rows of ``pairs_table``.

    Returns:
        ``endpoint``, ``bucket`` (start of the hour), ``arm``, ``bin`` (the whole part of ln(ms) / ln 1.02),
        ``sample_rate`` and ``requests``; whole numbers, so that they add up in any order.
    """
    compared = has_outcome(pairs["outcome"], COMPARED)
    has = {arm: valid(pairs[f"{arm.value}_latency_ms"]) for arm in Arm}
    both = compared & has[Arm.PRODUCTION] & has[Arm.SHADOW]
    answered = compared & has[Arm.BASELINE] & has[Arm.SHADOW] & valid(pairs["baseline_mismatch"])
    measured = {Arm.PRODUCTION: both, Arm.SHADOW: both | answered, Arm.BASELINE: answered}
    return pa.concat_tables([_of_arm(pairs, arm, measured[arm]) for arm in Arm])


def _of_arm(pairs: pa.Table, arm: Arm, measured: BoolArray) -> pa.Table:
    some = pairs.select(["endpoint", "bucket", "sample_rate", f"{arm.value}_latency_ms"]).filter(pa.array(measured))
    latency_ms = np.clip(some[f"{arm.value}_latency_ms"].to_numpy(), LEAST_MS, MOST_MS)
    each = pa.table(
        {
            "endpoint": some["endpoint"],
            "bucket": some["bucket"],
            "bin": pa.array(np.floor(np.log(latency_ms) / LOG_STEP).astype(np.int32)),
            "sample_rate": some["sample_rate"],
            "requests": pa.array(np.ones(some.num_rows, np.int64)),
        }
    )
    counted = add_rows([each], [name for name in _HISTOGRAM if name != "arm"])
    # names are words only once there are few of them
    named = counted.set_column(0, "endpoint", counted["endpoint"].cast(pa.string()))
    return named.add_column(2, "arm", pa.array([arm.value] * counted.num_rows, pa.string()))


def merge_latencies(parts: Sequence[pa.Table]) -> pa.Table:
    """Adds up what ``count_latencies`` returned of several parts."""
    return add_rows(parts, _HISTOGRAM)


def histograms(counted: pa.Table) -> pa.Table:
    """The histograms of endpoints, and of the fleet, with the requests that the captured ones stand for.

    Args:
        counted: what ``count_latencies`` returns.

    Returns:
        ``endpoint``, ``bucket``, ``arm``, ``bin``, ``weight`` and ``requests``, in an order that depends on them alone.
    """
    fleet = counted.set_column(0, "endpoint", pa.array([FLEET] * counted.num_rows, pa.string()))
    whole = add_rows([counted, add_rows([fleet], _HISTOGRAM).select(counted.column_names)], _HISTOGRAM)
    # a sum of fractions depends on their order
    ordered = whole.sort_by([(name, "ascending") for name in _HISTOGRAM])
    weighted = ordered.append_column(
        "weight", pc.divide(ordered["requests"].cast(pa.float64()), ordered["sample_rate"])
    )
    keys = [name for name in _HISTOGRAM if name != "sample_rate"]
    return add_rows([weighted.drop_columns(["sample_rate"])], keys).sort_by([(name, "ascending") for name in keys])


def sample_panel(pairs: pa.Table) -> pa.Table:
    """Keeps some units of each hour, of those that were not sampled whole.

    Args:
        pairs: rows of ``pairs_table``; ``unit`` is a hash already.

    Returns:
        ``bucket`` (start of the hour), ``unit`` and ``sample_rate``.
    """
    sampled = pairs.filter(pc.less(pairs["sample_rate"], 1.0)).select(["bucket", "unit", "sample_rate"])
    return merge_panels([sampled])


def merge_panels(parts: Sequence[pa.Table]) -> pa.Table:
    """The least units of each hour of several samples."""
    units = pa.concat_tables(parts).group_by(["bucket", "unit"], use_threads=False).aggregate([("sample_rate", "max")])
    ordered = units.rename_columns(["bucket", "unit", "sample_rate"]).sort_by(
        [("bucket", "ascending"), ("unit", "ascending")]
    )
    hours = ordered["bucket"].cast(pa.int64()).to_numpy()
    first = np.searchsorted(hours, hours)
    return ordered.filter(pa.array(np.arange(len(hours)) - first < KEPT))
