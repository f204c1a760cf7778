"""The latencies of a launch: histograms by hour, replaced hour by hour, and the thresholds that are frozen with it."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from darklaunch.capture.arm import ARMS
from darklaunch.evidence.latency.counts import LatencyCounts, LatencyRows, by_endpoint
from darklaunch.evidence.latency.thresholds import LEARNING, Thresholds, learn_thresholds
from darklaunch.stats.latency import SECTIONS
from darklaunch.storage.state import LaunchState, StateTable
from darklaunch.window import Window

if TYPE_CHECKING:
    import pyarrow as pa

_DOCUMENT = "thresholds"


def replace_histograms(state: LaunchState, window: Window, table: "pa.Table") -> LaunchState:
    """The state with the histograms of every hour of a window replaced.

    Args:
        state: of the launch.
        window: its hours are replaced.
        table: what ``histograms`` returns.
    """
    return state.with_hours(StateTable.LATENCY, window, table, ("endpoint", "arm", "bin"))


def with_thresholds(state: LaunchState, seen_until: datetime) -> LaunchState:
    """The state with thresholds: those of each day's new endpoints are learned and frozen once the day is over.

    Args:
        state: of the launch, with the histograms of what has been compared.
        seen_until: the end of what has been compared.
    """
    frozen, hours = read_thresholds(state), state.hours(StateTable.LATENCY)
    if not hours or seen_until < hours[0] + LEARNING:
        return state
    learned = frozen
    if learned is None:
        begins = hours[0] + LEARNING
        learned = learn_thresholds(read_histograms(state, begins), begins)
    # the launch's days go on from where its first one ended
    days = {(hour - learned.begins) // LEARNING for hour in hours if hour >= learned.until}
    for day in sorted(days):
        start = learned.begins + day * LEARNING
        if start + LEARNING <= seen_until:
            learned = learned.with_day(read_histograms(state, start + LEARNING, start), start + LEARNING)
    return state if learned == frozen else state.with_documents(StateTable.THRESHOLDS, {_DOCUMENT: learned.as_dict()})


def read_thresholds(state: LaunchState) -> Thresholds | None:
    """The thresholds of a launch; None: its first day is not over."""
    frozen = state.documents(StateTable.THRESHOLDS).get(_DOCUMENT)
    return Thresholds.from_dict(frozen) if frozen is not None else None


def read_histograms(state: LaunchState, until: datetime, since: datetime | None = None) -> Iterator[LatencyCounts]:
    """Adds up the histograms of a launch, endpoint by endpoint; hours go round the sections.

    Args:
        state: of the launch.
        until: only hours before this moment count.
        since: nor those before this one; None: from the first on.
    """
    import pyarrow as pa

    sections: defaultdict[int, list[Path]] = defaultdict(list)
    for hour, file in state.hour_files(StateTable.LATENCY):
        if (since is None or hour >= since) and hour < until:
            sections[int(hour.timestamp()) // 3600 % SECTIONS[0]].append(file)
    if not sections:
        return
    # a section at a time, so that what is held does not grow with the launch
    whole = pa.concat_tables(_section(number, files) for number, files in sections.items()).unify_dictionaries()
    whole = whole.combine_chunks()
    endpoint, arm = whole["endpoint"].chunk(0), whole["arm"].chunk(0)
    names = endpoint.dictionary.to_pylist()
    order = sorted(range(len(names)), key=names.__getitem__)
    places = np.empty(len(names), np.int32)
    places[order] = np.arange(len(names))
    places_of_arms = np.asarray([ARMS.index(name) for name in arm.dictionary.to_pylist()], np.int8)
    rows = LatencyRows(
        endpoints=places[endpoint.indices.to_numpy()],
        hours=whole["hour"].to_numpy(),
        arms=places_of_arms[arm.indices.to_numpy()],
        bins=whole["bin"].to_numpy(),
        weights=whole["weight_sum"].to_numpy(),
        requests=whole["requests_sum"].to_numpy(),
    )
    yield from by_endpoint([names[at] for at in order], rows)


def _section(number: int, files: list[Path]) -> "pa.Table":
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = pa.concat_tables([pq.ParquetFile(file, read_dictionary=["endpoint", "arm"]).read() for file in files])
    sums = [("weight", "sum"), ("requests", "sum")]
    summed = rows.unify_dictionaries().group_by(["endpoint", "arm", "bin"]).aggregate(sums)
    return summed.append_column("hour", pa.array(np.full(summed.num_rows, number, np.int32)))
