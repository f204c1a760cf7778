"""Units counted again from a window's pairs, once its own first day has set the thresholds of latencies."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from darklaunch.capture.sums import add_rows
from darklaunch.evidence.latency.counts import LatencyThresholds
from darklaunch.evidence.units import UNIT_KEY, unit_patterns, unit_rows

_COLUMNS: Final = (
    "request_id",
    "endpoint",
    "bucket",
    "unit",
    "sample_rate",
    "outcome",
    "bodies_equal",
    "production_status",
    "shadow_status",
    "baseline_status",
    "production_latency_ms",
    "shadow_latency_ms",
    "baseline_latency_ms",
    "mismatch",
    "baseline_mismatch",
    "volatile",
    "level_halves",
)


def recount_units(
    pairs: Path, thresholds: LatencyThresholds, groups: Mapping[str, Sequence[str]], *, watched: bool
) -> pa.Table:
    """Counts the units of a window again, latencies included.

    Args:
        pairs: the folder of the window's table of pairs.
        thresholds: of latencies.
        groups: endpoints by the name of their group.
        watched: whether rules were learned.

    Returns:
        What ``unit_patterns`` returns.
    """
    files = sorted(pairs.glob("part-*.parquet"))
    units = [
        unit_rows(pq.ParquetFile(file).read(columns=list(_COLUMNS)), thresholds, watched=watched) for file in files
    ]
    return unit_patterns(add_rows(units, UNIT_KEY), groups)
