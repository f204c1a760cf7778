"""Units counted from a window's table of pairs, once its own first day has told what they are counted by."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from darklaunch.capture.endpoint import group_name
from darklaunch.capture.sums import add_rows
from darklaunch.evidence.dimension import RUNGS
from darklaunch.evidence.latency.thresholds import LatencyThresholds
from darklaunch.evidence.units import UNIT_KEY, unit_patterns, unit_rows

_MOMENT: Final = pa.timestamp("us", "UTC")
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
    "conflicting",
    "baseline_mismatch",
)


def count_rungs(pairs: Path, thresholds: LatencyThresholds, groups: Mapping[str, Sequence[str]]) -> pa.Table:
    """Counts the units of a window by their latencies.

    Args:
        pairs: the folder of the window's table of pairs.
        thresholds: of latencies.
        groups: endpoints by the name of their group.

    Returns:
        Those patterns of ``unit_patterns`` that are about latencies.
    """
    files = sorted(pairs.glob("part-*.parquet"))
    units = [unit_rows(pq.ParquetFile(file).read(columns=list(_COLUMNS)), thresholds) for file in files]
    patterns = unit_patterns(add_rows(units, UNIT_KEY), groups)
    return patterns.filter(pc.is_in(patterns["dimension"], value_set=rung_names()))


def count_group(
    pairs: Path, thresholds: LatencyThresholds | None, group: str, members: Sequence[str], since: datetime
) -> pa.Table:
    """Counts the units of a group of endpoints.

    Args:
        pairs: the folder of the window's table of pairs.
        thresholds: of latencies; None: they are not judged.
        group: its name.
        members: its endpoints.
        since: nothing before this moment counts.

    Returns:
        Those patterns of ``unit_patterns`` that are about the group.
    """
    inside = (pc.field("endpoint").isin(list(members))) & (pc.field("bucket") >= pa.scalar(since, _MOMENT))
    units = []
    for file in sorted(pairs.glob("part-*.parquet")):
        rows = pq.read_table(file, columns=list(_COLUMNS), filters=inside, partitioning=None)
        units.append(unit_rows(rows, thresholds))
    patterns = unit_patterns(add_rows(units, UNIT_KEY), {group: members})
    return patterns.filter(pc.equal(patterns["endpoint"], group_name(group)))


def rung_names() -> pa.Array:
    """The names of the dimensions that are about latencies."""
    return pa.array([rung.value for rung in RUNGS])
