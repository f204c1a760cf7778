"""Tasks: which files a worker reads together, so that all rows of a request come into one bucket."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.arm import Arm
from darklaunch.capture.around import rows_around
from darklaunch.capture.files import CaptureFile
from darklaunch.capture.location import LogLocation
from darklaunch.capture.rows import read_file
from darklaunch.capture.selection import Selection
from darklaunch.contract.rows import COLUMNS, breaches

_THREADS: Final = 8
SMALL_BYTES: Final = 8 * 2**20
"""Decoded bytes that are counted before another process would have started."""

LARGE_BYTES: Final = 128 * 2**20
"""Decoded bytes beside which the handing out of their share is nothing."""

_SHARES_LEFT: Final = 4
"""What is left is at least so many shares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketTask:
    """One bucket to read.

    Attributes:
        name: names the bucket's tables; the same in every attempt.
        files: all of them are read, but for the requests of ``left_out``.
        left_out: ids of requests that another task reads.
        added: ids of requests whose rows lie in other files too.
        elsewhere: these files, of which only ``added`` is read.
        part: of so many parts of the hour this is which; only requests whose id falls into it are read.
        parts: into how many the hour is cut.
    """

    name: str
    files: tuple[CaptureFile, ...]
    left_out: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    elsewhere: tuple[CaptureFile, ...] = ()
    part: int = 0
    parts: int = 1

    @property
    def closed(self) -> bool:
        """Whether the units of the hour lie in this bucket alone."""
        return self.parts == 1


def hourly_tasks(
    store: LogLocation, files: Sequence[CaptureFile], selection: Selection, parts: Mapping[datetime, int]
) -> list[BucketTask]:
    """Makes the tasks of a window: one an hour, or several where an hour is too large for one.

    Args:
        store: where the log lies.
        files: the readable files of the window and its surroundings.
        selection: the window.
        parts: into how many tasks an hour is cut; missing: one.

    Raises:
        UnreadableFileError: ids of a file can't be decoded.
    """
    by_hour: dict[datetime, list[CaptureFile]] = defaultdict(list)
    for file in files:
        by_hour[file.hour].append(file)
    owners, hours_of = _owners(store, by_hour, selection)
    tasks = []
    for hour, own_files in sorted(by_hour.items()):
        added = tuple(sorted(request for request, owner in owners.items() if owner == hour))
        left_out = tuple(sorted(id_ for id_, owner in owners.items() if owner != hour and hour in hours_of[id_]))
        needed = {each for request in added for each in hours_of[request]} - {hour}
        elsewhere = tuple(file for file in files if file.hour in needed)
        count = parts.get(hour, 1)
        whole = BucketTask(
            name=f"{hour:%Y-%m-%dT%H}",
            files=tuple(own_files),
            left_out=left_out,
            added=added,
            elsewhere=elsewhere,
            parts=count,
        )
        tasks += [replace(whole, name=f"{whole.name}-{part}", part=part) for part in range(count)]
    return tasks


def in_shares(tasks: Sequence[BucketTask], sizes_bytes: Sequence[int]) -> list[list[BucketTask]]:
    """Tasks in shares, which one worker does: to hand one out takes as long as to count some thousand pairs.

    Shares become smaller, so that no worker is busy long after the others are done.

    Args:
        tasks: the largest first.
        sizes_bytes: decoded bytes of each.
    """
    shares = list[list[BucketTask]]()
    room, left = 0, sum(sizes_bytes)
    for task, size in zip(tasks, sizes_bytes, strict=True):
        if not shares or size > room:
            shares.append([])
            room = max(SMALL_BYTES, min(LARGE_BYTES, left // _SHARES_LEFT))
        shares[-1].append(task)
        room, left = room - size, left - size
    return shares


def _owners(
    store: LogLocation, by_hour: Mapping[datetime, Sequence[CaptureFile]], selection: Selection
) -> tuple[dict[str, datetime], dict[str, set[datetime]]]:
    """The hour that owns each request whose good rows lie in more than one, and these hours."""
    with ThreadPoolExecutor(_THREADS) as pool:
        candidates = _in_several_hours(list(pool.map(partial(_distinct_ids, store), by_hour.values())))
        # the ids of a large log take gigabytes, and the workers need them now
        pa.default_memory_pool().release_unused()
        if not len(candidates):
            return {}, {}
        files = [file for of_hour in by_hour.values() for file in of_hour]
        spans = list(pool.map(lambda file: read_good_rows(store, file, (), candidates, selection), files))
    owners: dict[str, tuple[bool, int, datetime]] = {}
    hours_of: dict[str, set[datetime]] = defaultdict(set)
    for file, rows in zip(files, spans, strict=True):
        moments = rows["captured_at"].cast(pa.int64()).to_pylist()
        for request, moment in zip(rows["request_id"].to_pylist(), moments, strict=True):
            # the earliest row of production names the hour of a request, else the earliest of the shadow
            rank = (file.arm != Arm.PRODUCTION.value, moment, file.hour)
            owners[request] = min(owners.get(request, rank), rank)
            hours_of[request].add(file.hour)
    across = {request for request, hours in hours_of.items() if len(hours) > 1}
    return {request: owners[request][2] for request in across}, hours_of


def _distinct_ids(store: LogLocation, files: Sequence[CaptureFile]) -> pa.Array:
    columns = [read_file(store, file, ["request_id"])["request_id"] for file in files]
    return pc.unique(pa.chunked_array([chunk for column in columns for chunk in column.chunks], pa.string()))


def _in_several_hours(ids_by_hour: Sequence[pa.Array]) -> pa.Array:
    """The ids that more than one hour has, of the distinct ones of each."""
    together = pa.table({"request_id": pa.chunked_array(ids_by_hour, pa.string())})
    counts = together.group_by("request_id").aggregate([([], "count_all")])
    return counts.filter(pc.greater(counts["count_all"], 1))["request_id"].combine_chunks()


def read_good_rows(
    store: LogLocation, file: CaptureFile, columns: Sequence[str], request_ids: pa.Array, selection: Selection
) -> pa.Table:
    """Reads the rows of some requests that keep the contract.

    Args:
        store: where the log lies.
        file: one of its files.
        columns: those that are wanted beside the contract's.
        request_ids: whose rows.
        selection: the window.

    Raises:
        UnreadableFileError: the file can't be decoded.
    """
    rows = read_file(store, file, tuple(dict.fromkeys((*COLUMNS, *columns))))
    asked = rows.filter(pc.is_in(rows["request_id"], value_set=request_ids))
    around = rows_around(asked, file.arm, file.hour, selection)
    return around.filter(pa.array(breaches(around, file.arm, selection) < 0))
