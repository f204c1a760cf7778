"""The latencies of a launch: histograms by hour, replaced hour by hour, and the thresholds that are frozen with it."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from darklaunch.core.latency import LEARNING, LatencyCounts, Thresholds, learn_thresholds
from darklaunch.core.window import Window
from darklaunch.publish.buckets import hour_of, hours_in, replace_hours
from darklaunch.publish.folders import read_json, write_json
from darklaunch.stats.latency import SECTIONS

_TABLE = "latency"
_KEY = ("endpoint", "arm", "section", "bin")


def upsert(launch: Path, window: Window, table: Any) -> None:  # noqa: ANN401 - a PyArrow table
    """Replaces the histograms of every hour of a window.

    Args:
        launch: the launch's folder.
        window: its hours are replaced.
        table: what ``spark.exceedance.histograms`` returns.
    """
    replace_hours(launch / _TABLE, window, table, ("endpoint", "arm", "bin"))


def thresholds(launch: Path, seen_until: datetime) -> Thresholds | None:
    """The frozen thresholds of a launch; learns and freezes them once its first day is over.

    Args:
        launch: the launch's folder.
        seen_until: the end of what has been compared.
    """
    frozen = launch / _TABLE / "thresholds.json"
    if frozen.exists():
        return Thresholds.from_dict(read_json(frozen))
    hours = hours_in(launch / _TABLE)
    if not hours or seen_until < hours[0] + LEARNING:
        return None
    begins = hours[0] + LEARNING
    learned = learn_thresholds(read(launch, begins), begins)
    write_json(frozen, learned.as_dict())
    return learned


def read(launch: Path, until: datetime) -> Iterator[LatencyCounts]:
    """Adds up the histograms of a launch, endpoint by endpoint; hours go round the sections.

    Args:
        launch: the launch's folder.
        until: only hours before this moment count.
    """
    import pyarrow as pa  # noqa: PLC0415 - heavy
    import pyarrow.parquet as pq  # noqa: PLC0415

    parts = []
    for folder in sorted((launch / _TABLE).glob("bucket=*")):
        hour = hour_of(folder)
        if hour < until:
            section = int(hour.timestamp()) // 3600 % SECTIONS[0]
            rows = pq.ParquetFile(folder / "part-0.parquet").read()
            parts.append(rows.append_column("section", pa.array(np.full(rows.num_rows, section, np.int8))))
    if not parts:
        return
    summed = pa.concat_tables(parts).group_by(list(_KEY)).aggregate([("weight", "sum"), ("requests", "sum")])
    summed = summed.sort_by([("endpoint", "ascending")])
    names = summed["endpoint"].to_pylist()
    arms = np.asarray(summed["arm"].to_pylist()) == "shadow"
    columns = {name: summed[name].to_numpy() for name in ("section", "bin", "weight_sum", "requests_sum")}
    starts = [at for at in range(len(names)) if at == 0 or names[at] != names[at - 1]]
    for start, end in zip(starts, [*starts[1:], len(names)], strict=True):
        cut = {name: column[start:end] for name, column in columns.items()}
        yield _counts(names[start], arms[start:end], cut)


def _counts(endpoint: str, shadow: Any, cut: dict[str, Any]) -> LatencyCounts:  # noqa: ANN401 - an array of bool
    first = int(cut["bin"].min())
    made = np.zeros((2, SECTIONS[0], int(cut["bin"].max()) - first + 1))
    made[shadow.astype(int), cut["section"], cut["bin"] - first] = cut["weight_sum"]
    counts = np.zeros(SECTIONS[0])
    np.add.at(counts, cut["section"][~shadow], cut["requests_sum"][~shadow])
    return LatencyCounts(endpoint=endpoint, first_bin=first, production=made[0], shadow=made[1], counts=counts)
